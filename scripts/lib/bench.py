"""Starts the three servers one after the other, loads them with wrk and prints the table of `scripts/bench`."""

import argparse
import base64
import importlib.metadata
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
OURS = HERE.parents[1] / "dist/static-auth-server"
CLIENT_ID, CLIENT_SECRET = "static-mcp-client-001", "your-secret-key-change-this-in-production"
CONNECTIONS = (1, 16, 64, 256)
DISCARD = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
MIB = 1024  # VmRSS is in KiB


@dataclass
class Running:
    """A server that has answered once."""

    pid: int
    port: int
    first_answer_ms: float

    @property
    def resident(self) -> int:
        """Resident memory in KiB, children included, as nginx answers from one."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(rss(int(pid)) for pid in [self.pid, *children])

    @property
    def processor_us(self) -> float:
        """Processor time so far in microseconds, children included."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in [self.pid, *children]]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK") * 1e6


def rss(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], port: int, path: str):
    """Spawns a server, asks it until it answers, and ends it in the end. The clock starts before the spawn."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode()
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, environment, file_actions=DISCARD)
    try:
        while True:
            with socket.socket() as connection:
                if connection.connect_ex(("127.0.0.1", port)) == 0:
                    connection.settimeout(5)
                    connection.sendall(request)
                    if connection.recv(4096).startswith(b"HTTP/1.1 "):
                        break
            if time.perf_counter() - start > 30 or os.waitpid(pid, os.WNOHANG) != (0, 0):
                sys.exit(f"{command[0]} does not answer on port {port}")
            time.sleep(0.0001)
        yield Running(pid, port, (time.perf_counter() - start) * 1000)
    finally:
        try:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def ours(port: int, *flags: str) -> list[str]:
    return [str(OURS), "--port", str(port), "--log-level", "error", *flags]


def python_sdk(port: int) -> list[str]:
    return [sys.executable, str(HERE / "python_echo_server.py"), str(port)]


def nginx(port: int, folder: str) -> list[str]:
    configuration = Path(folder) / "nginx.conf"
    configuration.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; keepalive_requests 1000000000;"
        f" client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};\n"
        f"server {{ listen 127.0.0.1:{port}; location / {{ default_type application/json;"
        """ return 200 '{"jsonrpc":"2.0","id":1,"result":{"structuredContent":{"echo":"hello","length":5}}}'; } } }\n"""
    )
    return ["/usr/sbin/nginx", "-p", folder, "-c", str(configuration), "-e", "stderr"]


def token(server: Running) -> str:
    pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/token", data=b"grant_type=client_credentials",
        headers={"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["access_token"]


def session(server: Running, bearer: str) -> str:
    """Opens a session of 2025-11-25 and returns its id."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/mcp",
        data=b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",'
        b'"capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}',
        headers={"Authorization": f"Bearer {bearer}", "Content-Type": "application/json",
                 "Accept": "application/json, text/event-stream"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers["Mcp-Session-Id"]


def wrk(server: Running, script: str, connections: int, seconds: float, *arguments: str, path: str = "/mcp") -> dict:
    """Loads a server and returns what the script counted; an answer that is not 2xx or 3xx ends the benchmark."""
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "-s", HERE / script,
         f"http://127.0.0.1:{server.port}{path}", "--", *arguments],
        capture_output=True, text=True, check=True,
    ).stdout
    counted = json.loads(output.splitlines()[-1])
    if counted["errors"] or not counted["requests"]:
        sys.exit(f"{script}: {counted}\n{output}")
    return counted


def rate(server: Running, connections: int, runs: int, seconds: float, script: str, *arguments: str) -> float:
    """Requests a second: the median of several short runs."""
    counts = [wrk(server, script, connections, seconds, *arguments) for _ in range(runs)]
    return statistics.median(each["requests"] / each["seconds"] for each in counts)


