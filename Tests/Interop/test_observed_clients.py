"""The observed behaviour of real clients, byte for byte where it matters."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

import person
import server as demo
from person import Flow


def test_one_logs_in_without_a_browser(server):
    flow = Flow(server, redirect_uri="http://localhost:3030/callback")
    form = flow.request | {"username": demo.USERNAME, "password": demo.PASSWORD}
    first = person.fetch("POST", server.url("/authorize"), form=form)
    assert first.status == 302 and first.headers["Location"].startswith(server.url("/login?"))
    assert demo.PASSWORD not in first.headers["Location"] and demo.USERNAME not in first.headers["Location"]

    second = person.fetch("POST", first.headers["Location"], form=form)
    assert second.status == 303
    token = flow.redeem(flow.code(second.location))
    assert person.echo(server, token["access_token"], "hi") == {"echo": "hi", "length": 2}


def test_one_insists_on_the_scopes_it_asks_for(start_server):
    server = start_server("--scope", "read write")
    flow = Flow(server, redirect_uri="http://localhost:8765/oauth/callback", scope="read write")
    token = flow.redeem(flow.code(person.log_in(flow.url)))
    assert token["scope"].split() == ["read", "write"]
    assert person.echo(server, token["access_token"], "hi") == {"echo": "hi", "length": 2}


def test_one_fetches_the_authorization_url_before_the_browser_does(server):
    flow = Flow(server, redirect_uri="http://localhost:49321/callback")
    preflight = person.fetch("GET", flow.url)
    assert preflight.status == 302
    token = flow.redeem(flow.code(person.log_in(flow.url)))
    assert person.echo(server, token["access_token"], "hi") == {"echo": "hi", "length": 2}


def test_some_send_neither_user_agent_nor_accept(server):
    """`fetch` sends exactly what it is given."""
    documents = (
        "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
    )
    for path in documents:
        answer = person.fetch("GET", server.url(path))
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("application/json")
    token = person.fetch(
        "POST", server.url("/token"), form={"grant_type": "client_credentials"}, headers=person.basic()
    )
    assert token.status == 200 and token.json["token_type"] == "Bearer"


def test_the_first_request_comes_without_a_token_and_is_shown_the_way(server):
    for body in ('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}', "not even JSON"):
        refused = person.fetch("POST", server.mcp_url, body=body, headers={"Content-Type": "application/json"})
        assert refused.status == 401
        challenge = refused.headers["WWW-Authenticate"]
        document = server.url("/.well-known/oauth-protected-resource/mcp")
        assert f'resource_metadata="{document}"' in challenge and "error" not in challenge
    assert person.fetch("GET", document).json["resource"] == server.mcp_url


STATES = ["a&b=c", "100%", "%41%2B", "a+b c", "=&=&", "naïve ☕ 日本語 🚀", '"quoted" <b>', "x" * 500, None]


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_a_state_comes_back_as_it_was_sent(server, state):
    flow = Flow(server, state=state)
    form = person.open_login(flow.url)
    for action in ("approve", "deny"):
        callback = person.submit(form, action).location
        assert person.parameters(callback).get("state") == state
    assert flow.redeem(flow.code(person.submit(form, "approve").location))


def test_two_flows_may_share_a_state(server):
    one, two = Flow(server, state="same"), Flow(server, state="same", redirect_uri="http://localhost:3032/callback")
    form_one, form_two = person.open_login(one.url), person.open_login(two.url)
    code_two = two.code(person.submit(form_two, "approve").location)
    code_one = one.code(person.submit(form_one, "approve").location)
    for flow, code in ((one, code_one), (two, code_two)):
        token = flow.redeem(code)["access_token"]
        assert person.echo(server, token, "hi") == {"echo": "hi", "length": 2}


def test_calls_with_the_same_id_each_get_their_own_answer(server):
    token = machine_token(server)
    messages = [f"call {number}" for number in range(64)]
    with ThreadPoolExecutor(16) as threads:
        echoed = list(threads.map(lambda message: person.echo(server, token, message, request_id=7), messages))
    assert [answer["echo"] for answer in echoed] == messages


def test_a_stdio_bridge_authenticates_by_basic_alone(server):
    assert person.echo(server, machine_token(server), "hi") == {"echo": "hi", "length": 2}


CALLBACKS = {
    "Claude Code": "http://localhost:51234/callback",
    "VS Code": "http://127.0.0.1:33418/",
    "VS Code, another port": "http://127.0.0.1:40123/",
    "VS Code, as its prompt shows it": "http://127.0.0.1:33418",
    "Cursor": "http://localhost:8787/callback",
    "mcp-remote": "http://localhost:22296/oauth/callback",
    "MCP Inspector": "http://localhost:6274/oauth/callback",
    "MCP Inspector on the command line": "http://127.0.0.1:6276/oauth/callback",
    "Codex CLI": "http://127.0.0.1:40001/callback/rKXJg4sX1b-p",
    "Gemini CLI": "http://localhost:7777/oauth/callback",
    "opencode": "http://127.0.0.1:19876/mcp/oauth/callback",
    "Kiro CLI": "http://localhost:7778/oauth/callback",
    "IPv6": "http://[::1]:40002/callback",
}


@pytest.mark.parametrize("redirect_uri", CALLBACKS.values(), ids=CALLBACKS)
def test_the_callbacks_of_real_clients_need_no_setting(server, redirect_uri):
    flow = Flow(server, redirect_uri=redirect_uri)
    form = person.open_login(flow.url)
    token = flow.redeem(flow.code(person.submit(form, "approve").location))
    assert token["refresh_token"]


def test_a_script_logs_in_with_json(server):
    flow = Flow(server)
    login = person.fetch("GET", flow.url).location
    form = {"username": demo.USERNAME, "password": "wrong"}
    refused = person.fetch("POST", login, form=form, headers={"Accept": "application/json"})
    assert refused.status == 403 and refused.json["error"] == "access_denied"
    form["password"] = demo.PASSWORD
    approved = person.fetch("POST", login, form=form, headers={"Accept": "application/json"})
    assert approved.status == 200
    assert flow.redeem(flow.code(approved.json["redirect_to"]))["access_token"]


def test_a_pipeline_needs_no_login_where_it_is_switched_off(start_server):
    server = start_server("--auto-approve")
    flow = Flow(server)
    answer = person.fetch("GET", flow.url)
    assert answer.status == 302
    assert flow.redeem(flow.code(answer.location))["access_token"]


def test_a_public_client_needs_no_secret(start_server):
    server = start_server("--token-auth", "none")
    metadata = person.fetch("GET", server.url("/.well-known/oauth-authorization-server")).json
    assert metadata["token_endpoint_auth_methods_supported"] == ["none"]
    flow = Flow(server)
    code = flow.code(person.log_in(flow.url))
    answer = person.fetch("POST", server.url("/token"), form={
        "grant_type": "authorization_code", "code": code, "code_verifier": flow.verifier, "client_id": demo.CLIENT_ID,
    })
    assert answer.status == 200 and person.echo(server, answer.json["access_token"], "hi")["length"] == 2


def test_registration_says_what_to_do_instead(server):
    wanted = json.dumps({"redirect_uris": ["http://localhost:3031/callback"], "client_name": "x"})
    answer = person.fetch("POST", server.url("/register"), body=wanted, headers={"Content-Type": "application/json"})
    assert answer.status == 403 and answer.json["error"] == "access_denied"
    assert "pre-registered" in answer.json["error_description"]


def test_nobody_else_is_redirected_to(server):
    for redirect_uri in ("http://localhost.evil.example/", "http://127.0.0.1@evil.example/", "https://evil.example/"):
        refused = person.fetch("GET", Flow(server, redirect_uri=redirect_uri).url)
        assert refused.status == 400 and "Location" not in refused.headers
        assert "<html" in refused.text.lower()


def machine_token(server: demo.Server) -> str:
    form = {"grant_type": "client_credentials"}
    answer = person.fetch("POST", server.url("/token"), form=form, headers=person.basic())
    assert answer.status == 200 and "refresh_token" not in answer.json, answer.text
    return answer.json["access_token"]
