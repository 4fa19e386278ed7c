"""A server made with the official Python SDK, of either major version: `sdk_server.py PORT`. It asks for no token."""

import sys

try:
    from mcp.server.mcpserver import MCPServer as Server
except ImportError:
    from mcp.server.fastmcp import FastMCP as Server

port = int(sys.argv[1])
try:
    server = Server("sdk", host="127.0.0.1", port=port)
    options = {}
except TypeError:
    server = Server("sdk")
    options = {"host": "127.0.0.1", "port": port}


@server.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool()
def fail() -> str:
    """Fails."""
    raise ValueError("no luck")


@server.tool(description="Steers \x1b[2J\x9b2J a terminal.")
def steer() -> str:
    return "\x1b]0;title\x07 one\r\ntwo"


server.run(transport="streamable-http", **options)
