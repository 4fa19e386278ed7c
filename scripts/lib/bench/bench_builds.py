"""Compares two builds of the server, for `scripts/bench --builds`: the cost of a change, or the gain of a trick."""

import statistics
from contextlib import ExitStack
from pathlib import Path

from bench_load import Counted, in_turns, wrk
from bench_subjects import Running, ours
from bench_table import show


def compare_builds(paths: list[Path], quick: bool, rounds: int, seconds: float) -> str:
    """Prints the comparison, and returns it. Both run all the time; a ratio is the median of the rounds' ratios."""
    builds = {each: ours(binary=path.resolve()) for each, path in zip(("before", "after"), paths)}
    rows = [["", *builds, "after / before"]]

    def add(title: str, unit: str, found: dict[str, list[float]]) -> None:
        medians = [f"{statistics.median(found[each]):,.{0 if unit == '/s' else 1}f} {unit}" for each in builds]
        ratio = statistics.median(after / before for before, after in zip(found["before"], found["after"]))
        rows.append([title, *medians, f"{ratio:.3f}"])

    def start(each: str) -> tuple[float, float]:
        with builds[each].start() as server:
            return server.first_answer_ms, server.resident

    starts = in_turns(5 if quick else 20, {each: lambda each=each: start(each) for each in builds})
    add("start to first answer", "ms", {each: [first for first, _ in starts[each]] for each in builds})
    add("resident after start", "MiB", {each: [resident for _, resident in starts[each]] for each in builds})

    with ExitStack() as stack:
        servers = {each: stack.enter_context(builds[each].start()) for each in builds}

        def load(script: str, connections: int, caller, path: str = "/mcp") -> dict[str, list[Counted]]:
            arguments = {each: caller(server) for each, server in servers.items()}
            return in_turns(rounds, {
                each: lambda each=each: wrk(servers[each], script, connections, seconds, arguments[each], path=path)
                for each in builds})

        eras = {"2026-07-28": Running.caller, "2025-11-25, a session": Running.session_caller}
        for era, caller in eras.items():
            for connections in (1, 16, 64):
                found = load("call.lua", connections, lambda server: server.file(caller(server)))
                where = f"{era}, {connections} connection{'s' * (connections > 1)}"
                add(f"`tools/call` echo, {where}", "/s", {each: [one.rate for one in found[each]] for each in found})
                used = {each: [one.processor_us for one in found[each]] for each in found}
                add(f"processor time a call, {where}", "µs", used)
        large = in_turns(rounds, {
            each: lambda each=each: wrk(
                servers[each], "call.lua", 16, seconds, servers[each].file(servers[each].caller()), "100000")
            for each in builds})
        add("echo of 100 kB, 16 connections", "/s", {each: [one.rate for one in large[each]] for each in large})
        requests = load("flow.lua", 1, lambda _: "login", "/login")
        add("flows: login, code, refresh", "/s", {each: [one.rate / 3 for one in requests[each]] for each in requests})
        add("resident after all that", "MiB", {each: [server.resident] for each, server in servers.items()})
    return show(rows)
