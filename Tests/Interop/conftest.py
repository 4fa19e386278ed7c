"""Fixtures of every suite."""

from collections.abc import Callable, Iterator

import pytest

import sdk_examples
import server as demo


@pytest.fixture
def anyio_backend() -> str:
    """Tells the suites whose clients are asynchronous what runs them."""
    return "asyncio"


@pytest.fixture
def start_server(tmp_path) -> Iterator[Callable[..., demo.Server]]:
    """Starts servers with the given flags and stops them, whatever the test did."""
    running: list[demo.Server] = []

    def start(*flags: str, port: int = 0) -> demo.Server:
        running.append(demo.start(tmp_path / f"server-{len(running)}", *flags, port=port))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def server(start_server) -> demo.Server:
    """A server as it comes, without any flags."""
    return start_server()


@pytest.fixture
def examples(tmp_path) -> Iterator[sdk_examples.Examples]:
    """Example servers of the SDK that is installed here."""
    examples = sdk_examples.Examples(tmp_path)
    yield examples
    examples.stop()
