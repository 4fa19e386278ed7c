"""Our bridge under a stdio host of the stateless revision: the SDK's second major version."""

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

import client as ours
import server as demo

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("era", ["auto", "2025-11-25"])
async def test_bridge(tmp_path, server: demo.Server, era):
    client = ours.Client(tmp_path)
    client.log_in(server.mcp_url)
    parameters = StdioServerParameters(
        command=client.binary, args=["bridge", server.mcp_url, "--era", era, "--no-login"], env=client.environment
    )
    async with Client(stdio_client(parameters)) as host:
        assert host.protocol_version == "2026-07-28"
        assert [tool.name for tool in (await host.list_tools()).tools] == ["echo", "get_time"]
        assert (await host.call_tool("echo", {"message": "hi"})).structured_content == {"echo": "hi", "length": 2}
