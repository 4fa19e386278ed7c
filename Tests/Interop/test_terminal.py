"""Our client at a terminal: its questions, hidden input, and interruption."""

import re
import socket
import subprocess
import time
from pathlib import Path

import pytest

import client as ours
import person
import server as demo
import terminal

LOGIN = ["--client-id", demo.CLIENT_ID]


class Terminal(terminal.Terminal):
    """A command of our client on a pseudo terminal."""

    def __init__(self, client: ours.Client, *arguments: str, **environment: str):
        super().__init__([client.binary, *arguments], client.environment | environment, client.home)


@pytest.fixture
def client(tmp_path) -> ours.Client:
    return ours.Client(tmp_path)


def visible(pid: int) -> bytes:
    """The process's arguments, which every user of the machine can see."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_secrets_are_asked_for_and_never_shown(client, server):
    terminal = Terminal(
        client, "login", server.mcp_url, *LOGIN, "--client-secret", "--headless", "--username", demo.USERNAME,
        "--password-stdin", MCP_CLIENT_SECRET="",
    )
    for question, secret in [("Password: ", demo.PASSWORD), ("Client secret: ", demo.CLIENT_SECRET)]:
        terminal.read_until(question)
        assert not terminal.echoes
        assert secret.encode() not in visible(terminal.pid)
        terminal.type(secret + "\n")
    code, screen = terminal.end()
    assert code == 0, screen
    assert "Logged in to" in screen
    assert demo.PASSWORD not in screen and demo.CLIENT_SECRET not in screen


def test_a_secret_in_the_environment_is_used_without_a_question_and_not_handed_to_the_browser_as_an_argument(
    client, server, tmp_path
):
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$#" >{seen}.part; echo "$1" >>{seen}.part\n/bin/mv {seen}.part {seen}\n')
    browser.chmod(0o755)
    terminal = Terminal(client, "login", server.mcp_url, *LOGIN, "--client-secret", BROWSER=str(browser))
    terminal.read_until("Waiting for the login")
    while not seen.exists():
        time.sleep(0.01)
    count, url = seen.read_text().splitlines()
    assert count == "1" and demo.CLIENT_SECRET not in url
    assert demo.CLIENT_SECRET.encode() not in visible(terminal.pid)
    assert "You can close this window" in person.fetch("GET", person.log_in(url)).text
    code, screen = terminal.end()
    assert code == 0 and "Client secret" not in screen, screen


@pytest.mark.parametrize("options, question", [
    (["--client-secret"], "Client secret: "), (["--no-browser"], "Paste it:"),
])
def test_ctrl_c_ends_a_question_and_gives_the_terminal_back(client, server, options, question):
    terminal = Terminal(
        client, "login", server.mcp_url, *LOGIN, *options,
        MCP_CLIENT_SECRET="" if "--client-secret" in options else demo.CLIENT_SECRET,
    )
    terminal.read_until(question)
    terminal.type("half\x03")
    terminal.read_until("interrupted")
    assert terminal.echoes
    assert terminal.end()[0] == 130


def test_ctrl_c_ends_the_wait_for_the_browser(client, server):
    terminal = Terminal(client, "login", server.mcp_url, *LOGIN)
    screen = terminal.read_until("Waiting for the login")
    assert "There is no browser here" in screen
    terminal.type("\x03")
    assert terminal.end()[0] == 130


def test_the_answer_is_pasted_at_the_terminal(client, server):
    terminal = Terminal(client, "login", server.mcp_url, *LOGIN, "--no-browser")
    screen = terminal.read_until("Paste it:")
    url = re.search(r"http\S+/authorize\?\S+", screen)[0]
    terminal.type(person.log_in(url) + "\n")
    code, screen = terminal.end()
    assert code == 0 and "Logged in to" in screen, screen


def test_what_is_pasted_has_to_be_the_answer_to_this_login(client, server):
    def paste(change) -> tuple[int, str]:
        terminal = Terminal(client, "login", server.mcp_url, *LOGIN, "--no-browser")
        url = re.search(r"http\S+/authorize\?\S+", terminal.read_until("Paste it:"))[0]
        # A text that is not an answer to this login gives the person another try, three in all.
        terminal.type((change(url) + "\n") * 3)
        return terminal.end()

    for change, words in [
        (lambda url: "", "Nothing was pasted"),
        (lambda url: "a-code", "the code alone is not enough"),
        (lambda url: url.split("?")[0], "no answer in its query"),
        (lambda url: re.sub("state=[^&]*", "state=x", person.log_in(url)), "does not belong to this login"),
        (lambda url: re.sub("iss=[^&]*", "iss=https://evil", person.log_in(url)), "comes from the issuer"),
        (lambda url: person.log_in(url) + "&code=second", "occurs twice"),
        (lambda url: person.log_in(url, "deny"), "access_denied"),
    ]:
        code, screen = paste(change)
        assert code == 77 and words in screen, screen


def test_the_first_free_port_of_a_list_receives_the_callback(client, server):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    terminal = Terminal(client, "login", server.mcp_url, *LOGIN, "--callback-port", f"{server.port},{port}")
    url = re.search(r"http\S+/authorize\?\S+", terminal.read_until("Waiting for the login"))[0]
    callback = person.log_in(url)
    assert callback.startswith(f"http://127.0.0.1:{port}/callback?")
    person.fetch("GET", callback)
    assert terminal.end()[0] == 0
    code, screen = Terminal(client, "login", server.mcp_url, *LOGIN, "--callback-port", f"{server.port}").end()
    assert code == 64 and f"No port for the callback is free: {server.port}." in screen


def test_shells_complete_commands_and_options(client):
    script = client.home / "completions"
    script.write_text(client.run("--generate-completion-script", "bash"))

    def complete(*words: str) -> set[str]:
        line = " ".join(["static-auth-client", *words])
        program = f"""
            source {script}
            COMP_WORDS=(static-auth-client {" ".join(repr(word) for word in words)})
            COMP_CWORD={len(words)} COMP_LINE={line!r} COMP_POINT={len(line)}
            function=$(complete -p static-auth-client | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            "$function" static-auth-client {words[-1]!r} ''
            printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, timeout=30)
        return {word.strip() for word in done.stdout.splitlines()}

    assert {"login", "logout"} <= complete("lo")
    assert "--headless" in complete("login", "--head")
