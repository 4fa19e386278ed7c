"""The official Python SDK 1.26, which supports revision 2025-11-25: sessions, and DELETE at the end."""

from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ServerNotification, ToolListChangedNotification

import python_sdk

pytestmark = pytest.mark.anyio


class User(python_sdk.User):
    def received(self, code: str, state: str | None, iss: str):
        return code, state

    @asynccontextmanager
    async def session(self, message_handler=None):
        hooks = {"response": [self.note]}
        async with (
            httpx.AsyncClient(auth=self.provider, timeout=20, event_hooks=hooks) as http,
            streamable_http_client(self.url, http_client=http) as (read, write, session_id),
            ClientSession(read, write, message_handler=message_handler) as session,
        ):
            initialized = await session.initialize()
            assert initialized.protocolVersion == "2025-11-25"
            assert session_id()
            yield session


async def use_both_tools(session: ClientSession) -> None:
    assert [tool.name for tool in (await session.list_tools()).tools] == ["echo", "get_time"]
    echoed = await session.call_tool("echo", {"message": "héllo 🚀"})
    assert not echoed.isError and echoed.structuredContent == {"echo": "héllo 🚀", "length": 7}
    told = await session.call_tool("get_time", {})
    assert not told.isError and told.structuredContent["timezone"] == "UTC"


@pytest.mark.parametrize("auth_method", ["client_secret_post", "client_secret_basic", "none"])
@pytest.mark.parametrize("responses", ["json", "sse"])
async def test_from_discovery_to_both_tools(start_server, auth_method, responses):
    user = User(start_server("--post-responses", responses), auth_method)
    async with user.session() as session:
        await use_both_tools(session)
        await session.send_ping()
    assert user.logins == 1
    assert user.requests[-1].method == "DELETE", "the SDK ends its session"


async def test_an_expired_token_is_refreshed_without_a_person(server):
    user = User(server)
    async with user.session() as session:
        user.expire()
        await use_both_tools(session)
        user.expire()
        await use_both_tools(session)
    assert user.logins == 1
    assert len({tokens.refresh_token for tokens in user.storage.tokens}) == len(user.storage.tokens) == 3


async def test_a_revoked_token_is_recovered_in_the_same_session(server):
    user = User(server)
    async with user.session() as session:
        await use_both_tools(session)
        await user.revoke()
        await use_both_tools(session)
    assert user.logins == 2


async def test_several_calls_are_in_flight_at_once(server):
    user = User(server)
    async with user.session() as session:
        echoed: dict[int, object] = {}

        async def call(number: int) -> None:
            echoed[number] = (await session.call_tool("echo", {"message": str(number)})).structuredContent

        async with anyio.create_task_group() as calls:
            for number in range(20):
                calls.start_soon(call, number)
        assert echoed == {n: {"echo": str(n), "length": len(str(n))} for n in range(20)}


async def test_a_change_of_the_tools_is_heard_on_the_get_stream(start_server):
    user, heard = User(start_server("--list-changed-interval", "1")), anyio.Event()

    async def handle(message) -> None:
        if isinstance(message, ServerNotification) and isinstance(message.root, ToolListChangedNotification):
            heard.set()

    async with user.session(handle):
        with anyio.fail_after(10):
            await heard.wait()
    assert any(request.method == "GET" and "Mcp-Session-Id" in request.headers for request in user.requests)


async def test_bad_arguments_and_unknown_tools_are_explained(server):
    user = User(server)
    async with user.session() as session:
        refused = await session.call_tool("echo", {"message": 5})
        assert refused.isError and "message" in refused.content[0].text
        with pytest.raises(Exception, match="nope"):
            await session.call_tool("nope", {})


async def test_the_report_finds_nothing_wrong(server):
    user = User(server)
    async with user.session() as session:
        await use_both_tools(session)
        user.expire()
        await use_both_tools(session)
        await user.revoke()
        await use_both_tools(session)
    rules = {"pkce-s256", "state-sent", "resource-same", "refresh-once", "initialized", "session-ended"}
    python_sdk.check_report(server, rules)
    python_sdk.check_flows(server, [None, 1])
