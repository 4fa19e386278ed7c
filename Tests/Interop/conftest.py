"""Fixtures of every suite."""

from collections.abc import Callable, Iterator

import pytest

import sdk_examples
import server as demo


@pytest.fixture
def anyio_backend() -> str:
    """Names the event loop for the suites with asynchronous clients."""
    return "asyncio"


@pytest.fixture
def start_server(tmp_path) -> Iterator[Callable[..., demo.Server]]:
    """Starts servers with the given flags and stops them after the test, even a failed one."""
    running: list[demo.Server] = []

    def start(*flags: str, port: int = 0) -> demo.Server:
        running.append(demo.start(tmp_path / f"server-{len(running)}", *flags, port=port))
        return running[-1]

    yield start
    for one in running:
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
