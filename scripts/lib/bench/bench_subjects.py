"""The servers that `scripts/bench` compares: their start, their callers, and their use of the machine."""

import json
import os
import signal
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from soak_clients import BASIC, INITIALIZE, bearer, echo, message

HERE = Path(__file__).parent
RELEASE = HERE.parents[2] / "dist/static-auth-server"
FULL_RELEASE = HERE.parents[2] / "dist/static-auth-server-full"
DISCARD = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]


@dataclass
class Running:
    """A server that has answered once, in its own folder."""

    subject: "Subject"
    pid: int
    port: int
    folder: Path
    first_answer_ms: float

    @property
    def processes(self) -> list[int]:
        """The process and its children, one of which answers in nginx."""
        return [self.pid, *map(int, Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())]

    @property
    def resident(self) -> float:
        """Resident memory in MiB."""
        states = [Path(f"/proc/{pid}/status").read_text() for pid in self.processes]
        return sum(int(state.split("VmRSS:")[1].split()[0]) for state in states) / 1024

    @property
    def processor_us(self) -> float:
        """Processor time so far in microseconds, all threads together."""
        stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in self.processes]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK") * 1e6

    def ask(self, path: str, body: str, fields: dict[str, str] = {}) -> tuple[dict, dict]:
        """Posts, and returns the header and the document of an answer, which must be a success."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body.encode(), headers=fields)
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            return answer.headers, json.loads(text) if text else {}

    def caller(self) -> str:
        """A caller of revision 2026-07-28, as call.lua reads it: a bearer token."""
        return self.subject.token(self)

    def session_caller(self) -> str:
        """A caller of revision 2025-11-25: a bearer token and the id of a session that is open."""
        token = self.caller()
        return f"{token} {self.subject.session(self, token)}"

    def file(self, *lines: str) -> Path:
        """A file for a script of wrk, because arguments would show tokens in the process list."""
        file = self.folder / f"{len(list(self.folder.iterdir()))}.txt"
        file.write_text("\n".join(lines) + "\n")
        return file


def token(server: Running) -> str:
    return server.ask("/token", "grant_type=client_credentials", BASIC)[1]["access_token"]


def session(server: Running, token: str) -> str:
    """Opens a session of 2025-11-25 and returns its id."""
    session = server.ask("/mcp", INITIALIZE, bearer(token))[0]["Mcp-Session-Id"]
    fields = bearer(token, Mcp_Session_Id=session, MCP_Protocol_Version="2025-11-25")
    server.ask("/mcp", message("notifications/initialized", id=None), fields)
    return session


@dataclass(frozen=True)
class Subject:
    """A server to measure: the title of its column, and its command from a port and an empty folder."""

    title: str
    command: Callable[[int, Path], list[str]]
    token: Callable[[Running], str] = token
    session: Callable[[Running, str], str] = session

    @contextmanager
    def start(self):
        """Spawns the server, retries until it answers, and ends it after use. The clock starts before the spawn."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            command = self.command(port, Path(folder))
            start = time.perf_counter()
            pid = os.posix_spawn(command[0], command, environment, file_actions=DISCARD)
            try:
                while not answers(port):
                    if time.perf_counter() - start > 30 or os.waitpid(pid, os.WNOHANG) != (0, 0):
                        sys.exit(f"{command[0]} does not answer on port {port}")
                    time.sleep(0.0001)
                yield Running(self, pid, port, Path(folder), (time.perf_counter() - start) * 1000)
            finally:
                end(pid)


def end(pid: int) -> None:
    """Ends a server as a service manager would, and kills one that has not ended after ten seconds."""
    deadline = time.monotonic() + 10
    try:
        os.kill(pid, signal.SIGTERM)
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            time.sleep(0.01)
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, ChildProcessError):
        pass  # it ended by itself


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Whether a request gets any answer."""
    with socket.socket() as connection:
        if connection.connect_ex(("127.0.0.1", port)) != 0:
            return False
        connection.settimeout(5)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n" % port)
        return connection.recv(4096).startswith(b"HTTP/1.1 ")


def ours(*flags: str, binary: Path = RELEASE) -> Subject:
    """The static release, or another build, with flags. An event loop answers; another thread runs the recorder."""
    return Subject(
        "static-auth-server", lambda port, _: [str(binary), "--port", str(port), "--log-level", "error", *flags])


@cache
def answer_of_ours() -> str:
    """The answer of our server to a call of `call.lua`, byte for byte."""
    with OURS.start() as server:
        fields, body = echo(server.caller(), "hello")
        answer = server.ask("/mcp", body, fields)[1]
    # The ids of call.lua have 14 digits.
    return json.dumps(answer | {"id": 10**13}, separators=(",", ":"))


def nginx_command(port: int, folder: Path) -> list[str]:
    configuration = folder / "nginx.conf"
    temporary = "".join(f"{kind}_temp_path {folder}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    answer = answer_of_ours().replace("\\", r"\\").replace("'", r"\'")
    configuration.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; keepalive_requests 1000000000; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port};\n"
        f"location / {{ default_type application/json; return 200 '{answer}'; }} }} }}\n"
    )
    return ["/usr/sbin/nginx", "-p", str(folder), "-c", str(configuration), "-e", "stderr"]


OURS = ours()
# One thread does everything: asyncio, on which uvicorn runs the SDK.
SDK = Subject(
    "Python SDK", lambda port, _: [sys.executable, str(HERE / "python_echo_server.py"), str(port)],
    token=lambda _: "bench")
# One worker, which has one thread. It answers everything with the same bytes and authenticates no client.
NGINX = Subject("nginx, fixed answer", nginx_command, token=lambda _: "-", session=lambda *_: "-")