def calls(server: Running, bearer: str, runs: int, seconds: float) -> dict[str, float]:
    """Calls a second on few and many connections, and the processor time of one."""
    found = {}
    for connections in CONNECTIONS:
        found[f"rate {connections}"] = rate(server, connections, runs, seconds, "call.lua", bearer)
    before = server.processor_us
    count = wrk(server, "call.lua", 16, seconds, bearer)["requests"]
    return found | {"processor": (server.processor_us - before) / count}


def growth(server: Running, wanted: int, load) -> tuple[int, int]:
    """Loads a server in short runs until it has had what is wanted: how often that was, and the growth in KiB."""
    load(1)  # warm-up: buffers and caches reach their size
    before, done = server.resident, 0
    while done < wanted:
        done += load(2)
    return done, server.resident - before


def measure_ours(quick: bool, runs: int, seconds: float) -> dict[str, str | float]:
    starts, residents = [], []
    for _ in range(5 if quick else 20):
        port = free_port()
        with running(ours(port), port, "/healthz") as server:
            starts.append(server.first_answer_ms)
            residents.append(server.resident)
    port = free_port()
    with running(ours(port), port, "/healthz") as server:
        bearer = token(server)
        found = {"start": statistics.median(starts), "resident": statistics.median(residents)}
        found |= calls(server, bearer, runs, seconds)
        found["large 16"] = rate(server, 16, runs, seconds, "call.lua", bearer, "100000")
        found["legacy 16"] = rate(server, 16, runs, seconds, "store.lua", "legacy", bearer, session(server, bearer))
        found["introspect 16"] = rate(server, 16, runs, seconds, "store.lua", "introspect", bearer)
        found["flows"] = rate(server, 1, runs, seconds, "store.lua", "login") / 3
        found["calls"], found["growth calls"] = growth(
            server, 10_000 if quick else 100_000, lambda s: wrk(server, "call.lua", 16, s, bearer)["requests"]
        )
        found["logins"], found["growth logins"] = growth(
            server, 2_000 if quick else 20_000,
            lambda s: wrk(server, "login.lua", 1, s, path="/authorize")["requests"] // 2,
        )
    return found


def measure_debugging(runs: int, seconds: float) -> float:
    """Calls a second with the debug features, as a share of those without: two servers, loaded in turns."""
    ports = free_port(), free_port()
    with running(ours(ports[0]), ports[0], "/healthz") as on, running(ours(ports[1], "--no-debug"), ports[1], "/healthz") as off:
        rates = {server.port: [] for server in (on, off)}
        bearers = {server.port: token(server) for server in (on, off)}
        for _ in range(2 * runs + 1):
            for server in (on, off):
                rates[server.port].append(rate(server, 16, 1, seconds, "call.lua", bearers[server.port]))
        return statistics.median(rates[on.port]) / statistics.median(rates[off.port])


def measure_python(quick: bool, runs: int, seconds: float) -> dict[str, float]:
    starts = []
    for _ in range(1 if quick else 3):
        port = free_port()
        with running(python_sdk(port), port, "/healthz") as server:
            starts.append(server.first_answer_ms)
            found = {"start": statistics.median(starts), "resident": server.resident}
            if len(starts) == (1 if quick else 3):
                found |= calls(server, "bench", runs, seconds)
                found["large 16"] = rate(server, 16, runs, seconds, "call.lua", "bench", "100000")
    return found


def measure_nginx(runs: int, seconds: float) -> dict[str, float]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, running(nginx(port, folder), port, "/") as server:
        found = {"start": server.first_answer_ms, "resident": server.resident}
        return found | calls(server, "-", runs, seconds)


