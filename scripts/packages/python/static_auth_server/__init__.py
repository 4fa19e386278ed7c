"""A running static-auth-server for tests of MCP clients.

With pytest, take the fixture ``mcp_auth``. Elsewhere::

    from static_auth_server import AuthServer

    with AuthServer.start() as server:
        connect(server.url, server.token())
"""

from ._binary import executable
from ._process import ServerError
from ._report import Report, Rule
from ._server import AuthServer, Fault, Tokens

__all__ = ["AuthServer", "Fault", "Report", "Rule", "ServerError", "Tokens", "executable"]
