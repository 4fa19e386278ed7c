"""The log of the server at a terminal, and in the forms for programs."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

import person
import server as demo
import terminal
from person import Flow

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
RED, GREEN, AMBER = "\x1b[31m", "\x1b[32m", "\x1b[33m"


class Watched:
    """A server at a pseudo terminal."""

    def __init__(self, folder: Path, *flags: str, **environment: str):
        folder.mkdir(exist_ok=True)
        ready = folder / "ready.json"
        command = [str(Path(demo.BINARY).resolve()), "--port", "0", "--ready-file", str(ready), *flags]
        self.terminal = terminal.Terminal(command, {"PATH": "/nonexistent", "TERM": "xterm"} | environment, folder)
        self.terminal.read_until("Start page")
        facts = json.loads(ready.read_text())
        self.server = demo.Server(
            None, ready, facts["base_url"], facts["mcp_url"], facts["issuer"], facts["port"])

    def line(self, text: str) -> str:
        """The line with a text in it, with its colours."""
        screen = self.terminal.read_until(text)
        # It may have been read in part only.
        while not screen.partition(text)[2].count("\n"):
            self.terminal.read()
            screen = self.terminal.screen.decode()
        return next(line for line in screen.splitlines() if text in line)

    def end(self) -> str:
        os.kill(self.terminal.pid, signal.SIGTERM)
        status, screen = self.terminal.end()
        assert status == 0, screen
        return screen


@pytest.fixture
def watch(tmp_path):
    running: list[Watched] = []

    def start(*flags: str, **environment: str) -> Watched:
        running.append(Watched(tmp_path / str(len(running)), *flags, **environment))
        return running[-1]

    yield start
    for one in running:
        try:
            os.kill(one.terminal.pid, signal.SIGKILL)
            os.waitpid(one.terminal.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def fields(line: str) -> list[str]:
    """The columns of a line without colours."""
    return re.split(r" {2,}", ESCAPE.sub("", line).strip())


def refresh(server: demo.Server, token: str) -> person.Answer:
    return person.fetch(
        "POST", server.url("/token"), headers=person.basic() | {"User-Agent": "my-client/1.0 (test)"},
        form={"grant_type": "refresh_token", "refresh_token": token})


def test_each_request_has_a_line_that_says_what_it_was(watch):
    one = watch()
    server = one.server
    flow = Flow(server)
    tokens = flow.redeem(flow.code(person.log_in(flow.url)))
    person.echo(server, tokens["access_token"], "hello")
    line = one.line("tools/call echo")
    time, request, event, outcome, duration, number = fields(line)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", time) and re.fullmatch(r"[\d.]+ ms", duration)
    assert (request, event, outcome) == ("POST /mcp", "tools/call echo", "200")
    assert re.fullmatch(r"#\d+", number) and f"{GREEN}200" in line
    assert fields(one.line("authorization_code"))[1:4] == ["POST /token", "authorization_code", "200"]
    assert f"#{len(person.fetch('GET', server.url('/debug/requests')).json['requests'])}" == number

    refresh(server, tokens["refresh_token"])
    refused = refresh(server, tokens["refresh_token"])
    line = one.line("invalid_grant")
    assert fields(line)[1:4] == ["POST /token", "refresh_token", "400 invalid_grant"]
    assert "my-client/1.0" in line and f"{RED}400 invalid_grant" in line
    shown = [ESCAPE.sub("", text) for text in one.terminal.read_until(refused.json["error_uri"]).splitlines()]
    under = shown[next(n for n, text in enumerate(shown) if "invalid_grant" in text) + 1:]
    assert under[0].strip() == refused.json["hint"] and under[0].startswith(" " * 10)
    assert under[1].strip() == refused.json["error_uri"]

    screen = one.end()
    log = screen.partition("Start page")[2]
    for secret in (demo.CLIENT_SECRET, demo.PASSWORD, tokens["access_token"], tokens["refresh_token"], flow.verifier):
        assert secret not in log


def test_colours_say_what_is_expected_what_recovers_and_what_is_wrong(watch):
    one = watch()
    server = one.server
    person.fetch("POST", server.mcp_url, body="{}", headers={"Content-Type": "application/json"})
    first = one.line("POST /mcp")
    assert "401" in first and not any(color in first for color in (RED, GREEN, AMBER))
    headers = {"Authorization": "Bearer " + "x" * 43, "Content-Type": "application/json", "User-Agent": "expired"}
    person.fetch("POST", server.mcp_url, body="{}", headers=headers)
    assert f"{AMBER}401" in one.line("expired  ")
    person.fetch("POST", server.url("/debug/faults"), headers={"Content-Type": "application/json"}, body=json.dumps(
        {"endpoint": "token", "fault": {"status": 503}}))
    person.fetch("POST", server.url("/token"), form={"grant_type": "client_credentials"}, headers=person.basic())
    assert f"{AMBER}503" in one.line("client_credentials")
    person.fetch("GET", server.url("/authorize?client_id=nobody"), headers={"Accept": "text/html"})
    assert f"{RED}400 invalid_request" in one.line("/authorize")


@pytest.mark.parametrize("flags, environment, has_colours", [
    ([], {}, True), ([], {"NO_COLOR": "1"}, False), ([], {"NO_COLOR": ""}, True), ([], {"TERM": "dumb"}, False),
    (["--color", "never"], {}, False), (["--color", "always"], {"NO_COLOR": "1"}, True),
    ([], {"MCP_STATIC_COLOR": "never"}, False),
])
def test_colours_are_the_terminals_and_the_users_choice(watch, flags, environment, has_colours):
    one = watch(*flags, **environment)
    person.fetch("GET", one.server.url("/nothing-here"))
    person.fetch("GET", one.server.url("/"))
    assert ("\x1b[" in one.line("start page")) == has_colours


def test_text_of_a_client_cannot_steer_the_terminal(watch):
    one = watch("--color", "never")
    evil = "evil\x1b]0;title\x07\x1b[2J\u202e\r\n"
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": evil, "_meta": {
        "io.modelcontextprotocol/clientInfo": {"name": evil, "version": evil}}}}
    person.fetch("POST", one.server.mcp_url, body=json.dumps(message), headers={"Content-Type": "application/json"})
    person.fetch("POST", one.server.url("/token"), form={"grant_type": evil}, headers=person.basic())
    person.fetch("GET", one.server.url("/%1b%5b2J"), headers={"User-Agent": "\x9b2J"})
    person.fetch("GET", one.server.url("/"))
    one.line("start page")
    screen = one.end()
    assert "evil" in screen
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", screen)
    assert screen.count("\n") == len(screen.splitlines())


def test_a_secret_in_the_wrong_place_is_not_shown(watch):
    one = watch()
    for form in [{"grant_type": demo.CLIENT_SECRET}, {"grant_type": demo.PASSWORD}]:
        person.fetch("POST", one.server.url("/token"), form=form, headers={"User-Agent": demo.CLIENT_SECRET})
    message = {"jsonrpc": "2.0", "id": 1, "method": demo.CLIENT_SECRET, "params": {"name": demo.CLIENT_SECRET}}
    person.fetch("POST", one.server.mcp_url, body=json.dumps(message), headers={"Content-Type": "application/json"})
    person.fetch("GET", one.server.url("/"))
    one.line("start page")
    log = one.end().partition("Start page")[2]
    assert demo.CLIENT_SECRET not in log and demo.PASSWORD not in log


def test_looking_at_the_pages_is_no_event(watch):
    one = watch()
    for path in ("/debug", "/debug/flows", "/debug/requests", "/metrics", "/healthz"):
        assert person.fetch("GET", one.server.url(path)).status == 200
    person.fetch("POST", one.server.url("/debug/reset"))
    one.line("/debug/reset")
    assert not any(text in one.terminal.screen.decode() for text in ("/debug/flows", "/metrics", "/healthz"))


@pytest.mark.parametrize("form", ["text", "json"])
def test_programs_get_the_same_facts(start_server, form):
    server = start_server("--log-format", form, "--log-level", "info")
    flow = Flow(server)
    tokens = flow.redeem(flow.code(person.log_in(flow.url)))
    person.echo(server, tokens["access_token"], "hello")
    person.call(server, tokens["access_token"], "tools/call", {"name": "nothing"})
    refresh(server, "x" * 43)
    said = server.output.read_text().splitlines()
    lines = [values(line, form) for line in said if '"request"' in line or " info request " in line]
    called, unknown, refused = lines[-3:]
    assert (called["rpc"], called["tool"], called["status"]) == ("tools/call", "echo", "200") and "error" not in called
    assert (unknown["tool"], unknown["error"]) == ("nothing", "-32602")
    assert (refused["grant"], refused["error"], refused["status"]) == ("refresh_token", "invalid_grant", "400")
    assert refused["client"] == "my-client/1.0"
    assert [int(line["number"]) for line in lines] == list(range(1, len(lines) + 1))
    assert not any("\x1b" in line for line in said)


def values(line: str, form: str) -> dict[str, str]:
    if form == "json":
        return json.loads(line)
    return dict(pair.split("=", 1) for pair in line.split(" request ", 1)[1].split(" "))


def test_a_level_above_info_logs_no_request(watch):
    one = watch("--log-level", "warning")
    person.fetch("GET", one.server.url("/"))
    person.fetch("POST", one.server.url("/token"), form={"grant_type": "x"})
    assert "/token" not in one.end().partition("Start page")[2]


def test_without_debugging_the_hint_is_on_the_line_and_there_is_no_link(watch):
    one = watch("--no-debug")
    refresh(one.server, "x" * 43)
    one.line("invalid_grant")
    screen = one.end()
    log = ESCAPE.sub("", screen.partition("Start page")[2])
    assert "/debug/requests" not in log and "#" not in log
    assert log.count("invalid_grant") == 1 and "is not among those that it knows now" in log
