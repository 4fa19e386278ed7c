"""Measures one, two and three instances on one Redis and prints the tables of `scripts/bench --instances`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "Tests/Interop"))
os.environ.setdefault("STATIC_AUTH_SERVER", str(HERE.parents[2] / "dist/static-auth-server"))

import figures  # noqa: E402
import instances  # noqa: E402
import person  # noqa: E402
import server as demo  # noqa: E402
from bench_table import show  # noqa: E402

CONNECTIONS = 16
QUIET = ("--log-level", "error")


def caller(server: demo.Server, folder: Path) -> Path:
    """A file for call.lua with a token of the server."""
    form = {"grant_type": "client_credentials"}
    answer = person.fetch("POST", server.url("/token"), form=form, headers=person.basic())
    file = folder / "caller"
    file.write_text(answer.json["access_token"] + "\n")
    return file


def cpu(process: subprocess.Popen) -> float:
    """The seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(ports: list[int], callers: Path, seconds: float) -> float:
    """Calls per second, with all ports loaded at the same time by this number of connections in all."""
    clients = [
        subprocess.Popen(
            ["wrk", "-t1", f"-c{max(1, CONNECTIONS // len(ports))}", f"-d{seconds:g}s", "-s", HERE / "call.lua",
             f"http://127.0.0.1:{port}/mcp", "-H", f"Host: localhost:{port}", "--", callers],
            stdout=subprocess.PIPE, text=True,
        )
        for port in ports
    ]
    counted = [json.loads(client.communicate()[0].splitlines()[-1]) for client in clients]
    assert not any(each["errors"] for each in counted), counted
    return sum(each["requests"] / each["seconds"] for each in counted)


def measure(
    name: str, processes: list, redis, ports: list[int], callers: Path, seconds: float, nginx: int | None = None
) -> list[str]:
    """A row: the rate, and its cost for the instances and Redis."""
    load(ports, callers, 1)  # warm-up
    before, redis_before = sum(map(cpu, processes)), cpu(redis) if redis else 0
    rate = load(ports, callers, seconds)
    calls = rate * seconds
    spent = [(sum(map(cpu, processes)) - before) / calls, (cpu(redis) - redis_before) / calls if redis else None]
    through = f"{load([nginx], callers, seconds):,.0f} /s" if nginx else "–"
    return [name, f"{rate:,.0f} /s", through, *("–" if each is None else f"{each * 1e6:.0f} µs" for each in spent)]


def round_trips(redis: instances.Redis) -> int:
    """The number of commands that Redis got from outside scripts."""
    facts = subprocess.run(
        ["redis-cli", "-p", str(redis.port), "info", "commandstats"], capture_output=True, text=True, check=True
    ).stdout.split()
    names = ("cmdstat_evalsha:", "cmdstat_eval:", "cmdstat_del:")
    return sum(int(fact.split("calls=")[1].split(",")[0]) for fact in facts if fact.startswith(names))


def count_round_trips(several: instances.Instances) -> list[list[str]]:
    rows = [["what a client does", "round trips to Redis"]]

    def step(name: str, work):
        before = round_trips(several.redis)
        value = work()
        rows.append([name, str(round_trips(several.redis) - before)])
        return value

    flow = person.Flow(several)
    code = step("log in", lambda: flow.code(person.log_in(flow.url)))
    tokens = step("redeem a code", lambda: flow.redeem(code))
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    token = step(
        "refresh", lambda: person.fetch("POST", several.url("/token"), form=form, headers=person.basic())
    ).json["access_token"]
    step("call a tool, 2026-07-28", lambda: person.echo(several, token, "hello"))
    headers = {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    }

    def legacy(method: str, session: dict, **params):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        return person.fetch("POST", several.mcp_url, headers=headers | session, body=body)

    opened = step("open a session, 2025-11-25", lambda: legacy(
        "initialize", {}, protocolVersion="2025-11-25", capabilities={}, clientInfo={"name": "bench", "version": "1"}))
    session = {"Mcp-Session-Id": opened.headers["Mcp-Session-Id"]}
    step("call a tool in it", lambda: legacy("tools/call", session, name="echo", arguments={"message": "hello"}))
    step("introspect a token", lambda: person.fetch(
        "POST", several.url("/introspect"), form={"token": token}, headers=person.basic()))
    step("revoke it", lambda: person.fetch(
        "POST", several.url("/revoke"), form={"token": token}, headers=person.basic()))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench --instances")
    parser.add_argument("--quick", action="store_true", help="measure briefly")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/quality.md")
    options = parser.parse_args()
    seconds = 1 if options.quick else 8
    rows = [["", "tools/call", "through nginx", "CPU of the instances, a call", "CPU of Redis, a call"]]
    with tempfile.TemporaryDirectory() as folder:
        alone = demo.start_one(Path(folder) / "alone", *QUIET)
        rows.append(measure("in memory", [alone.process], None, [alone.port], caller(alone, Path(folder)), seconds))
        alone.stop()
        for count in (1, 2, 3):
            several = instances.start(Path(folder) / str(count), *QUIET, count=count)
            trips = count_round_trips(several)
            rows.append(measure(
                f"{count} on one Redis", [each.process for each in several.instances], several.redis.process,
                [each.port for each in several.instances], caller(several, Path(folder)), seconds, several.port,
            ))
            several.stop()
    tables = show(rows)
    print()
    tables += "\n\n" + show(trips)
    if options.write:
        figures.write("scripts/bench --instances", tables, "one run", is_brief=options.quick)


main()
