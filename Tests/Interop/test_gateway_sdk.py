"""The gateway with the example servers in the official Python SDK, which register clients dynamically."""

from pathlib import Path

import pytest
import sdk_examples
import sdk_person

HERE = Path(__file__).parent


@pytest.fixture
def gateway(start_gateway):
    return start_gateway(MCP_CLIENT_SECRET="")


@pytest.fixture
def split(examples) -> str:
    """The URL of a resource server that trusts an authorization server whose access tokens can be refreshed."""
    issuer, resource = sdk_examples.free_ports(2)
    examples.start(issuer, str(HERE / "sdk_refreshing.py"))
    examples.start(
        resource, "-m", "mcp_simple_auth.server", "--auth-server", f"http://localhost:{issuer}", "--oauth-strict")
    return f"http://localhost:{resource}/mcp"


def test_a_whole_session_with_dynamic_registration(gateway, split):
    begun = gateway.connect(split)
    assert begun["requiresAuth"] and begun["sessionId"] not in begun["authUrl"]
    callback = sdk_person.log_in(begun["authUrl"])
    assert gateway.answer(callback).status == 200
    session = begun["sessionId"]
    assert [tool["name"] for tool in gateway.tools(session)["tools"]] == ["get_time"]
    assert "current_time" in gateway.call(session, "get_time")["content"][0]["text"]
    assert [name for name, _ in gateway.events(session, "get_time", {})][-1] == "result"
    gateway.disconnect(session)
    assert gateway.tools(session, 404)["code"] == "unknown_session"


@pytest.mark.parametrize("name", ["simple_streamablehttp", "simple_streamablehttp_stateless"])
def test_servers_without_a_login(gateway, examples, name):
    [port] = sdk_examples.free_ports(1)
    examples.start(port, "-m", f"mcp_{name}")
    begun = gateway.connect(f"http://localhost:{port}/mcp")
    assert begun.keys() == {"success", "sessionId"}
    assert [tool["name"] for tool in gateway.tools(begun["sessionId"])["tools"]] == ["start-notification-stream"]
