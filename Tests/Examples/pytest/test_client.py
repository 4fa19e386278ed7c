"""An example of a client's tests, with the plugin of the wheel; `call_echo` stands for the client."""

import json
import urllib.error
import urllib.request

import pytest


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


def test_a_tool_answers(mcp_auth):
    assert call_echo(mcp_auth.url, mcp_auth.token())["structuredContent"]["echo"] == "hello"


def test_an_expired_token_is_refused(mcp_auth):
    token = mcp_auth.token()
    mcp_auth.advance(3600)
    with pytest.raises(urllib.error.HTTPError) as refusal:
        call_echo(mcp_auth.url, token)
    assert refusal.value.code == 401
    assert 'error="invalid_token"' in refusal.value.headers["WWW-Authenticate"]
