"""Compares the static release with the official Python SDK's server and nginx, and prints the table of `scripts/bench`.

All of them run all the time and are loaded in turns, round by round, by one wrk on the same machine. A figure is the
median of the rounds, a ratio the median of the rounds' ratios. Each of the three answers on one thread; ours has
another for its recorder.
"""

import argparse
import importlib.metadata
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import figures
from bench_builds import compare_builds
from bench_growth import grown
from bench_load import Counted, in_turns, instructions, say, wrk
from bench_memory import after_calls, after_logins, starts, with_streams
from bench_stores import compare_stores
from bench_subjects import NGINX, OURS, SDK, Running, Subject, ours
from bench_table import Row, show

CONNECTIONS = (1, 16, 64, 256)


@dataclass
class Comparison:
    """Running servers, and the duration of their load."""

    servers: dict[Subject, Running]
    rounds: int
    seconds: float

    def load(
        self, script: str, connections: int, arguments: dict[Subject, list[str | Path]], path: str = "/mcp"
    ) -> dict[Subject, list[Counted]]:
        """Loads the servers for which there are arguments, in turns."""
        return in_turns(self.rounds, {
            subject: lambda s=subject: wrk(
                self.servers[s], script, connections, self.seconds, *arguments[s], path=path)
            for subject in arguments})

    def callers(self, caller: Callable[[Running], str]) -> dict[Subject, list[str | Path]]:
        return {subject: [server.file(caller(server))] for subject, server in self.servers.items()}

    def calls(self) -> list[Row]:
        """Calls in both eras; the counts of these runs give further rows."""
        rates, others = [], []
        for era, caller in (("2026-07-28", Running.caller), ("2025-11-25, a session", Running.session_caller)):
            callers = self.callers(caller)
            for connections in CONNECTIONS:
                counted = self.load("call.lua", connections, callers)
                where = f"{era}, {connections} connection{'s' * (connections > 1)}"
                rates.append(row(f"`tools/call` echo, {where}", "/s", counted, "rate"))
                if connections == 1:
                    others.append(row(f"median latency of a call, {where}", "µs", counted, "median_us"))
                if connections == 16:
                    others.append(row(f"processor time a call, {where}", "µs", counted, "processor_us"))
        return [*rates, *others, *self.instructions()]

    def instructions(self) -> list[Row]:
        """A row where the machine counts instructions."""
        files = self.callers(Running.caller)
        found = {s: instructions(server, self.seconds, files[s][0]) for s, server in self.servers.items()}
        if None in found.values():
            return []
        return [Row("instructions a call, 16 connections", "", {s: [each] for s, each in found.items()})]

    def large(self) -> Row:
        callers = self.callers(Running.caller)
        arguments = {subject: [*callers[subject], "100000"] for subject in (OURS, SDK)}
        return row("echo of 100 kB, 16 connections", "/s", self.load("call.lua", 16, arguments), "rate")

    def introspection(self) -> Row:
        form = {OURS: [self.servers[OURS].file(f"token={self.servers[OURS].caller()}")]}
        return row("introspection, 16 connections", "/s", self.load("form.lua", 16, form, "/introspect"), "rate")

    def flows(self) -> list[Row]:
        """Whole flows with a login, which the SDK does not have, and without one, where all send the same three
        requests.
        """
        with ours("--auto-approve").start() as approving:
            steps = {"login": ["authorize", "login"], "none": ["authorize"], "sdk": ["authorize"]}
            servers = {"login": self.servers[OURS], "none": approving, "sdk": self.servers[SDK]}
            rates = in_turns(self.rounds, {
                name: lambda n=name: wrk(
                    servers[n], "flow.lua", 1, self.seconds, *steps[n], path="/authorize").rate / (len(steps[n]) + 2)
                for name in steps})
        return [
            Row("flows: authorize, login with password, code, refresh, 1 connection", "/s", {OURS: rates["login"]}),
            Row("flows: authorize, code, refresh, without a login (`--auto-approve`)", "/s",
                {OURS: rates["none"], SDK: rates["sdk"]}),
        ]


def row(title: str, unit: str, counted: dict[Subject, list[Counted]], attribute: str) -> Row:
    return Row(title, unit, {s: [getattr(each, attribute) for each in counted[s]] for s in counted})


def with_debugging(rounds: int, seconds: float) -> Row:
    """The throughput with the debug features as a share of that without."""
    with OURS.start() as on, ours("--no-debug").start() as off:
        works = {}
        for server in (on, off):
            file = server.file(server.caller())
            works[server.port] = lambda s=server, file=file: wrk(s, "call.lua", 16, seconds, file).rate
        rates = in_turns(rounds, works)
    share = [100 * with_it / without for with_it, without in zip(rates[on.port], rates[off.port])]
    return Row("throughput with debugging, of that without", "%", {OURS: share})


def compare(quick: bool, rounds: int, seconds: float) -> str:
    """Prints the comparison, and returns it."""
    rows = starts(quick)
    with ExitStack() as stack:
        servers = {subject: stack.enter_context(subject.start()) for subject in (OURS, SDK, NGINX)}
        rows += after_calls(servers, quick)
        rows += with_streams(quick)
        comparison = Comparison(servers, rounds, seconds)
        rows += [*comparison.calls(), comparison.large(), comparison.introspection(), *comparison.flows()]
        rows.append(after_logins(servers[OURS], quick))
    rows.append(with_debugging(rounds, seconds))
    rows += grown(quick, rounds, seconds)
    titles = [OURS.title, f"{SDK.title} {importlib.metadata.version('mcp')}", NGINX.title]
    return show([["", *titles, "better than the SDK", "than nginx"], *(each.cells() for each in rows)])


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures the static release on loopback.")
    parser.add_argument("--quick", action="store_true", help="measure once and briefly")
    parser.add_argument(
        "--stores", nargs="*", metavar="STORE",
        help="compare stores instead, as --store names them (default: memory, and a file beside the server)",
    )
    parser.add_argument(
        "--builds", nargs=2, type=Path, metavar=("BEFORE", "AFTER"), help="compare two builds of the server instead")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/quality.md")
    options = parser.parse_args()
    if options.builds and options.write:
        parser.error("a comparison of builds has no place in docs/quality.md")
    rounds, seconds = (1, 1) if options.quick else (7, 2)
    # A thousand streams are more descriptors than a process has by default; the servers inherit the limit.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))

    # Ending the benchmark also ends its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before it was done"))

    start = time.monotonic()
    say("measuring; the machine should have nothing else to do")
    if options.builds:
        script, table = "scripts/bench --builds", compare_builds(options.builds, options.quick, rounds, seconds)
    elif options.stores is not None:
        script, table = "scripts/bench --stores", compare_stores(options.stores, options.quick, rounds, seconds)
    else:
        script, table = "scripts/bench", compare(options.quick, rounds, seconds)
    took = f"{(time.monotonic() - start) / 60:.1f} minutes"
    say(f"measured for {took}")
    if options.write:
        figures.write(script, table, f"one run of {took}", is_brief=options.quick)


main()
