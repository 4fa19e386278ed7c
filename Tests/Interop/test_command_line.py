"""What both programs say at the command line: examples, suggestions, `status`, tools, the doctor's sum."""

import json
import re
import subprocess
import time
from datetime import datetime
from pathlib import Path

import pytest

import client as ours
import person
import server as demo
import terminal

CLIENT, SERVER = ours.BINARY, demo.BINARY


@pytest.fixture
def client(tmp_path) -> ours.Client:
    return ours.Client(tmp_path)


def run(binary: str, *arguments: str, folder: Path, stdin: str = "", **variables: str) -> subprocess.CompletedProcess:
    environment = {"HOME": str(folder), "PATH": "/nonexistent"} | variables
    return subprocess.run(
        [Path(binary).resolve(), *arguments], env=environment, cwd=folder, input=stdin, capture_output=True, text=True,
        timeout=60)


# MARK: Help and suggestions


@pytest.mark.parametrize("binary", [SERVER, CLIENT])
def test_help_begins_with_three_examples(binary, tmp_path):
    said = run(binary, "--help", folder=tmp_path).stdout
    top = said.partition("USAGE")[0].splitlines()
    start = next(number for number, line in enumerate(top) if line.strip() == "Examples:")
    name = Path(binary).name
    examples = [line for line in top[start + 1:start + 4]]
    assert all(re.match(rf"\s+{name}\b", line) for line in examples), examples
    assert start < 6 and top[start + 4].strip() == ""


@pytest.mark.parametrize("binary, arguments, suggestion", [
    (SERVER, ["confg", "cursor"], "config"), (SERVER, ["scenaros"], "scenarios"), (SERVER, ["Report"], "report"),
    (SERVER, ["--prot", "1"], "--port"), (SERVER, ["--publc-client-id", "x"], "--public-client-id"),
    (SERVER, ["config", "cursor", "--revael"], "--reveal"), (SERVER, ["report", "--clinet", "x"], "--client"),
    (CLIENT, ["logn", "x"], "login"), (CLIENT, ["stauts"], "status"), (CLIENT, ["docter", "x"], "doctor"),
    (CLIENT, ["tools", "x", "--trac"], "--trace"), (CLIENT, ["doctor", "x", "--verbos"], "--verbose"),
])
def test_a_misspelt_word_gets_a_suggestion(binary, arguments, suggestion, tmp_path):
    done = run(binary, *arguments, folder=tmp_path)
    assert done.returncode == 64
    assert f"Did you mean '{suggestion}'?" in done.stderr, done.stderr


@pytest.mark.parametrize("binary", [SERVER, CLIENT])
def test_a_word_that_is_like_no_command_gets_the_list(binary, tmp_path):
    done = run(binary, "zzzzzzzz", folder=tmp_path)
    assert done.returncode == 64 and "There is no command 'zzzzzzzz'. There are " in done.stderr
    steering = run(binary, "x\x1b[2Jx", folder=tmp_path)
    assert "\x1b" not in steering.stderr


@pytest.mark.parametrize("name, suggestion", [
    ("MCP_STATIC_PROT", "MCP_STATIC_PORT"), ("MCP_STATIC_CLIENT_SECERT", "MCP_STATIC_CLIENT_SECRET"),
    ("MCP_STATIC_LOGLEVEL", "MCP_STATIC_LOG_LEVEL"), ("MCP_STATIC_ENVFILE", "MCP_STATIC_ENV_FILE"),
])
def test_a_misspelt_variable_gets_a_suggestion(name, suggestion, tmp_path):
    done = run(SERVER, folder=tmp_path, **{name: "1"})
    assert done.returncode == 78
    assert f"{name}: There is no such setting. Did you mean {suggestion}?" in done.stderr
    (tmp_path / ".env").write_text(f"{name}=1\n")
    done = run(SERVER, folder=tmp_path)
    assert done.returncode == 78
    assert f".env: {name}: There is no such setting. Did you mean {suggestion}?" in done.stderr


def test_a_misspelt_variable_of_the_client_is_noted(server, client):
    environment = {"MCP_CLIENT_SECERT": demo.CLIENT_SECRET}
    done = run(
        CLIENT, "tools", server.mcp_url, "--no-login", folder=client.home, **environment)
    assert "MCP_CLIENT_SECERT" in done.stderr and "Did you mean MCP_CLIENT_SECRET?" in done.stderr
    assert demo.CLIENT_SECRET not in done.stderr
    quiet = run(CLIENT, "tools", server.mcp_url, "--no-login", folder=client.home, MCP_REGISTRY="x")
    assert "Did you mean" not in quiet.stderr


