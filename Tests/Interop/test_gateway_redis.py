"""Sessions of the gateway in a real Redis: several instances, a kill, an outage, encryption."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import gateway as web
import person
import pytest
import server as demo
from instances import Redis, free_port, wait_for


class Memory(Redis):
    """A Redis server that loses everything when it is stopped."""

    def start(self) -> None:
        log = self.folder / "log"
        self.process = subprocess.Popen([
            "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--logfile", str(log),
        ], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port, self.process, log)

    def ask(self, *words: str) -> str:
        return subprocess.run(
            ["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def redis(tmp_path):
    server = Memory(tmp_path / "redis")
    yield server
    server.kill()


@pytest.fixture
def start(start_gateway, redis):
    def begin(*flags: str, **variables: str) -> web.Gateway:
        return start_gateway(*flags, **{"REDIS_URL": redis.url + "/3", "MCP_TOKEN_KEY": web.KEY} | variables)

    return begin


@pytest.fixture
def two(start, start_server):
    """Two gateways under one public URL, and a server that knows it."""

    def begin(*flags: str, server: tuple[str, ...] = ()) -> tuple[web.Gateway, web.Gateway, demo.Server]:
        public = f"http://localhost:{free_port()}"
        running = start_server("--redirect-uris", f"{public}/api/mcp/auth/callback", *server)
        shared = ("--public-url", public, "--client", f"{running.mcp_url}={demo.CLIENT_ID}", *flags)
        return start(*shared), start(*shared), running

    return begin


def test_a_session_goes_on_at_another_instance_after_a_kill(two):
    first, second, server = two()
    session = first.log_in(server.mcp_url)
    assert first.echo(session) == "hello"
    first.kill()
    assert second.echo(session, "again") == "again"
    second.disconnect(session)
    second.tools(session, 404)


def test_a_login_goes_on_at_another_instance_after_a_kill(two):
    first, second, server = two()
    begun = first.connect(server.mcp_url)
    callback = person.log_in(begun["authUrl"])
    first.kill()
    assert second.answer(callback).status == 200
    assert second.answer(callback).status == 400
    assert second.echo(begun["sessionId"]) == "hello"


def test_a_state_is_used_once_among_instances(two):
    first, second, server = two()
    callback = person.log_in(first.connect(server.mcp_url)["authUrl"])
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda each: each.answer(callback).status, [first, second] * 3))
    assert sorted(answers) == [200, 400, 400, 400, 400, 400]


def test_what_ends_at_one_instance_ends_at_all(two):
    first, second, server = two()
    session = first.log_in(server.mcp_url)
    assert second.echo(session) == "hello"
    first.disconnect(session)
    second.call(session, "echo", {"message": "x"}, status=404)


def test_tokens_are_renewed_once_among_instances(two):
    first, second, server = two(server=("--access-token-ttl", "5"))
    session = first.log_in(server.mcp_url)
    second.echo(session)
    assert person.fetch("POST", server.url("/debug/clock"), body='{"advance":6}', headers={
        "Content-Type": "application/json"}).status < 300
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(lambda each: each.echo(session), [first, second] * 8))
    assert said == ["hello"] * 16
    journal = person.fetch("GET", server.url("/debug/requests?format=ndjson")).text
    # One exchange of the code and one renewal.
    assert [json.loads(line)["path"] for line in journal.splitlines()].count("/token") == 2
    assert server.broken_rules() == []


def test_nothing_in_redis_can_be_read_and_everything_expires(two, redis):
    first, _, server = two()
    session = first.log_in(server.mcp_url)
    pending = first.connect(server.mcp_url)
    keys = redis.ask("-n", "3", "KEYS", "*").split()
    assert keys and all(key.startswith("static-auth-gateway:") for key in keys)
    assert all(int(redis.ask("-n", "3", "TTL", key)) > 0 for key in keys)
    everything = " ".join(keys) + " ".join(redis.ask("-n", "3", "GET", key) for key in keys)
    state = person.parameters(pending["authUrl"])["state"]
    for secret in (session, pending["sessionId"], state, demo.CLIENT_SECRET, "access_token", server.mcp_url):
        assert secret not in everything


def test_another_key_opens_nothing(two, start):
    first, _, server = two()
    session = first.log_in(server.mcp_url)
    other = start(MCP_TOKEN_KEY="A" * 43 + "=")
    other.tools(session, 404)


def test_no_session_is_lost_while_redis_is_away(two, redis):
    first, second, server = two()
    before = first.log_in(server.mcp_url)
    gone = first.log_in(server.mcp_url)
    pending = first.connect(server.mcp_url)
    redis.kill()
    first.until(lambda each: each.health()["status"] == "degraded")
    assert "redis is away" in first.output.read_text()
    assert first.echo(before) == "hello"
    during = first.log_in(server.mcp_url)
    first.disconnect(gone)
    first.tools(gone, 404)
    second.tools("a" * 43, 502)
    redis.start()
    first.until(lambda each: each.health() | {"sessions": 0} == {"status": "ok", "redis": "up", "sessions": 0})
    second.until(lambda each: each.health()["status"] == "ok")
    for session in (before, during):
        assert second.echo(session) == "hello" and first.echo(session) == "hello"
    second.tools(gone, 404)
    assert second.answer(person.log_in(pending["authUrl"])).status == 200
    second.tools("a" * 43, 404)


def test_redis_may_be_missing_at_the_start(start, redis, stub):
    redis.kill()
    gateway = start()
    assert gateway.health()["status"] == "degraded"
    session = gateway.connect(stub.url)["sessionId"]
    redis.start()
    gateway.until(lambda each: each.health()["status"] == "ok")
    assert start().tools(session)["tools"]


def test_an_expired_session_is_told_from_an_unknown_one(start, stub):
    first, second = start("--session-idle", "1"), start("--session-idle", "1")
    session = first.connect(stub.url)["sessionId"]
    time.sleep(1.5)
    second.tools(session, 410)
    first.tools(session, 410)
    second.tools("a" * 43, 404)


def test_a_refusing_redis_is_a_mistake_in_the_settings(redis):
    redis.ask("CONFIG", "SET", "requirepass", "secret")
    status, said = web.fails("--redis", redis.url, MCP_TOKEN_KEY=web.KEY)
    assert status == 78 and "secret" not in said
