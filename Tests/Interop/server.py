"""The server under test: one process for each test, on a free port."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

BINARY = os.environ.get("STATIC_AUTH_SERVER", ".build/release/static-auth-server")
CLIENT_ID = "static-mcp-client-001"
PUBLIC_CLIENT_ID = "static-mcp-public-001"
CLIENT_SECRET = "your-secret-key-change-this-in-production"
USERNAME = "demo_user"
PASSWORD = "demo_password"


@dataclass
class Server:
    """A running server, described by its ready file."""

    process: subprocess.Popen
    output: Path
    base_url: str
    mcp_url: str
    issuer: str
    port: int

    def url(self, path: str) -> str:
        return self.base_url + path

    def broken_rules(self) -> list[str]:
        """The rules of the report that its clients broke."""
        with urllib.request.urlopen(self.url("/debug/report")) as answer:
            return [rule["id"] for rule in json.load(answer)["rules"] if rule["verdict"] == "FAIL"]

    def stop(self) -> None:
        """Ends the server as a service manager would; its exit code must be 0, and its output without secrets."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=40)
        said = self.output.read_text(errors="replace")
        assert status == 0, f"the server ended with {status} and said:\n{said}"
        # The banner has the public defaults, and the log has no secret.
        log = said.partition("Start page")[2] or said
        for secret in (CLIENT_SECRET, PASSWORD):
            assert secret not in log, "the server logged a secret"


def start(folder: Path, *flags: str, port: int = 0) -> Server:
    """Starts the server, or as many instances of it behind nginx as the variable INSTANCES says."""
    count = int(os.environ.get("INSTANCES", "1"))
    if count == 1:
        return start_one(folder, *flags, port=port)
    import instances

    return instances.start(folder, *flags, port=port, count=count)


def start_one(folder: Path, *flags: str, port: int = 0) -> Server:
    """Starts the server with defaults, for the client that every suite uses."""
    running = start_any(folder, *flags, port=port)
    facts = json.loads((folder / "ready.json").read_text())
    # A public client has no secret.
    assert (facts["client_id"], facts.get("client_secret", CLIENT_SECRET)) == (CLIENT_ID, CLIENT_SECRET)
    return running


def start_any(folder: Path, *flags: str, port: int = 0) -> Server:
    """Starts the server in an empty folder, without settings from the environment, and waits until it is ready."""
    binary = Path(BINARY).resolve()
    assert binary.exists(), f"{binary} is missing; scripts/test builds it and names it in STATIC_AUTH_SERVER"
    folder.mkdir(parents=True, exist_ok=True)
    ready, output = folder / "ready.json", folder / "output.txt"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
    level = [] if "--log-level" in flags else ["--log-level", "debug"]
    with output.open("wb") as log:
        process = subprocess.Popen(
            [binary, "--port", str(port), "--ready-file", str(ready), *level, *flags],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )
    end = time.monotonic() + 40
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise AssertionError(f"the server did not get ready:\n{output.read_text(errors='replace')}")
        time.sleep(0.005)
    facts = json.loads(ready.read_text())
    assert facts["pid"] == process.pid
    return Server(process, output, facts["base_url"], facts["mcp_url"], facts["issuer"], facts["port"])
