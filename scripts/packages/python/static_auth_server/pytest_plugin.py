"""The pytest plugin: the fixture ``mcp_auth``, markers, and the verdict of the whole run."""

from __future__ import annotations

import json
import signal
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Generator, Iterator

import pytest

from ._process import ServerError
from ._report import Report, Rule
from ._server import AuthServer

_STATE = pytest.StashKey["_Verdicts"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("static-auth-server")
    group.addoption(
        "--mcp-auth-report", metavar="FILE.xml",
        help="write which rules the MCP clients followed in the whole run, as JUnit's XML")
    group.addoption(
        "--mcp-auth-strict", action="store_true", default=None,
        help="a test fails when an MCP client broke a rule in it")
    parser.addini("mcp_auth_strict", "as --mcp-auth-strict", type="bool", default=False)
    parser.addini("mcp_auth_args", "flags of the server that mcp_auth starts", type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "mcp_scenario(name): the server of mcp_auth behaves as this scenario says during the test")
    config.addinivalue_line("markers", "mcp_allow(*rules): --mcp-auth-strict accepts that the test breaks these rules")
    config.stash[_STATE] = verdicts = _Verdicts(config)
    config.pluginmanager.register(verdicts, "static-auth-server-verdicts")


@pytest.fixture(scope="session")
def mcp_auth(pytestconfig: pytest.Config) -> Iterator[AuthServer]:
    """An OAuth authorization server and a protected MCP server, as they were started before each test.

    One process for the whole session, or for each worker of pytest-xdist.
    """
    with _ended_by_sigterm(), AuthServer.start(*pytestconfig.getini("mcp_auth_args")) as server:
        verdicts = pytestconfig.stash[_STATE]
        verdicts.server = server
        try:
            yield server
        finally:
            # At Ctrl-C the terminal has ended the server as well.
            with suppress(ServerError):
                verdicts.read()
            verdicts.server = None


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Lets SIGTERM end the session as Ctrl-C does, so that no server stays behind; not where others handle it."""
    is_main = threading.current_thread() is threading.main_thread()
    is_ours = is_main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    def end(*_: object) -> None:
        pytest.exit("SIGTERM", returncode=128 + signal.SIGTERM)

    if is_ours:
        signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        if is_ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _mcp_scenario(request: pytest.FixtureRequest) -> Iterator[None]:
    """Plays the scenario of the marker that is closest to the test."""
    marker = request.node.get_closest_marker("mcp_scenario")
    with ExitStack() as stack:
        if marker:
            if len(marker.args) != 1 or marker.kwargs or not isinstance(marker.args[0], str):
                raise pytest.UsageError('mcp_scenario takes one name: @pytest.mark.mcp_scenario("issuer-slash")')
            server: AuthServer = request.getfixturevalue("mcp_auth")
            stack.enter_context(server.scenario(marker.args[0]))
        yield


class _Verdicts:
    """Resets the server between tests, and keeps what it said about each."""

    def __init__(self, config: pytest.Config):
        self.config = config
        self.server: AuthServer | None = None
        #: The verdict of the run, of the running test as last read, and of that as far as the test was failed for it.
        self.whole, self.current, self.told = Report(), Report(), Report()
        self.test = ""
        file = config.getoption("mcp_auth_report")
        self.file = Path(config.invocation_params.dir, file) if file else None
        self.is_strict = bool(config.getoption("mcp_auth_strict") or config.getini("mcp_auth_strict"))

    def read(self) -> None:
        """Reads the verdict on the running test, as long as there is a server."""
        if self.server:
            self.current = self.server.report()
            self.whole.add(self.current, self.test)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.test, self.current, self.told = item.nodeid, Report(), Report()
        unknown = [rule for rule in _allowed(item) if not isinstance(rule, str)]
        if unknown:
            raise pytest.UsageError(f"mcp_allow takes names of rules, and not {unknown[0]!r}")
        if self.server:
            self.server.reset()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        return (yield from self._judged(item, "call"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        return (yield from self._judged(item, "teardown"))

    def _judged(self, item: pytest.Item, phase: str) -> Generator[None, Any, Any]:
        try:
            result = yield
        except (Exception, pytest.fail.Exception):
            # The test failed by itself; the finding may be the reason.
            if fresh := self._fresh(item):
                item.add_report_section(phase, "mcp_auth", "\n".join(map(str, fresh)))
            raise
        if (fresh := self._fresh(item)) and self.is_strict:
            pytest.fail("An MCP client broke a rule.\n" + "\n".join(map(str, fresh)), pytrace=False)
        return result

    def _fresh(self, item: pytest.Item) -> list[Rule]:
        """The findings that the running test was not told before."""
        self.read()
        fresh = self.current.beyond(self.told, allowed=_allowed(item))
        self.told = self.current
        return fresh

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        # The workers of pytest-xdist hand their verdicts to the process that writes the report.
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["mcp_auth"] = json.dumps(self.whole.to_json())
        elif self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_bytes(self.whole.to_junit())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        rules = json.loads(getattr(node, "workeroutput", {}).get("mcp_auth", "[]"))
        self.whole.add(Report([Rule(**rule) for rule in rules]))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.whole.rules:
            terminalreporter.section("verdict on the MCP clients")
            terminalreporter.line(str(self.whole))
            if self.file:
                terminalreporter.line(f"written to {self.file}")


def _allowed(item: pytest.Item) -> list[Any]:
    return [rule for marker in item.iter_markers("mcp_allow") for rule in marker.args]
