"""An example of a client's tests; `call_echo` stands for the client."""

import json
import urllib.error
import urllib.request


def call_echo(url: str, token: str) -> dict:
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
               "params": {"name": "echo", "arguments": {"message": "hello"}, "_meta": meta}}
    request = urllib.request.Request(url, json.dumps(message).encode(), {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call", "Mcp-Name": "echo",
    })
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["result"]


def test_a_tool_answers(auth_server):
    token = auth_server.debug("tokens/issue")["access_token"]
    assert call_echo(auth_server.mcp_url, token)["structuredContent"]["echo"] == "hello"


def test_an_expired_token_is_refused(auth_server):
    token = auth_server.debug("tokens/issue")["access_token"]
    auth_server.debug("clock", {"advance": 3600})
    try:
        call_echo(auth_server.mcp_url, token)
        raise AssertionError("the call went through")
    except urllib.error.HTTPError as refusal:
        assert refusal.code == 401
        assert 'error="invalid_token"' in refusal.headers["WWW-Authenticate"]
