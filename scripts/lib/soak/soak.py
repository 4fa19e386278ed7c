"""Loads the server with clients of every kind, samples it, and prints the table of `scripts/soak`."""

import argparse
import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import figures
from soak_clients import (BASIC, FORM, INITIALIZE, MIX, REDIRECT, Clients, authorization, bearer, code_of, form)
from soak_http import Connection, Unexpected, pipeline, request

SERVER = Path(os.environ.get("STATIC_AUTH_SERVER", ".build/release/static-auth-server"))
TICK = os.sysconf("SC_CLK_TCK")
SLICES = 10
# The minimum length of a run whose figures are written.
MINUTES = 20
# The maximum numbers in the table of limits in docs/reference.md.
GRANTS, SESSIONS = 100_000, 16_384
# Short lifetimes, so that as many tokens expire as are issued.
LIFETIMES = ["--access-token-ttl", "60", "--refresh-token-ttl", "90", "--code-ttl", "30"]
# glibc returns freed blocks at once, so that resident memory follows what is in use. Otherwise large messages between
# small objects make it grow in steps of several MiB, between which a leak could hide.
EAGER = {"MALLOC_MMAP_THRESHOLD_": str(512 * 1024), "MALLOC_TRIM_THRESHOLD_": str(128 * 1024)}
# The maximum number of clients at a time; on a machine too busy for the rate the others start later.
MOST = 250


@dataclass
class Sample:
    """The system's figures about the server at one moment."""

    resident: float  # MiB
    files: list[str]  # what is behind each descriptor
    threads: int
    processor: float  # seconds
    latencies: list[float] = field(default_factory=list)


class Process:
    """The server, in a folder of its own."""

    def __init__(self, folder: str):
        ready, self.errors = Path(folder, "ready.json"), Path(folder, "errors")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")} | EAGER
        self.popen = subprocess.Popen(
            [SERVER.resolve(), "--port", "0", "--ready-file", ready, "--log-level", "warning", *LIFETIMES],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=self.errors.open("wb"))
        while not ready.exists():
            if self.popen.poll() is not None:
                sys.exit(f"the server does not start:\n{self.errors.read_text()}")
            time.sleep(0.01)
        self.port = json.loads(ready.read_text())["port"]

    def sample(self) -> Sample:
        folder = Path(f"/proc/{self.popen.pid}")
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        times = (folder / "stat").read_text().rpartition(")")[2].split()
        return Sample(
            int(status["VmRSS"].split()[0]) / 1024, sorted(map(link, (folder / "fd").iterdir())),
            int(status["Threads"]), (int(times[11]) + int(times[12])) / TICK)


def link(descriptor: Path) -> str:
    try:
        return os.readlink(descriptor)
    except FileNotFoundError:
        return "closed meanwhile"


def fill(port: int) -> None:
    """Fills every bounded table: grants, tokens, sessions, failures, flows, traces, the journal."""
    issue = request("POST", "/debug/tokens/issue", {}, '{"ttl": 7200}')
    tokens = [json.loads(body)["access_token"] for body in pipeline(port, [issue] * (GRANTS + 1000), 200)]
    for token, status in ((tokens[0], 401), (tokens[-1], 400)):  # the oldest grants went
        pipeline(port, [request("POST", "/mcp", bearer(token), "{")], status)
    initialize = request("POST", "/mcp", bearer(tokens[-1]), INITIALIZE)
    pipeline(port, [initialize] * (2 * SESSIONS + 1000), 200)
    page = FORM | {"Accept": "application/json"}
    wrong = (form(**authorization("x"), username=f"nobody{n}", password="x") for n in range(10_500))
    pipeline(port, [request("POST", "/login", page, each) for each in wrong], 403)
    user = {"username": "demo_user", "password": "demo_password"}
    for _ in range(11):
        verifiers = [secrets.token_urlsafe(48) for _ in range(200)]
        logins = [request("POST", "/login", page, form(**authorization(v), **user)) for v in verifiers]
        codes = [code_of(json.loads(body)["redirect_to"]) for body in pipeline(port, logins, 200)]
        redeem = [
            form(grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=REDIRECT)
            for code, verifier in zip(codes, verifiers)]
        tokens = pipeline(port, [request("POST", "/token", BASIC, each) for each in redeem], 200)
        refresh = [form(grant_type="refresh_token", refresh_token=json.loads(t)["refresh_token"]) for t in tokens]
        pipeline(port, [request("POST", "/token", BASIC, each) for each in refresh], 200)