# MARK: Logins


def test_status_says_where_one_is_logged_in_and_until_when(server, client):
    assert client.run("status") == "Nobody is logged in.\n"
    assert client.json("status") == {"logins": []}
    assert client.run("status", server.mcp_url, code=2) == "Nobody is logged in there.\n"
    client.log_in(server.mcp_url)
    said = client.run("status")
    assert said == client.run("status", server.mcp_url)
    assert server.mcp_url in said and demo.CLIENT_ID in said and "scope 'user " in said
    until = datetime.fromisoformat(re.search(r"good until (\S+ \S+) and then refreshed", said)[1])
    assert 3500 < (until - datetime.now()).total_seconds() <= 3600
    (login,) = client.json("status")["logins"]
    assert login["server"] == server.mcp_url and login["client_id"] == demo.CLIENT_ID
    assert login["refreshable"] and not login["needs_login"] and not login["expired"]
    everything = client.run("status") + json.dumps(client.json("status"))
    assert "access_token" not in everything and demo.CLIENT_SECRET not in everything
    client.run("add", "demo", server.mcp_url)
    assert client.run("status", "demo") == said
    client.run("logout", server.mcp_url)
    assert client.run("status") == "Nobody is logged in.\n"


def test_status_knows_what_has_ended_without_asking_the_server(start_server, client):
    server = start_server("--access-token-ttl", "1", "--refresh", "none")
    client.log_in(server.mcp_url)
    other = start_server("--access-token-ttl", "1")
    client.log_in(other.mcp_url)
    before = person.fetch("GET", other.url("/debug/requests/count")).json
    time.sleep(1.2)
    assert "needs a login: the access token ended at" in client.run("status", server.mcp_url, code=2)
    assert "is refreshed when it is used" in client.run("status", other.mcp_url)
    assert {login["needs_login"] for login in client.json("status")["logins"]} == {True, False}
    assert person.fetch("GET", other.url("/debug/requests/count")).json == before


@pytest.mark.parametrize("command", [
    ["tools"], ["call", "echo", "message=x"], ["token"], ["listen"], ["refresh"], ["introspect"], ["status"],
    ["tools", "--no-login"],
])
def test_a_missing_login_alone_is_exit_code_2(server, client, command):
    name, *rest = command
    said = run(CLIENT, name, server.mcp_url, *rest, folder=client.home)
    assert said.returncode == 2, said.stderr


def test_a_client_id_without_its_secret_is_told_to_give_it(start_server, client):
    login = ["--client-id", demo.CLIENT_ID, "--headless", "--username", demo.USERNAME, "--password-stdin"]
    for flags in [], ["--public-client-id", "none"]:
        server = start_server(*flags)
        done = run(CLIENT, "login", server.mcp_url, *login, folder=client.home, stdin=demo.PASSWORD)
        assert done.returncode == 2 and "Give the client's secret as MCP_CLIENT_SECRET" in done.stderr, done.stderr


def test_the_public_client_logs_in_without_any_secret(server, client):
    login = ["--client-id", demo.PUBLIC_CLIENT_ID, "--headless", "--username", demo.USERNAME, "--password-stdin"]
    done = run(CLIENT, "login", server.mcp_url, *login, folder=client.home, stdin=demo.PASSWORD)
    assert done.returncode == 0, done.stderr
    assert run(CLIENT, "refresh", server.mcp_url, folder=client.home).returncode == 0
    assert '"echo":"hi"' in run(
        CLIENT, "call", server.mcp_url, "echo", "message=hi", "--output", "json", folder=client.home).stdout
    assert server.broken_rules() == []


# MARK: Tools and the doctor


def test_tools_are_shown_with_their_parameters(server, client):
    client.log_in(server.mcp_url)
    lines = client.run("tools", server.mcp_url).splitlines()
    assert lines[0].startswith("echo(message: string)  ")
    assert lines[1].startswith("get_time(")
    assert [tool["name"] for tool in client.json("tools", server.mcp_url)["tools"]] == ["echo", "get_time"]


def doctor(server: demo.Server, client: ours.Client, *more: str, code: int = 0) -> str:
    return client.run(
        "doctor", server.mcp_url, "--client-id", demo.CLIENT_ID, "--headless", "--username", demo.USERNAME,
        "--password-stdin", *more, stdin=demo.PASSWORD, code=code)


