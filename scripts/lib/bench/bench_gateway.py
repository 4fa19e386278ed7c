"""Measures the gateway before our server, beside the server alone: the table of `scripts/bench --gateway`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "Tests/Interop"))
os.environ.setdefault("STATIC_AUTH_SERVER", str(ROOT / "dist/static-auth-server"))
os.environ.setdefault("STATIC_AUTH_CLIENT", str(ROOT / "dist/static-auth-client"))

import gateway as web  # noqa: E402
import instances  # noqa: E402
import person  # noqa: E402
import server as demo  # noqa: E402
import stub_server  # noqa: E402

import figures  # noqa: E402
from bench_table import show  # noqa: E402

QUIET = ("--log-level", "error")


def load(script: str, url: str, caller: Path, connections: int, seconds: float, *headers: str) -> tuple[float, float]:
    """Calls per second, and the median of their durations in milliseconds."""
    fields = [part for header in headers for part in ("-H", header)]
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "-s", HERE / script, url, *fields, "--", caller],
        capture_output=True, text=True, check=True)
    counted = json.loads(done.stdout.splitlines()[-1])
    assert not counted["errors"], done.stdout
    return counted["requests"] / counted["seconds"], counted["median_us"] / 1000


def resident(process: subprocess.Popen) -> str:
    facts = Path(f"/proc/{process.pid}/status").read_text()
    return f"{int(facts.split('VmRSS:')[1].split()[0]) / 1024:.1f} MiB"


def through(name: str, gateway: web.Gateway, session: str, folder: Path, seconds: float) -> list[str]:
    """The row of a gateway that forwards calls."""
    caller = folder / f"session-{name}"
    caller.write_text(session + "\n")
    url = f"http://127.0.0.1:{gateway.port}/api/mcp/tool/call"
    load("gateway.lua", url, caller, 16, 1)  # warm-up
    before = resident(gateway.process)
    one, many = (load("gateway.lua", url, caller, connections, seconds) for connections in (1, 16))
    return [name, f"{one[1]:.2f} ms", f"{many[0]:,.0f} /s", before, resident(gateway.process)]


def churn(gateway: web.Gateway, server: str, count: int) -> None:
    """Opens sessions and drops them, some at a time."""

    def session(_: int) -> None:
        gateway.disconnect(gateway.connect(server)["sessionId"])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(session, range(count)))


def sessions(gateway: web.Gateway, server: str, count: int) -> list[str]:
    """The row of a gateway whose sessions come and go."""
    churn(gateway, server, count // 10)
    before = resident(gateway.process)
    churn(gateway, server, count)
    return [f"{count:,} sessions opened and dropped", "", "", before, resident(gateway.process)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench --gateway")
    parser.add_argument("--quick", action="store_true", help="measure briefly")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/quality.md")
    options = parser.parse_args()
    seconds, count = (1, 500) if options.quick else (20, 10_000)
    rows = [["", "median, 1 connection", "16 connections", "resident after a warm-up", "at the end"]]
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), instances.free_port()
        redis = instances.Redis(folder / "redis")
        server = demo.start_one(folder / "server", *QUIET)
        form = {"grant_type": "client_credentials"}
        token = person.fetch("POST", server.url("/token"), form=form, headers=person.basic()).json["access_token"]
        (folder / "token").write_text(token + "\n")
        host = f"Host: localhost:{server.port}"
        url = f"http://127.0.0.1:{server.port}/mcp"
        one, many = (load("call.lua", url, folder / "token", connections, seconds, host) for connections in (1, 16))
        rows.append(["the server alone", f"{one[1]:.2f} ms", f"{many[0]:,.0f} /s", "–", resident(server.process)])
        client = ("--client", f"{server.mcp_url}={demo.CLIENT_ID}", *QUIET)
        for kind, variables in (
            ("sessions in memory", {}),
            ("sessions in Redis", {"REDIS_URL": redis.url, "MCP_TOKEN_KEY": web.KEY}),
        ):
            gateway = web.start(folder / kind, "--port", str(port), *client, **variables)
            rows.append(through(kind, gateway, gateway.log_in(server.mcp_url), folder, seconds))
            gateway.stop()
        gateway, stub = web.start(folder / "churn", "--port", str(port), *QUIET), stub_server.Stub()
        rows.append(sessions(gateway, stub.url, count))
        gateway.stop()
        stub.stop()
        server.stop()
        redis.kill()
    table = show(rows)
    if options.write:
        figures.write("scripts/bench --gateway", table, "one run", is_brief=options.quick)


main()
