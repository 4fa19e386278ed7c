"""The same echo tool on the official Python SDK, stateless with JSON answers and a bearer check, as its docs run it."""

import sys

from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel

PORT = int(sys.argv[1])
ORIGIN = f"http://127.0.0.1:{PORT}"


class Echoed(BaseModel):
    echo: str
    length: int


class OneToken:
    """Knows the one token `bench` without asking anybody, which is the fastest a verifier can be."""

    async def verify_token(self, token: str) -> AccessToken | None:
        if token != "bench":
            return None
        return AccessToken(token=token, client_id="bench", scopes=["user"], resource=f"{ORIGIN}/mcp")


server = MCPServer(
    "bench", token_verifier=OneToken(), log_level="ERROR",
    auth=AuthSettings(
        issuer_url=ORIGIN, resource_server_url=f"{ORIGIN}/mcp", required_scopes=["user"], validate_token_resource=True
    ),
)


@server.tool()
def echo(message: str) -> Echoed:
    """Returns the given message and its length."""
    return Echoed(echo=message, length=len(message))


server.run("streamable-http", host="127.0.0.1", port=PORT, json_response=True, stateless_http=True)