def test_the_doctor_ends_with_failures_and_a_sum(start_server, client):
    server = start_server("--redirect-match", "exact", "--redirect-uris", "http://127.0.0.1:33418/callback")
    lines = doctor(server, client, code=1).splitlines()
    assert re.fullmatch(r"\d+ ok, 1 failed, \d+ notes?, \d+ skipped\..*", lines[-1])
    assert lines[-2] == "" and lines[-3].startswith("FAIL redirect-port: ")
    kinds = [line[:4].strip() for line in lines[:-2]]
    assert kinds == sorted(kinds, key=["ok", "NOTE", "skip", "FAIL"].index)
    counts = [int(n) for n in re.findall(r"\d+", lines[-1])]
    everything = doctor(server, client, "-v", code=1).splitlines()
    assert len(everything) == sum(counts) + 2 and everything[-1].startswith(lines[-1].partition(" -v")[0])
    assert not any(re.match(r"skip \d+ checks", line) for line in everything)


def test_what_was_skipped_for_one_reason_shares_a_line(server, client):
    lines = run(CLIENT, "doctor", server.mcp_url, folder=client.home).stdout.splitlines()
    folded = [line for line in lines if line.startswith("skip")]
    assert len(folded) == 2 and "checks: no client is known: give --client-id" in folded[0]
    assert re.fullmatch(r"skip \d+ checks: because of client", folded[1]) and lines[-1].endswith("-v names them.")


def test_the_doctor_is_content_with_the_public_client(server, client):
    login = ["--client-id", demo.PUBLIC_CLIENT_ID, "--headless", "--username", demo.USERNAME, "--password-stdin"]
    done = run(CLIENT, "doctor", server.mcp_url, *login, folder=client.home, stdin=demo.PASSWORD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout and "0 failed" in done.stdout


def test_the_doctor_says_when_only_the_secret_is_missing(server, client):
    done = run(
        CLIENT, "doctor", server.mcp_url, "--client-id", demo.CLIENT_ID, "--no-login", folder=client.home)
    assert "NOTE client: " in done.stdout and "FAIL" not in done.stdout
    assert "Give the client's secret" in done.stderr


@pytest.mark.parametrize("environment, has_colours", [
    ({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False),
])
def test_the_doctor_has_colours_at_a_terminal(server, client, environment, has_colours):
    command = [client.binary, "doctor", server.mcp_url, "--no-login"]
    _, screen = terminal.Terminal(command, client.environment | {"TERM": "xterm"} | environment, client.home).end()
    assert ("\x1b[32mok " in screen) == has_colours
    assert "\x1b" not in run(CLIENT, "doctor", server.mcp_url, "--no-login", folder=client.home).stdout


# MARK: Sentences


def test_no_message_has_two_full_stops_or_ends_in_a_colon(start_server, client):
    server = start_server("--redirect-match", "exact", "--redirect-uris", "http://127.0.0.1:33418/callback")
    said = [doctor(server, client, code=1), doctor(server, client, "-v", code=1)]
    for arguments in [
        ["tools", server.mcp_url], ["tools", "nothing"], ["tools", "http://127.0.0.1:1/mcp"],
        ["refresh", server.mcp_url],
        ["login", server.mcp_url, "--client-id", "x", "--headless"], ["doctor", server.mcp_url], ["status"],
        ["remove", "x"],
        ["tools", server.mcp_url, "--era", "x"], ["call", server.mcp_url, "echo", "x"], ["list"],
        ["tools", server.url("/nothing")], ["tools", "http://example.com/mcp"], ["logout", server.mcp_url],
    ]:
        done = run(CLIENT, *arguments, folder=client.home)
        said += [done.stdout, done.stderr]
    for arguments in [
        ["--port", "x"], ["--port", str(server.port)], ["--client-secret", ""], ["--user", "x"], ["config"],
        ["config", "vscode", "--url", "x"], ["--scenario", "x"], ["--store", "x"], ["--env-file", "gone"],
        ["report", "--url", "http://127.0.0.1:1"], ["--public-url", "x"], ["--ready-file", "/nowhere/x"],
    ]:
        done = run(SERVER, *arguments, folder=client.home)
        said += [done.stdout, done.stderr]
    for line in "\n".join(said).splitlines():
        assert not re.search(r"[a-z)'\"]\.\.(?!\.|/)", line), line
        # A heading of the lines below may end in a colon.
        assert not re.search(r"\. [A-Z][^.]*:$", line), line
