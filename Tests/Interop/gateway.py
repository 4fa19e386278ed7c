"""The web gateway as a process, and an application that uses its five routes."""

import base64
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import client as ours
import person
import server as demo

KEY = base64.b64encode(bytes(range(32))).decode()


@dataclass
class Gateway:
    """A running gateway, described by its ready file."""

    process: subprocess.Popen
    output: Path
    url: str
    port: int

    @property
    def callback(self) -> str:
        return self.url + "/api/mcp/auth/callback"

    def fetch(self, method: str, path: str, document=None, headers=None, **more) -> person.Answer:
        headers = dict(headers or {})
        if document is not None:
            more["body"] = json.dumps(document)
            headers.setdefault("Content-Type", "application/json")
        return person.fetch(method, f"http://127.0.0.1:{self.port}{path}", headers=headers, **more)

    def post(self, path: str, document, status: int = 200, **headers: str) -> dict:
        answer = self.fetch("POST", path, document, {k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status == status, answer.text
        return answer.json

    def connect(self, server: str, session: str | None = None, status: int = 200, callback: str | None = None) -> dict:
        document = {"serverUrl": server, "callbackUrl": callback or self.callback}
        return self.post("/api/mcp/auth/connect", document | ({"sessionId": session} if session else {}), status)

    def answer(self, callback: str) -> person.Answer:
        """Opens the callback URL at which a login ended, as a program would."""
        assert callback.startswith(self.callback + "?"), callback
        return self.fetch("GET", callback[len(self.url):], headers={"Accept": "application/json"})

    def log_in(self, server: str) -> str:
        """A session in which a person has logged in."""
        begun = self.connect(server)
        assert begun.keys() == {"requiresAuth", "authUrl", "sessionId"} and begun["requiresAuth"] is True
        ended = self.answer(person.log_in(begun["authUrl"]))
        assert (ended.status, ended.json.keys()) == (200, {"success", "message"}), ended.text
        return begun["sessionId"]

    def tools(self, session: str, status: int = 200) -> dict:
        answer = self.fetch("GET", f"/api/mcp/tool/list?sessionId={quote(session)}")
        assert answer.status == status, answer.text
        return answer.json

    def call(self, session: str, tool: str, arguments: dict | None = None, status: int = 200) -> dict:
        return self.post(
            "/api/mcp/tool/call", {"sessionId": session, "toolName": tool, "toolArgs": arguments or {}}, status)

    def echo(self, session: str, message: str = "hello") -> str:
        return self.call(session, "echo", {"message": message})["structuredContent"]["echo"]

    def events(self, session: str, tool: str, arguments: dict) -> list[tuple[str, dict]]:
        answer = self.fetch(
            "POST", "/api/mcp/tool/call", {"sessionId": session, "toolName": tool, "toolArgs": arguments},
            {"Accept": "text/event-stream"})
        assert answer.status == 200 and answer.headers["Content-Type"] == "text/event-stream", answer.text
        found = []
        for block in filter(None, answer.text.split("\n\n")):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
            if fields:
                found.append((fields["event"], json.loads(fields["data"])))
        return found

    def disconnect(self, session: str, status: int = 200) -> dict:
        return self.post("/api/mcp/auth/disconnect", {"sessionId": session}, status)

    def health(self) -> dict:
        return self.fetch("GET", "/healthz").json

    def until(self, condition, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < end, self.output.read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=20)
        assert status == 0, f"the gateway ended with {status}:\n{self.output.read_text()}"


def command(*flags: str) -> list[str]:
    return [str(Path(ours.BINARY).resolve()), "gateway", *flags]


def environment(**variables: str) -> dict[str, str]:
    return {"PATH": "/nonexistent", "HOME": "/nonexistent", "MCP_CLIENT_SECRET": demo.CLIENT_SECRET, **variables}


def start(folder: Path, *flags: str, **variables: str) -> Gateway:
    folder.mkdir(parents=True, exist_ok=True)
    ready, output = folder / "ready.json", folder / "output.txt"
    port = [] if "--port" in flags else ["--port", "0"]
    level = [] if "--log-level" in flags else ["--log-level", "debug"]
    with output.open("wb") as log:
        process = subprocess.Popen(
            command(*port, "--ready-file", str(ready), *level, *flags), cwd=folder, env=environment(**variables),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    end = time.monotonic() + 40
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise AssertionError(f"the gateway did not get ready:\n{output.read_text()}")
        time.sleep(0.005)
    facts = json.loads(ready.read_text())
    assert facts["pid"] == process.pid
    return Gateway(process, output, facts["url"], facts["port"])


def fails(*flags: str, **variables: str) -> tuple[int, str]:
    """The exit code and the message of a gateway that does not start."""
    done = subprocess.run(
        command("--port", "0", *flags), env=environment(**variables), capture_output=True, text=True, timeout=30)
    return done.returncode, done.stderr


def query(**parameters: str) -> str:
    return urlencode(parameters)
