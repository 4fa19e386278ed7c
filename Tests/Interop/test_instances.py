"""Several instances: each step of a flow may reach another one."""

import http.client
import json
import time

import pytest

import instances
import person
import server as demo
from person import Flow


@pytest.fixture(params=[2, 3])
def several(request, tmp_path):
    """Two, then three instances behind nginx."""
    running = instances.start(tmp_path, count=request.param)
    yield running
    running.stop()


@pytest.fixture
def three(tmp_path):
    running = instances.start(tmp_path, count=3)
    yield running
    running.stop()


def at(public: demo.Server, instance: demo.Server) -> demo.Server:
    """The public server, reached directly at one instance, without nginx."""
    url = f"http://127.0.0.1:{instance.port}"
    return demo.Server(instance.process, instance.output, url, f"{url}/mcp", public.issuer, instance.port)


def log_in(server: demo.Server) -> tuple[Flow, str]:
    """Authorizes at one instance; the redirects lead to the public address, so the form is posted at once."""
    flow = Flow(server)
    form = flow.request | {"username": demo.USERNAME, "password": demo.PASSWORD}
    answer = person.fetch("POST", server.url("/login"), form=form, headers={"Accept": "text/html"})
    return flow, flow.code(answer.location)


def legacy(server: demo.Server, token: str, method: str, session: str | None = None, params: dict | None = None):
    headers = {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    } | ({"Mcp-Session-Id": session} if session else {})
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    return person.fetch("POST", server.mcp_url, headers=headers, body=json.dumps(message))


def initialize(server: demo.Server, token: str) -> str:
    answer = legacy(server, token, "initialize", params={
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"},
    })
    assert answer.status == 200, answer.text
    return answer.headers["Mcp-Session-Id"]


def revoke(server: demo.Server, token: str) -> None:
    assert person.fetch("POST", server.url("/revoke"), form={"token": token}, headers=person.basic()).status == 200


def test_each_step_of_a_flow_may_reach_another_instance(three):
    one, two, last = (at(three, each) for each in three.instances)
    flow, code = log_in(one)
    flow.server = two
    tokens = flow.redeem(code)
    assert person.echo(last, tokens["access_token"], "hi") == {"echo": "hi", "length": 2}

    session = initialize(last, tokens["access_token"])
    for each in (one, two, last):
        assert legacy(each, tokens["access_token"], "ping", session).status == 200
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "Mcp-Session-Id": session}
    assert person.fetch("DELETE", one.mcp_url, headers=headers).status == 204
    assert legacy(two, tokens["access_token"], "ping", session).status == 404

    replay = person.fetch("POST", last.url("/token"), headers=person.basic(), form={
        "grant_type": "authorization_code", "code": code, "code_verifier": flow.verifier,
    })
    assert (replay.status, replay.json["error"]) == (400, "invalid_grant")
    for each in (one, two, last):
        assert person.call(each, tokens["access_token"], "tools/list").status == 401


def test_nginx_spreads_the_requests_and_a_client_does_not_notice(several):
    flow = Flow(several)
    tokens = flow.redeem(flow.code(person.log_in(flow.url)))
    for number in range(20):
        assert person.echo(several, tokens["access_token"], str(number))["echo"] == str(number)
    # nginx logs a request after it has sent the answer.
    deadline = time.monotonic() + 10
    while sum(several.answered().values()) < 24 and time.monotonic() < deadline:
        time.sleep(0.05)
    counts = several.answered().values()
    assert sum(counts) >= 24 and min(counts) >= 24 // len(counts) - 1


def test_a_revoked_token_is_refused_everywhere_at_once_and_its_stream_ends_at_a_keep_alive(three):
    one, two, last = (at(three, each) for each in three.instances)
    flow, code = log_in(one)
    tokens = flow.redeem(code)
    session = initialize(one, tokens["access_token"])
    connection = http.client.HTTPConnection("localhost", three.port, timeout=60)
    connection.request("GET", "/mcp", headers={
        "Authorization": f"Bearer {tokens['access_token']}", "Mcp-Session-Id": session, "Accept": "text/event-stream",
    })
    stream = connection.getresponse()
    assert stream.status == 200

    revoke(two, tokens["refresh_token"])
    for each in (one, two, last):
        assert person.call(each, tokens["access_token"], "tools/list").status == 401
    began = time.monotonic()
    while stream.read1():
        pass
    assert time.monotonic() - began < 40
    connection.close()


def test_an_instance_that_is_killed_is_passed_over(three):
    flow = Flow(three)
    tokens = flow.redeem(flow.code(person.log_in(flow.url)))
    three.instances[1].process.kill()
    three.instances[1].process.wait()
    for number in range(9):
        assert person.echo(three, tokens["access_token"], str(number))["echo"] == str(number)


def test_without_redis_every_answer_is_503_and_afterwards_all_goes_on(three):
    flow = Flow(three)
    tokens = flow.redeem(flow.code(person.log_in(flow.url)))
    three.redis.kill()
    for _ in range(6):
        answer = person.call(three, tokens["access_token"], "tools/list")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert answer.json["error"] == "temporarily_unavailable"
    health = person.fetch("GET", three.url("/healthz"))
    assert health.status == 503
    three.redis.start()
    end = time.monotonic() + 60
    while person.call(three, tokens["access_token"], "tools/list").status != 200:
        assert time.monotonic() < end
    for each in three.instances:
        while person.call(at(three, each), tokens["access_token"], "tools/list").status != 200:
            assert time.monotonic() < end
    assert person.echo(three, tokens["access_token"], "back") == {"echo": "back", "length": 4}


def test_the_peer_is_the_one_that_nginx_names_whatever_the_client_writes(three):
    wrong = person.basic(secret="wrong")
    statuses = [
        person.fetch(
            "POST", three.url("/token"), form={"grant_type": "client_credentials"},
            headers=wrong | {"X-Forwarded-For": f"192.0.2.{number}"},
        ).status
        for number in range(40)
    ]
    assert statuses[0] == 401 and statuses[-1] == 429
