"""Generic OAuth libraries, which know nothing of MCP and authenticate by Basic, without `client_id` in the body."""

import pytest
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

import person
import server as demo

REDIRECT_URI = "http://localhost:3031/callback"
BASIC = HTTPBasicAuth(demo.CLIENT_ID, demo.CLIENT_SECRET)


@pytest.fixture(autouse=True)
def plain_http(monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def metadata(server):
    return person.fetch("GET", server.url("/.well-known/oauth-authorization-server")).json


def test_requests_oauthlib_redeems_refreshes_and_notices_a_replay(server, metadata):
    session = OAuth2Session(demo.CLIENT_ID, redirect_uri=REDIRECT_URI, scope=["user"], pkce="S256")
    url, state = session.authorization_url(metadata["authorization_endpoint"])
    callback = person.log_in(url)
    assert person.parameters(callback)["state"] == state

    redeem = dict(authorization_response=callback, auth=BASIC, include_client_id=False)
    token = session.fetch_token(metadata["token_endpoint"], **redeem)
    assert token["token_type"] == "Bearer" and token["scope"] == ["user"] and token["expires_in"] == 3600
    assert person.echo(server, token["access_token"], "hi") == {"echo": "hi", "length": 2}

    renewed = session.refresh_token(metadata["token_endpoint"], auth=BASIC)
    assert renewed["refresh_token"] != token["refresh_token"]
    assert person.echo(server, renewed["access_token"], "hi") == {"echo": "hi", "length": 2}

    with pytest.raises(InvalidGrantError):
        session.fetch_token(metadata["token_endpoint"], **redeem)
    assert person.call(server, renewed["access_token"], "tools/list").status == 401


def test_requests_oauthlib_gets_a_token_for_a_machine(server, metadata):
    session = OAuth2Session(client=BackendApplicationClient(demo.CLIENT_ID))
    token = session.fetch_token(metadata["token_endpoint"], auth=BASIC, include_client_id=False)
    assert "refresh_token" not in token
    assert person.echo(server, token["access_token"], "hi") == {"echo": "hi", "length": 2}


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_redeems_refreshes_introspects_and_revokes(server, metadata, method):
    session = AuthlibSession(
        demo.CLIENT_ID, demo.CLIENT_SECRET, redirect_uri=REDIRECT_URI, scope="user", code_challenge_method="S256",
        token_endpoint_auth_method=method, revocation_endpoint_auth_method=method,
    )
    verifier = "v" * 43
    url, _ = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=person.log_in(url), code_verifier=verifier
    )
    assert person.echo(server, token["access_token"], "hi") == {"echo": "hi", "length": 2}

    token = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    described = session.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert described["active"] and described["username"] == demo.USERNAME and described["aud"] == server.mcp_url

    revoked = session.revoke_token(metadata["revocation_endpoint"], token=token["refresh_token"])
    assert (revoked.status_code, revoked.content) == (200, b"")
    assert person.call(server, token["access_token"], "tools/list").status == 401


def test_authlib_gets_a_token_for_a_machine(server, metadata):
    session = AuthlibSession(demo.CLIENT_ID, demo.CLIENT_SECRET, token_endpoint_auth_method="client_secret_basic")
    token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    assert person.echo(server, token["access_token"], "hi") == {"echo": "hi", "length": 2}