class Soak:
    def __init__(self, process: Process):
        self.process, self.port = process, process.port
        self.latencies: list[float] = []
        self.clients = Clients(process.port, self.latencies)
        self.samples: list[Sample] = []
        self.lives, self.problems = Counter(), Counter()

    async def live(self, kind: str) -> None:
        """Runs one client; an unexpected outcome is a problem."""
        self.lives[kind] += 1
        try:
            await getattr(self.clients, kind)()
        except (Unexpected, OSError, EOFError, asyncio.IncompleteReadError, TimeoutError, KeyError, ValueError) as e:
            self.problems[f"{kind}: {type(e).__name__}: {e}"] += 1

    async def drive(self, seconds: float, rate: float) -> None:
        """Starts this many clients per second, and takes a sample each second."""
        loop, running = asyncio.get_running_loop(), set()
        start = loop.time()
        begun = 0
        while (passed := loop.time() - start) < seconds:
            while begun < passed * rate and len(running) < MOST:
                running.add(loop.create_task(self.live(MIX[begun % len(MIX)])))
                if begun % int(10 * rate) == 0:
                    running.add(loop.create_task(self.live("deaf")))
                begun += 1
            if len(self.samples) < passed:
                self.take_sample()
            running = {each for each in running if not each.done()}
            await asyncio.sleep(0.02)
        await asyncio.gather(*running)

    def take_sample(self) -> None:
        sample = self.process.sample()
        sample.latencies, self.latencies[:] = list(self.latencies), []
        self.samples.append(sample)

    async def levels(self) -> dict[str, int]:
        """The gauges of the server, without the connection of this request."""
        async with Connection(self.port) as c:
            lines = (await c.ask("GET", "/metrics")).body.decode().splitlines()
        pairs = [line.split()[:2] for line in lines if "{" not in line]
        gauges = {name.removeprefix("static_auth_server_"): value for name, value in pairs}
        return {name: int(gauges[name]) - (name == "connections") for name in ("sessions", "streams", "connections")}

    async def begin(self) -> Sample:
        """Runs one client of each kind, so that the server makes what it makes at the first use; then it is idle."""
        await asyncio.gather(*(self.live(kind) for kind in set(MIX)))
        for _ in range(60):
            if (await self.levels())["connections"] == 0:
                break
            await asyncio.sleep(0.5)
        await asyncio.sleep(2)
        self.latencies.clear()
        return self.process.sample()

    async def settle(self, start: Sample) -> list[tuple[str, str, bool]]:
        """Waits until the server has released everything, with its clock set forward for the sessions."""
        async with Connection(self.port) as c:
            faults = len((await c.ask("GET", "/debug/faults")).json["faults"])
            await c.ask("POST", "/debug/clock", {}, '{"advance": 2000}')
        for _ in range(60):
            levels = await self.levels()
            await asyncio.sleep(2)  # for the server to take leave of the connection that asked
            now = self.process.sample()
            if not any(levels.values()) and now.files == start.files:
                break
        left = {**levels, "queued faults": faults}
        if now.files != start.files:
            print(f"idle before: {start.files}\nidle after: {now.files}", file=sys.stderr)
        return [
            ("left in the end: " + ", ".join(left), ", ".join(map(str, left.values())), not any(left.values())),
            ("descriptors, idle before and after", f"{len(start.files)}, {len(now.files)}", now.files == start.files),
        ]


def growth(values: list[float]) -> float:
    """The rise of the regression line from first to last, as a share of the mean."""
    if len(values) < 2:
        return 0
    slope, _ = statistics.linear_regression(range(len(values)), values)
    return slope * (len(values) - 1) / statistics.mean(values)


