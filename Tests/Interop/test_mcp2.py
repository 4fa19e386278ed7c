"""The official Python SDK 2.3, which opens with `server/discover` and supports revision 2026-07-28."""

from contextlib import asynccontextmanager

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult

import python_sdk

pytestmark = pytest.mark.anyio


class User(python_sdk.User):
    def received(self, code: str, state: str | None, iss: str):
        return AuthorizationCodeResult(code=code, state=state, iss=iss)

    @asynccontextmanager
    async def client(self, mode: str = "auto"):
        async with httpx2.AsyncClient(auth=self.provider, timeout=20, event_hooks={"response": [self.note]}) as http:
            async with Client(streamable_http_client(self.url, http_client=http), mode=mode) as client:
                yield client


async def use_both_tools(client: Client) -> None:
    tools = (await client.list_tools(cache_mode="refresh")).tools
    assert [tool.name for tool in tools] == ["echo", "get_time"]
    echoed = await client.call_tool("echo", {"message": "héllo 🚀"})
    assert not echoed.is_error and echoed.structured_content == {"echo": "héllo 🚀", "length": 7}
    told = await client.call_tool("get_time", {})
    assert not told.is_error and told.structured_content["timezone"] == "UTC"


@pytest.mark.parametrize("auth_method", ["client_secret_post", "client_secret_basic", "none"])
@pytest.mark.parametrize("responses", ["json", "sse", "auto"])
async def test_from_discovery_to_both_tools(start_server, auth_method, responses):
    user = User(start_server("--post-responses", responses), auth_method)
    async with user.client() as client:
        assert client.protocol_version == "2026-07-28"
        assert client.server_info.name == "static-auth-server"
        await use_both_tools(client)
    assert user.logins == 1
    assert user.requests[0].headers["Mcp-Method"] == "server/discover"
    assert not any("Mcp-Session-Id" in request.headers for request in user.requests)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_each_spelling_of_loopback_is_consistent(server, host):
    user = User(server, mcp_url=f"http://{host}:{server.port}/mcp")
    async with user.client() as client:
        await use_both_tools(client)


async def test_the_same_sdk_in_legacy_mode_opens_a_session(server):
    user = User(server)
    async with user.client(mode="legacy") as client:
        assert client.protocol_version == "2025-11-25"
        await use_both_tools(client)
    assert user.requests[-1].method == "DELETE" and "Mcp-Session-Id" in user.requests[-1].headers


async def test_an_expired_token_is_refreshed_without_a_person(server):
    user = User(server)
    async with user.client() as client:
        user.expire()
        await use_both_tools(client)
        user.expire()
        await use_both_tools(client)
    assert user.logins == 1
    assert len({tokens.refresh_token for tokens in user.storage.tokens}) == len(user.storage.tokens) == 3


async def test_a_revoked_token_is_recovered(server):
    user = User(server)
    async with user.client() as client:
        await use_both_tools(client)
        await user.revoke()
        await use_both_tools(client)
    assert user.logins == 2


async def test_a_missing_scope_is_stepped_up_to(start_server):
    user = User(start_server("--require-scope", "echo=echo"))
    async with user.client() as client:
        assert not (await client.call_tool("get_time", {})).is_error
        assert "echo" not in user.storage.tokens[-1].scope.split()
        assert (await client.call_tool("echo", {"message": "up"})).structured_content == {"echo": "up", "length": 2}
        assert {"user", "echo"} <= set(user.storage.tokens[-1].scope.split())
    assert user.logins == 2


async def test_several_calls_are_in_flight_at_once(server):
    user = User(server)
    async with user.client() as client:
        echoed: dict[int, object] = {}

        async def call(number: int) -> None:
            echoed[number] = (await client.call_tool("echo", {"message": str(number)})).structured_content

        async with anyio.create_task_group() as calls:
            for number in range(20):
                calls.start_soon(call, number)
        assert echoed == {n: {"echo": str(n), "length": len(str(n))} for n in range(20)}


async def test_a_change_of_the_tools_is_heard(start_server):
    user = User(start_server("--list-changed-interval", "1"))
    async with user.client() as client:
        async with client.listen(tools_list_changed=True) as events:
            with anyio.fail_after(10):
                async for event in events:
                    assert type(event).__name__ == "ToolsListChanged"
                    break


async def test_bad_arguments_and_unknown_tools_are_explained(server):
    user = User(server)
    async with user.client() as client:
        refused = await client.call_tool("echo", {"message": 5})
        assert refused.is_error and "message" in refused.content[0].text
        with pytest.raises(Exception, match="nope"):
            await client.call_tool("nope", {})
