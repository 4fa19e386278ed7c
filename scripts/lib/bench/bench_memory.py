"""The time to start, and the memory of the servers: idle, after many calls, with many streams."""

from collections.abc import Callable

from bench_load import in_turns, say, wrk
from bench_streams import Streams
from bench_subjects import NGINX, OURS, SDK, Running, Subject
from bench_table import Row

STREAMS = 1_000


def starts(quick: bool) -> list[Row]:
    """The time until the first answer and the memory then, of servers that are started for this alone."""
    say("starting them again and again")

    def once(subject: Subject) -> tuple[float, float]:
        with subject.start() as server:
            return server.first_answer_ms, server.resident

    found = in_turns(2 if quick else 20, {subject: lambda s=subject: once(s) for subject in (OURS, SDK, NGINX)})
    times, memory = ({s: [each[part] for each in found[s]] for s in found} for part in (0, 1))
    return [Row("start to first answer", "ms", times), Row("resident after start", "MiB", memory)]


def after_load(server: Running, wanted: int, load: Callable[[float], int]) -> tuple[int, float, float]:
    """Loads a server until it has had this many requests: their number, the memory then, and the growth in MiB."""
    load(1)  # warm-up: buffers and caches reach their size
    before, done = server.resident, 0
    while done < wanted:
        done += load(2)
    return done, server.resident, server.resident - before


def after_calls(servers: dict[Subject, Running], quick: bool) -> list[Row]:
    """The growth after many calls, of new servers."""
    wanted = 10_000 if quick else 100_000
    say(f"{wanted:,} calls to each")
    found = {}
    for subject, server in servers.items():
        file = server.file(server.caller())
        found[subject] = after_load(server, wanted, lambda s: wrk(server, "call.lua", 16, s, file).requests)
    memory, growth = ({s: [each[part]] for s, each in found.items()} for part in (1, 2))
    return [
        Row(f"resident after at least {wanted:,} calls", "MiB", memory),
        Row(f"growth over {wanted:,} calls, after a warm-up", "MiB", growth, compared=False),
    ]


def after_logins(server: Running, quick: bool) -> Row:
    """Users who open the login page and leave."""
    done, _, growth = after_load(
        server, 2_000 if quick else 20_000,
        lambda s: wrk(server, "login.lua", 1, s, path="/authorize").requests // 2,
    )
    return Row(f"growth over {done:,} abandoned logins", "MiB", {OURS: [growth]}, compared=False)


def with_streams(quick: bool) -> list[Row]:
    """Opens many streams on a new server; then, on ours, closes and opens them a few times more."""
    say(f"{STREAMS:,} streams")
    memory, growth = {}, 0.0
    again = 1 if quick else 9
    for subject in (OURS, SDK):
        with subject.start() as server:
            streams = Streams(server, STREAMS)
            streams.open()
            memory[subject] = [server.resident]
            if subject is OURS:
                for _ in range(again):
                    streams.close()
                    streams.open()
                growth = server.resident - memory[subject][0]
            streams.close()
    return [
        Row(f"resident with {STREAMS:,} open streams", "MiB", memory),
        Row(f"growth over {again * STREAMS:,} more, closed and opened", "MiB", {OURS: [growth]}, compared=False),
    ]