def row(part: list[Sample], before: Sample) -> dict[str, float]:
    """The figures of one slice of the run."""
    latencies = sorted(each for sample in part for each in sample.latencies)
    return {
        "answers": len(latencies),
        "median": latencies[len(latencies) // 2] * 1000,
        "p99": latencies[len(latencies) * 99 // 100] * 1000,
        "processor": (part[-1].processor - before.processor) / len(latencies) * 1e6,
        "resident": statistics.median(sample.resident for sample in part),
        "descriptors": statistics.median(len(sample.files) for sample in part),
        "threads": max(sample.threads for sample in part),
    }


def report(soak: Soak, seconds: float, settled: list[tuple[str, str, bool]]) -> tuple[str, bool]:
    """Two tables, the course of the run and the conclusions, and whether all of them are good."""
    samples = soak.samples
    cuts = [len(samples) * i // SLICES for i in range(SLICES + 1)]
    rows = [row(samples[a:b], samples[max(a - 1, 0)]) for a, b in zip(cuts, cuts[1:])]
    lines = [
        "| until minute | answers | median | 99 of 100 | processor, an answer | resident | descriptors | threads |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for number, each in enumerate(rows, 1):
        lines.append(
            f"| {seconds / 60 * number / SLICES:.1f} | {each['answers']:,} | {each['median']:.2f} ms |"
            f" {each['p99']:.1f} ms | {each['processor']:.0f} µs | {each['resident']:.1f} MiB |"
            f" {each['descriptors']:.0f} | {each['threads']} |")
    half = samples[len(samples) // 2 :]

    def ratio(name: str) -> float:
        """The ratio of the last three slices to three of the first half."""
        return statistics.median(r[name] for r in rows[-3:]) / statistics.median(r[name] for r in rows[2:5])

    memory = growth([sample.resident for sample in half])
    checks = [
        ("unexpected answers", str(soak.problems.total()), not soak.problems),
        ("growth of resident memory over the last half", f"{memory:+.1%}", memory <= 0.03),
        ("descriptors, end against first half", f"{ratio('descriptors'):.2f}", ratio("descriptors") <= 1.25),
        ("threads, end against first half", f"{ratio('threads'):.2f}", ratio("threads") <= 1),
        ("processor time an answer, end against first half", f"{ratio('processor'):.2f}", ratio("processor") <= 1.3),
        ("median latency, end against first half", f"{ratio('median'):.2f}", ratio("median") <= 3),
        *settled,
    ]
    lines += ["", "| what is checked | figure | |", "| --- | --- | --- |"]
    lines += [f"| {title} | {figure} | {'holds' if holds else 'DOES NOT HOLD'} |" for title, figure, holds in checks]
    print(*lines, sep="\n")
    print(f"\n{soak.lives.total():,} clients: " + ", ".join(f"{n} {kind}" for kind, n in soak.lives.most_common()))
    for problem, count in soak.problems.most_common(20):
        print(f"{count} times: {problem}")
    return "\n".join(lines), all(holds for _, _, holds in checks)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    options.add_argument("--minutes", type=float, default=MINUTES)
    options.add_argument("--rate", type=float, default=40, help="clients that begin each second")
    options.add_argument("--write", action="store_true", help="write the figures into docs/quality.md")
    options = options.parse_args()
    if options.minutes < 1 or options.rate < 5:
        sys.exit("scripts/soak takes at least 1 minute and 5 clients a second")
    with tempfile.TemporaryDirectory() as folder:
        process = Process(folder)
        try:
            soak = Soak(process)

            async def run():
                start = await soak.begin()
                print(f"after a client of each kind: {start.resident:.1f} MiB", file=sys.stderr)
                begun = time.monotonic()
                await asyncio.to_thread(fill, process.port)
                took = time.monotonic() - begun
                if (kept := (await soak.levels())["sessions"]) != SESSIONS:
                    sys.exit(f"{kept} sessions are kept, and not {SESSIONS}")
                print(f"tables filled in {took:.0f} s: {process.sample().resident:.1f} MiB", file=sys.stderr)
                await soak.drive(options.minutes * 60, options.rate)
                return await soak.settle(start)

            settled = asyncio.run(run())
            process.popen.terminate()
            settled.append(("exit code", str(code := process.popen.wait(30)), code == 0))
        finally:
            process.popen.kill()
        said = process.errors.read_text()
        settled.append(("errors in the log", str(said.count(" error ")), " error " not in said))
        tables, holds = report(soak, options.minutes * 60, settled)
        if not holds:
            sys.exit(f"the server does not stay what it was; its log ends with:\n{said[-2000:]}")
        if options.write:
            note = f"{soak.lives.total():,} clients in {options.minutes:g} minutes"
            figures.write("scripts/soak", tables, note, is_brief=options.minutes < MINUTES)


main()
