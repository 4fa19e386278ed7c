"""The cost of a call by the number of tokens, up to the limit of a million, and of sessions."""

import json
import random
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from bench_load import in_turns, say, wrk
from bench_subjects import OURS, Running, Subject, ours
from bench_table import Row
from soak_clients import BASIC, form
from soak_http import pipeline, request

# The server stores at most 100,000 grants, and each token by client_credentials is one. So a grant gets many tokens
# here: a refresh token that stays valid (`--refresh reuse`), and an access token for each use of it.
TOKENS_A_GRANT = 20
GRANTS_AT_A_TIME = 500
# A session belongs to its user, with any of the user's tokens.
TOKENS_OF_SESSIONS = 100
# The maximum number of callers for wrk. Few enough for its memory, too many for the processor's caches.
CALLERS = 10_000


def fill_with_tokens(server: Running, count: int) -> list[str]:
    """Issues this many tokens, and returns a sample of those that can call."""
    host = {"Host": f"127.0.0.1:{server.port}"}
    issue = request("POST", "/debug/tokens/issue", host, '{"refresh_token": true}')
    left, sample = count // TOKENS_A_GRANT, []
    while left:
        grants = min(left, GRANTS_AT_A_TIME)
        left -= grants
        answers = pipeline(server.port, [issue] * grants, 200)
        forms = [
            form(grant_type="refresh_token", refresh_token=json.loads(each)["refresh_token"]) for each in answers]
        refresh = [request("POST", "/token", BASIC | host, each) for each in forms]
        for _ in range(TOKENS_A_GRANT - 2):
            answers += pipeline(server.port, refresh, 200)
        wanted = len(answers) * CALLERS // count
        sample += [json.loads(each)["access_token"] for each in random.sample(answers, min(len(answers), wanted))]
    return sample


def fill_with_sessions(server: Running, count: int) -> list[str]:
    """Opens this many sessions, and returns callers for them: so many that hardly any head equals the previous one."""
    tokens = [server.caller() for _ in range(TOKENS_OF_SESSIONS)]
    sessions = [server.subject.session(server, tokens[0]) for _ in range(count)]
    return [
        f"{tokens[each % len(tokens)]} {sessions[each % count]}" for each in range(max(count, len(tokens)))]


Fill = Callable[[Running, int], list[str]]


def growth(what: str, sizes: list[int], subject: Subject, fill: Fill, rounds: int, seconds: float) -> list[Row]:
    """The processor time of a call by size; each size has its own server, and they are loaded in turns."""
    with ExitStack() as stack:
        works, memory = {}, []
        for size in sizes:
            server = stack.enter_context(subject.start())
            start = time.perf_counter()
            file = server.file(*fill(server, size))
            say(f"{what}: {size:,}, made in {time.perf_counter() - start:.1f} s")
            memory.append(server.resident)
            works[size] = lambda server=server, file=file: wrk(server, "call.lua", 16, seconds, file).processor_us
        found = in_turns(rounds, works)
    rows = []
    for size in sizes:
        ratio = statistics.median(many / few for many, few in zip(found[size], found[sizes[0]]))
        note = f" ({ratio:.2f} of that with {sizes[0]:,})" if size != sizes[0] else ""
        rows.append(Row(f"processor time a call, {what}: {size:,}", "µs", {OURS: found[size]}, note))
    return [*rows, Row(f"resident, {what}: {sizes[-1]:,}", "MiB", {OURS: memory[-1:]})]


def grown(quick: bool, rounds: int, seconds: float) -> list[Row]:
    tokens = [1_000, 10_000] if quick else [1_000, 10_000, 100_000, 1_000_000]
    sessions = [1, 100, 1_000] if quick else [1, 100, 10_000]
    return [
        *growth("live tokens", tokens, ours("--refresh", "reuse"), fill_with_tokens, rounds, seconds),
        *growth("open sessions", sessions, OURS, fill_with_sessions, rounds, seconds),
    ]
