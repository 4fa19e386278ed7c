"""Our client against example servers that only the second major version of the SDK serves over HTTP."""

import pytest

import client as ours
import sdk_examples


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_a_list_in_pages(tmp_path, examples, era):
    [port] = sdk_examples.free_ports(1)
    examples.start(port, "-m", "mcp_simple_pagination", "--transport", "streamable-http")
    tools = ours.Client(tmp_path).json("tools", f"http://127.0.0.1:{port}/mcp", "--era", era)["tools"]
    assert [tool["name"] for tool in tools] == [f"tool_{number}" for number in range(1, 26)]