def measure_store(store: str, quick: bool, runs: int, seconds: float) -> list[str]:
    """The column of a store: what each thing costs that a client asks for."""
    starts = []
    for _ in range(5 if quick else 20):
        port = free_port()
        with running(ours(port, "--store", store), port, "/healthz") as server:
            starts.append(server.first_answer_ms)
            resident = server.resident
    port = free_port()
    with running(ours(port, "--store", store), port, "/healthz") as server:
        bearer = token(server)

        def each(script: str, connections: int, *arguments: str) -> float:
            return rate(server, connections, runs, seconds, script, *arguments)

        return [
            f"{statistics.median(starts):.1f} ms", f"{resident / MIB:.1f} MiB",
            f"{each('call.lua', 16, bearer):,.0f} /s",
            f"{each('store.lua', 16, 'legacy', bearer, session(server, bearer)):,.0f} /s",
            f"{each('store.lua', 16, 'token'):,.0f} /s",
            f"{3000 / each('store.lua', 1, 'login'):.2f} ms",
        ]


def compare_stores(stores: list[str], quick: bool, runs: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory(dir=OURS.parent) as folder:
        stores = stores or ["memory", f"sqlite:{folder}/grants.sqlite"]
        columns = [[store.split(":")[0], *measure_store(store, quick, runs, seconds)] for store in stores]
    titles = [
        "", "start to first answer", "resident after start", "tools/call, 2026-07-28: one look-up, 16 connections",
        "tools/call, 2025-11-25: a look-up and a mark, 16 connections",
        "token by client_credentials: one change, 16 connections",
        "login, code and refresh: three changes, 1 connection",
    ]
    show([list(row) for row in zip(titles, *columns)])


def show(table: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*table)]
    table.insert(1, ["-" * width for width in widths])
    for row in table:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures the static release on loopback.")
    parser.add_argument("--quick", action="store_true", help="measure once and briefly")
    parser.add_argument(
        "--stores", nargs="*", metavar="STORE",
        help="compare stores instead, as --store names them (default: memory, and a file beside the server)",
    )
    options = parser.parse_args()
    quick = options.quick
    runs, seconds = (1, 1) if quick else (5, 3)

    print("==> measuring; the machine should have nothing else to do", file=sys.stderr)
    if options.stores is not None:
        return compare_stores(options.stores, quick, runs, seconds)
    mine = measure_ours(quick, runs, seconds)
    share = measure_debugging(runs, seconds)
    sdk = measure_python(quick, runs, seconds)
    bar = measure_nginx(runs, seconds)

    def rows():
        calls = [(f"tools/call echo, {each} connection{'s' * (each > 1)}", f"rate {each}", "/s", 1) for each in CONNECTIONS]
        for title, key, unit, scale in (
            ("start to first answer", "start", "ms", 1),
            ("resident after start", "resident", "MiB", MIB),
            *calls,
            ("processor time a call", "processor", "µs", 1),
            ("echo of 100 kB, 16 connections", "large 16", "/s", 1),
            ("tools/call in a session, 16 connections", "legacy 16", "/s", 1),
            ("introspection, 16 connections", "introspect 16", "/s", 1),
            ("login, code and refresh, 1 connection", "flows", "/s", 1),
        ):
            digits = 0 if unit == "/s" else 1
            values = [f"{each[key] / scale:,.{digits}f} {unit}" if key in each else "" for each in (mine, sdk, bar)]
            ratios = [
                f"{mine[key] / other[key] if unit == '/s' else other[key] / mine[key]:.2f}" if key in other else ""
                for other in (sdk, bar)
            ]
            yield [title, *values, *ratios]
        yield ["the same with debugging, share of that without", f"{share:.1%}", "", "", "", ""]
        for title in ("calls", "logins"):
            name = f"growth over {mine[title]:,} " + ("calls" if title == "calls" else "abandoned logins")
            yield [name, f"{mine[f'growth {title}'] / MIB:+.1f} MiB", "", "", "", ""]

    version = importlib.metadata.version("mcp")
    titles = ["", "static-auth-server", f"Python SDK {version}", "nginx, fixed answer", "better than the SDK", "than nginx"]
    show([titles, *rows()])


main()
