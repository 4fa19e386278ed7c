"""Our client against servers of the official Python SDK, and its bridge under the SDK's stdio client."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

import client as ours
import server as demo

pytestmark = pytest.mark.anyio


@pytest.fixture
def client(tmp_path) -> ours.Client:
    return ours.Client(tmp_path)


@pytest.fixture
def sdk_url():
    """A server of the installed SDK."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("sdk_server.py"), str(port)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 40
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < end, "the SDK's server did not start"
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/mcp"
    process.terminate()
    process.wait(20)


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_tools_of_an_sdk_server(client, sdk_url, era):
    tools = client.json("tools", sdk_url, "--era", era)["tools"]
    assert [tool["name"] for tool in tools] == ["add", "fail", "steer"]
    assert client.json("call", sdk_url, "add", "a=2", "b=3", "--era", era)["structuredContent"] == {"result": 5}
    assert "Error executing tool fail" in client.run("call", sdk_url, "fail", "--era", era, code=1)


def test_what_a_server_says_does_not_steer_the_terminal(client, sdk_url):
    assert "steer()  Steers \ufffd[2J\ufffd2J a terminal." in client.run("tools", sdk_url)
    assert "\ufffd]0;title\ufffd one\ufffd\ntwo" in client.run("call", sdk_url, "steer")
    assert client.json("call", sdk_url, "steer")["content"][0]["text"] == "\x1b]0;title\x07 one\r\ntwo"


async def use_bridge(command: str, arguments: list[str], environment: dict[str, str]) -> None:
    parameters = StdioServerParameters(command=command, args=arguments, env=environment)
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        names = [tool.name for tool in (await session.list_tools()).tools]
        assert names == ["echo", "get_time"]
        answer = await session.call_tool("echo", {"message": "héllo 🚀"})
        assert answer.content[0].text == '{"echo":"héllo 🚀","length":7}'
        # Before 2025-11-25 wrong arguments are a protocol error, since then a result.
        try:
            refused = await session.call_tool("echo", {"message": 5})
            assert getattr(refused, "isError", False) or getattr(refused, "is_error", False)
        except Exception as error:
            assert "'message' must be a string" in str(error)


@pytest.mark.parametrize("era", ["auto", "2025-11-25", "2025-03-26"])
async def test_bridge(client, server: demo.Server, era):
    client.log_in(server.mcp_url)
    await use_bridge(client.binary, ["bridge", server.mcp_url, "--era", era, "--no-login"], client.environment)
