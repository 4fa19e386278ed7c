"""A pre-registered client and a person who logs in, for both major versions of the official Python SDK."""

import time

import anyio
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

import person
import server as demo

REDIRECT_URI = "http://localhost:3031/callback"


class Storage:
    """Stores the client from the start, so that the SDK does not register, and every token that the SDK gets."""

    def __init__(self, auth_method: str, issuer: str):
        self.tokens: list[OAuthToken] = []
        is_public = auth_method == "none"
        self.client = OAuthClientInformationFull(
            client_id=demo.PUBLIC_CLIENT_ID if is_public else demo.CLIENT_ID,
            client_secret=None if is_public else demo.CLIENT_SECRET, redirect_uris=[REDIRECT_URI],
            token_endpoint_auth_method=auth_method, issuer=issuer,
        )

    async def get_tokens(self):
        return self.tokens[-1] if self.tokens else None

    async def set_tokens(self, tokens):
        self.tokens.append(tokens)

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client_info):
        raise AssertionError("the SDK registered a client although it has one")


class User:
    """One person with one client: counts the logins and records the client's requests."""

    def __init__(self, server: demo.Server, auth_method: str = "client_secret_post", mcp_url: str | None = None):
        self.server, self.url = server, mcp_url or server.mcp_url
        self.issuer = self.url.removesuffix("/mcp")
        self.storage, self.logins, self.callback = Storage(auth_method, self.issuer), 0, ""
        self.requests = []
        self.provider = OAuthClientProvider(
            self.url, OAuthClientMetadata(client_name="interop", redirect_uris=[REDIRECT_URI]), self.storage,
            redirect_handler=self.open_browser, callback_handler=self.wait_for_callback,
        )

    async def open_browser(self, url: str) -> None:
        self.logins += 1
        self.callback = await anyio.to_thread.run_sync(person.log_in, url)

    async def wait_for_callback(self):
        found = person.parameters(self.callback)
        assert found["iss"] == self.issuer
        return self.received(found["code"], found.get("state"), found["iss"])

    async def note(self, response) -> None:
        self.requests.append(response.request)

    def expire(self) -> None:
        """Makes the SDK treat its token as expired."""
        self.provider.context.token_expiry_time = time.time() - 1

    async def revoke(self) -> None:
        """Revokes the current access token without telling the client."""
        form = {"token": self.storage.tokens[-1].access_token}
        answer = person.fetch("POST", self.server.url("/revoke"), form=form, headers=person.basic())
        assert (answer.status, answer.body) == (200, b"")


def check_report(server: demo.Server, seen: set[str]) -> None:
    """The server's report on the SDK: no rule broken, and at least the given ones kept."""
    rules = person.fetch("GET", server.url("/debug/report")).json["rules"]
    assert [rule for rule in rules if rule["verdict"] == "FAIL"] == []
    assert seen <= {rule["id"] for rule in rules if rule["verdict"] == "PASS"}


def check_flows(server: demo.Server, follows: list[int | None]) -> None:
    """One flow for each login, all of the client's own name; each but the first continues an earlier one."""
    flows = person.fetch("GET", server.url("/debug/flows")).json["flows"]
    assert [flow["client"] for flow in flows] == ["mcp"] * len(follows)
    assert [flow["follows"] for flow in flows] == follows
    assert all(flow["silence"] is None or flow["silence"]["text"] is None for flow in flows)
