"""The release build with a SQLite store: logins and sessions outlive the process."""

from urllib.parse import parse_qs, urlsplit

import requests

import server as demo


def ask(client: requests.Session, url: str, form: dict) -> dict:
    answer = client.post(url, data={"client_id": demo.CLIENT_ID, "client_secret": demo.CLIENT_SECRET, **form})
    assert answer.status_code == 200, answer.text
    return answer.json()


def ping(client: requests.Session, server: demo.Server, token: str, session: str) -> int:
    headers = {
        "Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream", "Mcp-Session-Id": session
    }
    return client.post(server.mcp_url, headers=headers, json={"jsonrpc": "2.0", "id": 1, "method": "ping"}).status_code


def test_a_login_and_a_session_survive_a_restart(start_server, tmp_path):
    # Tokens are bound to the origin of the request, so the port must stay the same.
    flags = ("--store", f"sqlite:{tmp_path}/grants.sqlite")
    first = start_server(*flags)
    with requests.Session() as client:
        challenge = {
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
        }
        login = client.post(
            first.url("/login"), headers={"Accept": "application/json"},
            data={
                "response_type": "code", "client_id": demo.CLIENT_ID, "redirect_uri": first.url("/callback"),
                "username": demo.USERNAME, "password": demo.PASSWORD, **challenge,
            },
        ).json()
        code = parse_qs(urlsplit(login["redirect_to"]).query)["code"][0]
        redeem = {
            "grant_type": "authorization_code", "code": code,
            "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        }
        tokens = ask(client, first.url("/token"), redeem)
        opened = client.post(
            first.mcp_url,
            headers={
                "Authorization": f"Bearer {tokens['access_token']}", "Accept": "application/json, text/event-stream"
            },
            json={
                "jsonrpc": "2.0", "id": 1, "method": "initialize",
                "params": {
                    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}
                },
            },
        )
        session = opened.headers["mcp-session-id"]
        assert ping(client, first, tokens["access_token"], session) == 200
        first.stop()
        assert sorted(path.name for path in tmp_path.glob("grants*")) == ["grants.sqlite"]

    second = start_server(*flags, port=first.port)
    with requests.Session() as client:
        assert ping(client, second, tokens["access_token"], session) == 200
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        new = ask(client, second.url("/token"), refresh)
        assert ping(client, second, new["access_token"], session) == 200
        replay = client.post(
            second.url("/token"), data={"client_id": demo.CLIENT_ID, "client_secret": demo.CLIENT_SECRET, **redeem}
        )
        assert replay.status_code == 400 and replay.json()["error"] == "invalid_grant"
        assert ping(client, second, new["access_token"], session) == 401


def test_a_store_knows_whose_a_grant_is(start_server, tmp_path):
    flags = ("--store", f"sqlite:{tmp_path}/grants.sqlite")
    first = start_server(*flags)
    public, secret = {"client_id": demo.PUBLIC_CLIENT_ID}, {
        "client_id": demo.CLIENT_ID, "client_secret": demo.CLIENT_SECRET,
    }
    verifier = {"code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}
    login = requests.post(first.url("/login"), headers={"Accept": "application/json"}, data={
        "response_type": "code", "redirect_uri": first.url("/callback"), **public,
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
        "username": demo.USERNAME, "password": demo.PASSWORD,
    }).json()
    redeem = {"grant_type": "authorization_code", **verifier}
    redeem["code"] = parse_qs(urlsplit(login["redirect_to"]).query)["code"][0]
    token = requests.post(first.url("/token"), data=redeem | public).json()["refresh_token"]
    first.stop()
    second = start_server(*flags, port=first.port)
    refresh = {"grant_type": "refresh_token", "refresh_token": token}
    assert requests.post(second.url("/token"), data=refresh | secret).json()["error"] == "invalid_grant"
    assert requests.post(second.url("/token"), data=refresh | public).status_code == 200
