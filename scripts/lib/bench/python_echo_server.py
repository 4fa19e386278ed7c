"""The same echo tool on the official Python SDK: both eras, JSON answers, and an authorization server of its own."""

import secrets
import sys
import time

from mcp.server.auth.provider import (
    AccessToken, AuthorizationCode, AuthorizationParams, RefreshToken, construct_redirect_uri,
)
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from pydantic import BaseModel

PORT = int(sys.argv[1])
ORIGIN = f"http://127.0.0.1:{PORT}"
RESOURCE = f"{ORIGIN}/mcp"
LIFETIME = 3600

# The client's own data; flow.lua is that client.
CLIENT = OAuthClientInformationFull(
    client_id="static-mcp-client-001", client_secret="your-secret-key-change-this-in-production", scope="user",
    redirect_uris=["http://localhost:3031/callback"], token_endpoint_auth_method="client_secret_post",
)


class Echoed(BaseModel):
    echo: str
    length: int


class Provider:
    """Stores grants in dictionaries; accepts every authorization request without a login, the minimum of an SDK server.

    It knows the token `bench` from the beginning. The SDK itself authenticates the client and checks PKCE.
    """

    def __init__(self):
        self.codes: dict[str, AuthorizationCode] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.keep(AccessToken(token="bench", client_id=CLIENT.client_id, scopes=["user"], resource=RESOURCE))

    def keep(self, token: AccessToken) -> None:
        self.access_tokens[token.token] = token

    async def get_client(self, client_id: str) -> OAuthClientInformationFull | None:
        return CLIENT if client_id == CLIENT.client_id else None

    async def load_access_token(self, token: str) -> AccessToken | None:
        return self.access_tokens.get(token)

    async def authorize(self, client: OAuthClientInformationFull, params: AuthorizationParams) -> str:
        code = AuthorizationCode(
            code=secrets.token_urlsafe(32), client_id=client.client_id, scopes=params.scopes or ["user"],
            expires_at=time.time() + 300, code_challenge=params.code_challenge, redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly, resource=params.resource,
        )
        self.codes[code.code] = code
        return construct_redirect_uri(str(params.redirect_uri), code=code.code, state=params.state)

    async def load_authorization_code(self, client: OAuthClientInformationFull, code: str) -> AuthorizationCode | None:
        return self.codes.get(code)

    async def exchange_authorization_code(
        self, client: OAuthClientInformationFull, code: AuthorizationCode
    ) -> OAuthToken:
        del self.codes[code.code]
        return self.issue(client, code.scopes)

    async def load_refresh_token(self, client: OAuthClientInformationFull, token: str) -> RefreshToken | None:
        return self.refresh_tokens.get(token)

    async def exchange_refresh_token(
        self, client: OAuthClientInformationFull, token: RefreshToken, scopes: list[str]
    ) -> OAuthToken:
        del self.refresh_tokens[token.token]
        return self.issue(client, scopes)

    def issue(self, client: OAuthClientInformationFull, scopes: list[str]) -> OAuthToken:
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        expiry = int(time.time()) + LIFETIME
        self.keep(AccessToken(
            token=access, client_id=client.client_id, scopes=scopes, expires_at=expiry, resource=RESOURCE))
        self.refresh_tokens[refresh] = RefreshToken(token=refresh, client_id=client.client_id, scopes=scopes)
        return OAuthToken(access_token=access, expires_in=LIFETIME, refresh_token=refresh, scope=" ".join(scopes))


server = MCPServer(
    "bench", auth_server_provider=Provider(), log_level="ERROR",
    auth=AuthSettings(
        issuer_url=ORIGIN, resource_server_url=RESOURCE, required_scopes=["user"], validate_token_resource=True
    ),
)


@server.tool()
def echo(message: str) -> Echoed:
    """Returns the given message and its length."""
    return Echoed(echo=message, length=len(message))


server.run("streamable-http", host="127.0.0.1", port=PORT, json_response=True)
