"""The public client beside the one with a secret, from outside."""

import html
import json

import pytest

import person
import server as demo
from person import Flow

SECRET = {"client_id": demo.PUBLIC_CLIENT_ID, "client_secret": demo.CLIENT_SECRET}


class PublicFlow(Flow):
    """A flow of the public client, which sends its id alone."""

    client_id = demo.PUBLIC_CLIENT_ID

    @property
    def request(self) -> dict[str, str]:
        return super().request | {"client_id": self.client_id}


def token_request(server: demo.Server, flow: Flow, code: str, form: dict, headers=None) -> person.Answer:
    """Redeems a code with the given credentials."""
    return person.fetch("POST", server.url("/token"), headers=headers, form={
        "grant_type": "authorization_code", "code": code, "code_verifier": flow.verifier,
        "redirect_uri": flow.redirect_uri, "resource": server.mcp_url, **form,
    })


def log_in(server: demo.Server) -> dict:
    flow = PublicFlow(server)
    code = flow.code(person.log_in(flow.url))
    answer = token_request(server, flow, code, {"client_id": demo.PUBLIC_CLIENT_ID})
    assert answer.status == 200, answer.text
    return answer.json


def refresh(server: demo.Server, token: str, form: dict, headers=None) -> person.Answer:
    return person.fetch("POST", server.url("/token"), headers=headers, form={
        "grant_type": "refresh_token", "refresh_token": token, "resource": server.mcp_url, **form,
    })


PUBLIC = {"client_id": demo.PUBLIC_CLIENT_ID}


def test_it_logs_in_calls_refreshes_and_revokes_with_its_id_alone(server):
    tokens = log_in(server)
    assert person.echo(server, tokens["access_token"], "hi") == {"echo": "hi", "length": 2}
    answer = refresh(server, tokens["refresh_token"], PUBLIC)
    assert answer.status == 200
    new = answer.json
    assert new["refresh_token"] != tokens["refresh_token"], "refresh tokens of a public client rotate"
    assert person.echo(server, new["access_token"], "hi") == {"echo": "hi", "length": 2}
    facts = person.fetch("POST", server.url("/introspect"), form={"token": new["access_token"]}, headers=person.basic())
    assert facts.json["client_id"] == demo.PUBLIC_CLIENT_ID
    assert server.broken_rules() == []
    gone = person.fetch("POST", server.url("/revoke"), form={"token": new["refresh_token"], **PUBLIC})
    assert gone.status == 200
    assert person.call(server, new["access_token"], "tools/list").status == 401


def test_a_replayed_refresh_token_ends_its_grant_alone(server):
    first, other = log_in(server), log_in(server)
    second = refresh(server, first["refresh_token"], PUBLIC).json
    replay = refresh(server, first["refresh_token"], PUBLIC)
    assert (replay.status, replay.json["error"]) == (400, "invalid_grant")
    assert person.call(server, second["access_token"], "tools/list").status == 401
    assert person.call(server, other["access_token"], "tools/list").status == 200


def test_neither_client_can_use_what_the_other_got(server):
    ours = PublicFlow(server)
    code = ours.code(person.log_in(ours.url))
    refused = token_request(server, ours, code, {}, person.basic())
    assert (refused.status, refused.json["error"]) == (400, "invalid_grant")
    assert demo.PUBLIC_CLIENT_ID in refused.json["received"]
    tokens = token_request(server, ours, code, PUBLIC).json
    theirs = Flow(server)
    their_code = theirs.code(person.log_in(theirs.url))
    assert token_request(server, theirs, their_code, PUBLIC).json["error"] == "invalid_grant"
    their_tokens = theirs.redeem(their_code)
    for token, form, headers in [
        (tokens["refresh_token"], {}, person.basic()), (their_tokens["refresh_token"], PUBLIC, None),
    ]:
        assert refresh(server, token, form, headers).json["error"] == "invalid_grant"
        assert person.fetch("POST", server.url("/revoke"), form={"token": token, **form}, headers=headers).status == 200
    assert refresh(server, tokens["refresh_token"], PUBLIC).status == 200
    assert refresh(server, their_tokens["refresh_token"], {}, person.basic()).status == 200


