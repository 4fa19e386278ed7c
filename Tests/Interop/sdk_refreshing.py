"""The SDK's example authorization server, which has no refresh tokens, with refresh tokens that rotate."""

import secrets
import time

from mcp.server.auth.provider import AccessToken, RefreshToken
from mcp.shared.auth import OAuthToken
from mcp_simple_auth import auth_server


class Refreshing(auth_server.SimpleAuthProvider):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.refresh_tokens: dict[str, RefreshToken] = {}

    def with_refresh_token(self, client_id: str, token: OAuthToken) -> OAuthToken:
        value = secrets.token_hex(32)
        self.refresh_tokens[value] = RefreshToken(token=value, client_id=client_id, scopes=token.scope.split())
        return token.model_copy(update={"refresh_token": value})

    async def exchange_authorization_code(self, client, authorization_code):
        token = await super().exchange_authorization_code(client, authorization_code)
        return self.with_refresh_token(client.client_id, token)

    async def load_refresh_token(self, client, refresh_token):
        return self.refresh_tokens.get(refresh_token)

    async def exchange_refresh_token(self, client, refresh_token, scopes):
        del self.refresh_tokens[refresh_token.token]
        value = secrets.token_hex(32)
        # The resource server of 2.3.0 requires the audience.
        resource = next(token.resource for token in self.tokens.values() if token.client_id == client.client_id)
        self.tokens[value] = AccessToken(
            token=value, client_id=client.client_id, scopes=scopes, expires_at=int(time.time()) + 3600,
            resource=resource,
        )
        token = OAuthToken(access_token=value, token_type="Bearer", expires_in=3600, scope=" ".join(scopes))
        return self.with_refresh_token(client.client_id, token)


auth_server.SimpleAuthProvider = Refreshing
auth_server.main()
