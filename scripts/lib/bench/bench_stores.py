"""Compares the stores, for `scripts/bench --stores`: the cost of each kind of request."""

import statistics
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench_load import in_turns, wrk
from bench_subjects import FULL_RELEASE, Running, ours
from bench_table import show

TITLES = [
    "", "start to first answer", "resident after start", "tools/call, 2026-07-28: one look-up, 16 connections",
    "tools/call, 2025-11-25: a look-up and a mark, 16 connections",
    "token by client_credentials: one change, 16 connections",
    "login, code and refresh: three changes, 1 connection",
]


def compare_stores(stores: list[str], quick: bool, rounds: int, seconds: float) -> str:
    """Prints the comparison, and returns it."""
    with tempfile.TemporaryDirectory(dir=FULL_RELEASE.parent) as folder:
        return measure(stores or ["memory", f"sqlite:{folder}/grants.sqlite"], quick, rounds, seconds)


def measure(stores: list[str], quick: bool, rounds: int, seconds: float) -> str:
    subjects = {store: ours("--store", store, binary=FULL_RELEASE) for store in stores}

    def start(store: str) -> tuple[float, float]:
        with subjects[store].start() as server:
            return server.first_answer_ms, server.resident

    starts = in_turns(5 if quick else 20, {store: lambda s=store: start(s) for store in stores})
    columns = {}
    for store in stores:
        first_answer, resident = map(statistics.median, zip(*starts[store]))
        columns[store] = [store.split(":")[0], f"{first_answer:.1f} ms", f"{resident:.1f} MiB"]

    with ExitStack() as stack:
        servers = {store: stack.enter_context(subjects[store].start()) for store in stores}

        def rates(script: str, connections: int, argument: Callable[[Running], str | Path], path: str = "/mcp"):
            """The median rate of each store."""
            works = {
                store: lambda s=server, a=argument(server): wrk(s, script, connections, seconds, a, path=path).rate
                for store, server in servers.items()}
            return {store: statistics.median(each) for store, each in in_turns(rounds, works).items()}

        for found in (
            rates("call.lua", 16, lambda server: server.file(server.caller())),
            rates("call.lua", 16, lambda server: server.file(server.session_caller())),
            rates("form.lua", 16, lambda server: server.file("grant_type=client_credentials"), "/token"),
        ):
            for store in stores:
                columns[store].append(f"{found[store]:,.0f} /s")
        requests = rates("flow.lua", 1, lambda _: "login", "/login")
        for store in stores:
            columns[store].append(f"{3000 / requests[store]:.2f} ms")
    return show([list(row) for row in zip(TITLES, *columns.values())])
