"""Loads servers with wrk, in turns, because the machine's speed may halve and double within minutes."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench_subjects import HERE, Running


@dataclass
class Counted:
    """The result of a run of wrk."""

    requests: int
    seconds: float
    median_us: float
    processor_us: float  # what the server used for each request, all threads together

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def say(what: str) -> None:
    print(f"==> {what}", file=sys.stderr)


def wrk(
    server: Running, script: str, connections: int, seconds: float, *arguments: str | Path, path: str = "/mcp",
    under: tuple[str, ...] = (),
) -> Counted:
    """Loads a server; an answer that is not 2xx or 3xx ends the benchmark. `under` is a command that runs wrk."""
    before = server.processor_us
    output = subprocess.run(
        [*under, "wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "-s", HERE / script,
         f"http://127.0.0.1:{server.port}{path}", "--", *arguments],
        capture_output=True, text=True, check=True,
    ).stdout
    counted = json.loads(output.splitlines()[-1])
    if counted.pop("errors") or not counted["requests"]:
        sys.exit(f"{script}: {server.subject.title} did not answer everything well\n{output}")
    return Counted(**counted, processor_us=(server.processor_us - before) / counted["requests"])


Name, Value = TypeVar("Name"), TypeVar("Value")


def in_turns(rounds: int, works: dict[Name, Callable[[], Value]]) -> dict[Name, list[Value]]:
    """Does each work once per round, in sequence; each round starts with another one."""
    found = {name: [] for name in works}
    names = list(works)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(works[name]())
    return found


def instructions(server: Running, seconds: float, callers: Path) -> float | None:
    """The instructions per call, or None where the machine does not count them, as many virtual ones do not."""
    file = server.folder / "perf"
    perf = ("perf", "stat", "-x,", "-e", "instructions", "-o", str(file))
    try:
        subprocess.run([*perf, "true"], check=True, capture_output=True)
        if "not" in perf_count(file):
            return None
        attached = (*perf, "-p", ",".join(map(str, server.processes)))
        requests = wrk(server, "call.lua", 16, seconds, callers, under=attached).requests
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return float(perf_count(file)) / requests


def perf_count(file: Path) -> str:
    """The value of `perf stat -x,`: a number, or that it is not counted or not supported."""
    return [line for line in file.read_text().splitlines() if "," in line][-1].split(",")[0]
