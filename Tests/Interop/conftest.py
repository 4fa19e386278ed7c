"""Fixtures of every suite."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import gateway as web
import person
import recording
import sdk_examples
import server as demo
import stub_server


@pytest.fixture
def anyio_backend() -> str:
    """Names the event loop for the suites with asynchronous clients."""
    return "asyncio"


@pytest.fixture
def start_server(tmp_path, request) -> Iterator[Callable[..., demo.Server]]:
    """Starts servers with the given flags and stops them after the test, even a failed one.

    With RECORDINGS=FOLDER their journals become recordings; see recording.py.
    """
    running: list[demo.Server] = []

    def start(*flags: str, port: int = 0) -> demo.Server:
        running.append(demo.start(tmp_path / f"server-{len(running)}", *flags, port=port))
        return running[-1]

    yield start
    for number, one in enumerate(running):
        if folder := os.environ.get("RECORDINGS"):
            journal = person.fetch("GET", one.url("/debug/requests?format=ndjson")).text
            name = f"{request.node.name}-{number}.ndjson"
            Path(folder, name).write_text(recording.write(journal))
        one.stop()


@pytest.fixture
def server(start_server) -> demo.Server:
    """A server without any flags."""
    return start_server()


@pytest.fixture
def examples(tmp_path) -> Iterator[sdk_examples.Examples]:
    """Example servers of the installed SDK."""
    examples = sdk_examples.Examples(tmp_path)
    yield examples
    examples.stop()


@pytest.fixture
def start_gateway(tmp_path) -> Iterator[Callable[..., web.Gateway]]:
    """Starts gateways with the given flags and variables and stops them after the test, even a failed one."""
    running: list[web.Gateway] = []

    def start(*flags: str, **variables: str) -> web.Gateway:
        running.append(web.start(tmp_path / f"gateway-{len(running)}", *flags, **variables))
        return running[-1]

    yield start
    for each in running:
        each.stop()


@pytest.fixture
def stub() -> Iterator[stub_server.Stub]:
    """An MCP server without OAuth, whose lists have pages and whose calls report progress."""
    server = stub_server.Stub()
    yield server
    server.stop()