def test_a_session_belongs_to_the_client_that_opened_it(server):
    ours, theirs = log_in(server)["access_token"], Flow(server)
    theirs = theirs.redeem(theirs.code(person.log_in(theirs.url)))["access_token"]
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

    def send(token: str, message: dict, more: dict) -> person.Answer:
        return person.fetch(
            "POST", server.mcp_url, headers=headers | {"Authorization": f"Bearer {token}"} | more,
            body=json.dumps({"jsonrpc": "2.0", **message}))

    opened = send(ours, {"id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "public", "version": "1"}}}, {})
    session = {"Mcp-Session-Id": opened.headers["Mcp-Session-Id"], "MCP-Protocol-Version": "2025-06-18"}
    # The same person, but another client.
    assert send(theirs, {"id": 2, "method": "tools/list"}, session).status == 404
    assert send(ours, {"id": 3, "method": "tools/list"}, session).status == 200


@pytest.mark.parametrize("form, headers", [
    (SECRET, None), ({}, person.basic(demo.PUBLIC_CLIENT_ID)), ({}, person.basic(demo.PUBLIC_CLIENT_ID, "")),
], ids=["body", "header", "empty"])
def test_a_secret_too_many_is_explained(server, form, headers):
    flow = PublicFlow(server)
    code = flow.code(person.log_in(flow.url))
    refused = token_request(server, flow, code, form, headers)
    assert (refused.status, refused.json["error"]) == (401, "invalid_client")
    assert demo.PUBLIC_CLIENT_ID in refused.json["hint"] and demo.CLIENT_ID in refused.json["hint"]
    assert demo.CLIENT_SECRET not in refused.text
    # Nothing was spent.
    assert token_request(server, flow, code, PUBLIC | {"client_secret": ""}).status == 200


def test_a_secret_too_few_is_explained(server):
    flow = Flow(server)
    code = flow.code(person.log_in(flow.url))
    refused = token_request(server, flow, code, {"client_id": demo.CLIENT_ID})
    assert (refused.status, refused.json["error"]) == (401, "invalid_client")
    assert f"Client '{demo.PUBLIC_CLIENT_ID}' has none." in refused.json["hint"]
    flow.redeem(code)


def test_what_needs_a_secret_is_not_for_it(server):
    token = log_in(server)["access_token"]
    asked = person.fetch("POST", server.url("/introspect"), form={"token": token, **PUBLIC})
    assert (asked.status, asked.json["error"]) == (401, "invalid_client")
    alone = person.fetch("POST", server.url("/token"), form={"grant_type": "client_credentials", **PUBLIC})
    assert (alone.status, alone.json["error"]) == (400, "unauthorized_client")
    assert demo.CLIENT_ID in asked.json["hint"] and demo.CLIENT_ID in alone.json["hint"]


@pytest.mark.parametrize("change", [
    {"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None},
])
def test_pkce_with_s256_is_required_of_it(server, change):
    request = {k: v for k, v in (PublicFlow(server).request | change).items() if v is not None}
    answer = person.fetch("POST", server.url("/authorize"), form=request)
    assert person.parameters(answer.location)["error"] == "invalid_request"


def test_metadata_list_none_last_and_registration_stays_closed(server):
    metadata = person.fetch("GET", server.url("/.well-known/oauth-authorization-server")).json
    methods = ["client_secret_basic", "client_secret_post"]
    assert metadata["token_endpoint_auth_methods_supported"] == [*methods, "none"]
    assert metadata["revocation_endpoint_auth_methods_supported"] == [*methods, "none"]
    assert metadata["introspection_endpoint_auth_methods_supported"] == methods
    refused = person.fetch("POST", server.url("/register"), body="{}", headers={"Content-Type": "application/json"})
    assert refused.status == 403 and demo.PUBLIC_CLIENT_ID in refused.json["hint"]


OFF_LOOPBACK = [
    "--public-url", "https://mcp.example.com", "--client-secret", "own", "--user", "ann:a-password-of-her-own",
]


@pytest.mark.parametrize("flags, expected", [
    ([], demo.PUBLIC_CLIENT_ID), (["--public-client-id", "none"], None), (["--public-client-id", "mine"], "mine"),
    (OFF_LOOPBACK, None), ([*OFF_LOOPBACK, "--public-client-id", "mine"], "mine"),
    (["--client-id", demo.PUBLIC_CLIENT_ID], None),
])
def test_it_exists_on_loopback_or_where_it_is_asked_for(tmp_path, flags, expected):
    running = demo.start_any(tmp_path / "server", *flags)
    try:
        facts = json.loads((tmp_path / "server/ready.json").read_text())
        assert facts.get("public_client_id") == expected
        banner = running.output.read_text()
        assert ("Public client" in banner) == (expected is not None)
        assert expected is None or f"Public client  {expected}, without a secret" in banner
        url = f"http://127.0.0.1:{running.port}/.well-known/oauth-authorization-server"
        answer = person.fetch("GET", url)
        assert ("none" in answer.json["token_endpoint_auth_methods_supported"]) == (expected is not None)
    finally:
        running.process.terminate()
        assert running.process.wait(20) == 0


@pytest.mark.parametrize("flags, message", [
    (["--public-client-id", demo.CLIENT_ID], "is the client with the secret"),
    (["--public-client-id", "caf\u00e9"], "printable ASCII"), (["--public-client-id", ""], "It is empty"),
])
def test_an_id_that_cannot_be_is_refused(tmp_path, flags, message):
    with pytest.raises(AssertionError, match=message):
        demo.start_any(tmp_path / "server", *flags)


def test_the_report_knows_both_clients(server):
    log_in(server)
    flow = Flow(server)
    flow.redeem(flow.code(person.log_in(flow.url)))
    assert server.broken_rules() == []
    person.fetch("POST", server.url("/authorize"), form=Flow(server).request | {"client_id": "nobody"})
    assert server.broken_rules() == ["known-client"]


@pytest.mark.parametrize("flags", [[], ["--public-client-id", "none"], ["--public-client-id", "it's <mine>"]])
def test_the_pages_name_it(start_server, flags):
    server = start_server(*flags)
    expected = {"none": None, "it's <mine>": "it's <mine>"}.get((flags or [""])[-1], demo.PUBLIC_CLIENT_ID)
    index = person.fetch("GET", server.url("/"), headers={"Accept": "application/json"}).json
    assert index.get("public_client_id") == expected
    for path in ("/", "/callback?code=x"):
        page = html.unescape(person.fetch("GET", server.url(path), headers={"Accept": "text/html"}).text)
        assert (f"<code>{expected}</code>" in page or f">{expected}</code>" in page) == (expected is not None)
        assert "<mine>" not in person.fetch("GET", server.url(path), headers={"Accept": "text/html"}).text
