"""Our client against the example servers in the official Python SDK, OAuth included."""

import json
import sys
from pathlib import Path

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

import client as ours
import sdk_examples
import sdk_person

HERE = Path(__file__).parent


class Person(ours.Client):
    """Our client with a browser in which a person logs in, and without any credentials at first."""

    @property
    def environment(self) -> dict[str, str]:
        browser = self.home / "browser"
        if not browser.exists():
            browser.write_text(f"#!/bin/sh\nexec {sys.executable} {HERE / 'sdk_person.py'} \"$1\"\n")
            browser.chmod(0o755)
        return {"HOME": str(self.home), "PATH": "/nonexistent", "BROWSER": str(browser)}


@pytest.fixture
def client(tmp_path) -> Person:
    return Person(tmp_path)


@pytest.fixture
def split(examples):
    """An authorization server and a resource server that trusts it."""

    def start(*authorization_server: str) -> str:
        issuer, resource = sdk_examples.free_ports(2)
        examples.start(issuer, *authorization_server)
        examples.start(
            resource, "-m", "mcp_simple_auth.server", "--auth-server", f"http://localhost:{issuer}", "--oauth-strict"
        )
        return f"http://localhost:{resource}/mcp"

    return start


def check_calls(client: Person, url: str) -> None:
    assert [tool["name"] for tool in client.json("tools", url, "--no-login")["tools"]] == ["get_time"]
    result = client.json("call", url, "get_time", "--no-login")
    assert json.loads(result["content"][0]["text"])["timezone"] == "UTC"


def test_a_login_with_registration_at_the_split_servers(client, split):
    url = split("-m", "mcp_simple_auth.auth_server")
    found = client.json("discover", url)
    assert found["protected"] and found["resource"] == url and found["registration_endpoint"]
    login = client.json("login", url)
    assert login["scope"] == "user" and login["refreshable"] is False and login["issuer"] == found["issuer"]
    check_calls(client, url)
    assert client.run("token", url).startswith("mcp_")
    # The example has no introspection, no revocation, and issues no refresh tokens.
    client.run("introspect", url, code=65)
    client.run("refresh", url, code=2)
    assert client.json("logout", url) == {"logged_out": True, "revoked": False}
    client.run("call", url, "get_time", "--no-login", code=2)


def test_tokens_are_refreshed_and_rotate(client, split):
    url = split(str(HERE / "sdk_refreshing.py"))
    assert client.json("login", url)["refreshable"] is True
    tokens = [client.run("token", url)]
    for _ in range(2):
        client.run("refresh", url)
        tokens.append(client.run("token", url))
        check_calls(client, url)
    assert len(set(tokens)) == 3
    # An expired token is renewed without a question.
    [stored] = (client.home / ".local/share/static-auth-client").glob("tokens-*.json")
    stored.write_text(json.dumps(json.loads(stored.read_text()) | {"expires_at": 1}))
    check_calls(client, url)


def test_a_login_at_a_server_of_the_revision_before_resource_metadata(client, examples):
    [port] = sdk_examples.free_ports(1)
    examples.start(port, "-m", "mcp_simple_auth.legacy_as_server")
    url = f"http://localhost:{port}/mcp"
    client.run("login", url)
    check_calls(client, url)
    assert client.json("logout", url)["logged_out"] is True


def test_the_answer_is_pasted_where_there_is_no_browser(client, split):
    url = split("-m", "mcp_simple_auth.auth_server")
    said = ours.Pasting(client).log_in(url, sdk_person.log_in)
    assert "Logged in to" in said
    check_calls(client, url)


@pytest.mark.anyio
async def test_the_bridge_under_a_stdio_host(client, split):
    url = split("-m", "mcp_simple_auth.auth_server")
    client.run("login", url)
    parameters = StdioServerParameters(
        command=client.binary, args=["bridge", url, "--no-login"], env=client.environment
    )
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        assert [tool.name for tool in (await session.list_tools()).tools] == ["get_time"]
        assert "current_time" in (await session.call_tool("get_time", {})).content[0].text


@pytest.mark.parametrize("era", ["auto", "legacy"])
@pytest.mark.parametrize("flags", [[], ["--json-response"]])
@pytest.mark.parametrize("name", ["simple_streamablehttp", "simple_streamablehttp_stateless"])
def test_a_tool_that_sends_notifications(client, examples, name, flags, era):
    [port] = sdk_examples.free_ports(1)
    examples.start(port, "-m", f"mcp_{name}", *flags)
    url = f"http://127.0.0.1:{port}/mcp"
    [tool] = client.json("tools", url, "--era", era)["tools"]
    assert tool["name"] == "start-notification-stream"
    said = client.run("call", url, tool["name"], "interval=0.01", "count=3", "caller=me", "--era", era)
    assert "3 notifications" in said


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_everything(client, examples, era):
    [port] = sdk_examples.free_ports(1)
    examples.start(port, "-m", "mcp_everything_server")
    url = f"http://localhost:{port}/mcp"

    def call(tool: str, *arguments: str, code: int = 0) -> str:
        return client.run("call", url, tool, *arguments, "--era", era, code=code)

    assert call("test_simple_text") == "This is a simple text response for testing.\n"
    assert call("test_image_content") == "(image)\n"
    assert call("test_multiple_content_types") == "Multiple content types test:\n(image)\n(resource)\n"
    assert call("test_tool_with_logging") and call("test_tool_with_progress")
    assert "intentionally returns an error" in call("test_error_handling", code=1)
    # The stream breaks in the middle of the call, and the client has to resume it.
    assert "Reconnection test completed" in call("test_reconnection")
