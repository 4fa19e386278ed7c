"""`static-auth-server config NAME`: clients can read its output, and the programs in it run."""

import json
import os
import shlex
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

import server as demo

#: The clients with a JSON file, each with the members that lead to the entry.
FILES = {
    "vscode": ["servers"], "cursor": ["mcpServers"], "inspector": ["mcpServers"], "gemini": ["mcpServers"],
    "opencode": ["mcp", "servers"], "zed": ["context_servers"], "kiro": ["mcpServers"], "windsurf": ["mcpServers"],
    "cline": ["mcpServers"],
}
BRIDGED = ["windsurf", "cline", "goose"]
#: The clients that are better off without a secret.
PUBLIC = ["cursor", "codex"]
OTHERS = ["claude-code", "mcp-remote", "codex", "librechat", "goose", "python", "curl"]
URL = "http://localhost:9003/mcp"
OWN = ["--client-secret", "our-own-secret-1234567890", "--user", "ann:our-own-password"]
#: After so many days somebody has to look at a client's documentation again.
OLDEST = timedelta(days=180)


def config(*arguments: str, cwd: Path, status: int = 0) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
    done = subprocess.run(
        [Path(demo.BINARY).resolve(), "config", *arguments], cwd=cwd, env=environment, capture_output=True, text=True,
        timeout=20,
    )
    assert done.returncode == status, done.stderr
    return done


def entry(document: dict, client: str) -> dict:
    """The entry of the server in a client's file."""
    for key in [*FILES[client], "static-auth"]:
        document = document[key]
    return document


def documents(text: str) -> list[dict]:
    """The JSON documents in a text; lines that begin with two slashes are comments."""
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("//")).strip()
    found = []
    while text:
        document, end = json.JSONDecoder().raw_decode(text)
        found.append(document)
        text = text[end:].strip()
    return found


@pytest.mark.parametrize("client", FILES)
def test_json_is_json_and_names_the_server(client, tmp_path):
    text = json.dumps(entry(documents(config(client, "--reveal", *OWN, cwd=tmp_path).stdout)[0], client))
    assert URL in text
    assert (demo.CLIENT_ID in text) == (client not in [*BRIDGED, *PUBLIC])
    assert (demo.PUBLIC_CLIENT_ID in text) == (client in PUBLIC)
    # VS Code asks for the secret itself.
    assert ("our-own-secret" in text) == (client not in [*BRIDGED, *PUBLIC, "vscode"])


def test_both_formats_of_opencode_are_printed(tmp_path):
    new, old = documents(config("opencode", cwd=tmp_path).stdout)
    assert new["mcp"]["servers"]["static-auth"]["oauth"]["client_id"] == demo.CLIENT_ID
    assert old["mcp"]["static-auth"]["oauth"]["clientId"] == demo.CLIENT_ID


def test_gemini_is_told_that_oauth_is_enabled(tmp_path):
    assert entry(json.loads(config("gemini", cwd=tmp_path).stdout), "gemini")["oauth"]["enabled"] is True


@pytest.mark.parametrize("client", [*FILES, *OTHERS])
def test_own_secrets_need_to_be_asked_for(client, tmp_path):
    hidden = config(client, *OWN, cwd=tmp_path)
    for secret in ("our-own-secret", "our-own-password"):
        assert secret not in hidden.stdout + hidden.stderr
    assert "Note: " in hidden.stderr
    assert hidden.stderr.splitlines()[-1].startswith("Next: ")
    assert demo.CLIENT_ID in hidden.stdout + hidden.stderr


@pytest.mark.parametrize("client", [*FILES, *OTHERS])
def test_the_public_defaults_are_printed_at_once(client, tmp_path):
    said = config(client, cwd=tmp_path)
    assert "YOUR_" not in said.stdout + said.stderr
    assert (demo.CLIENT_SECRET in said.stdout + said.stderr) == (client not in PUBLIC)


def test_each_format_was_checked_in_the_last_half_year(tmp_path):
    rows = [line.split(maxsplit=2) for line in config("--list", cwd=tmp_path).stdout.splitlines()]
    assert {name for name, _, _ in rows} == {*FILES, *OTHERS}
    for name, checked, source in rows:
        age = date.today() - date.fromisoformat(checked)
        assert age <= OLDEST, f"{name}: look at {source} again, and then set the day in ClientRecipe"


# MARK: --write


@pytest.mark.parametrize("client", FILES)
def test_an_entry_is_added_to_a_file_that_is_not_there(client, tmp_path):
    path = tmp_path / "new" / "file.json"
    config(client, "--write", "--file", str(path), cwd=tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    printed = documents(config(client, cwd=tmp_path).stdout)[0]
    assert entry(json.loads(path.read_text()), client) == entry(printed, client)


def test_everything_else_in_the_file_stays(tmp_path):
    path, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(path)
    path.write_text(
        '{"first": 1.50, "big": 12345678901234567890, "text": "\\u00e4\\ud83d\\ude00", "none": null,'
        ' "mcpServers": {"other": {"url": "x", "list": [1, {"a": []}]},'
        ' "static-auth": {"url": "old", "timeout": 5, "auth": {"CLIENT_ID": "old", "kept": true}}}, "last": {}}')
    before = json.loads(path.read_text())
    said = config("cursor", "--write", "--file", str(link), cwd=tmp_path)
    assert "Wrote " in said.stderr and said.stdout == ""
    after = json.loads(path.read_text())
    assert link.is_symlink()
    assert list(after) == list(before) and "1.50" in path.read_text() and "12345678901234567890" in path.read_text()
    assert after["mcpServers"]["other"] == before["mcpServers"]["other"] and after["text"] == before["text"]
    ours = after["mcpServers"]["static-auth"]
    assert (ours["url"], ours["timeout"], ours["auth"]["CLIENT_ID"], ours["auth"]["kept"]) == (
        URL, 5, demo.PUBLIC_CLIENT_ID, True)
    written = path.stat().st_mtime_ns, path.read_text()
    config("cursor", "--write", "--file", str(link), cwd=tmp_path)
    assert (path.stat().st_mtime_ns, path.read_text()) == written, "the second time changes nothing"


@pytest.mark.parametrize("content, message", [
    ("// comment\n{}", "is not plain JSON"), ('{"mcpServers": [], }', "is not plain JSON"), ("[]", "no JSON object"),
    ('{"mcpServers": []}', 'is not an object'), ('{"mcpServers": {"static-auth": 1}}', "is not an object"),
])
def test_a_file_that_cannot_be_kept_is_left_alone(content, message, tmp_path):
    path = tmp_path / "file.json"
    path.write_text(content)
    assert message in config("cursor", "--write", "--file", str(path), cwd=tmp_path, status=64).stderr
    assert path.read_text() == content


def test_a_placeholder_is_not_written(tmp_path):
    path = tmp_path / "file.json"
    assert "add --reveal" in config("gemini", "--write", "--file", str(path), *OWN, cwd=tmp_path, status=64).stderr
    assert not path.exists()
    config("gemini", "--write", "--file", str(path), "--reveal", *OWN, cwd=tmp_path)
    assert "our-own-secret" in path.read_text()


# MARK: Programs and commands


@pytest.mark.parametrize("flags", [
    ["--client-id", "it's \"mine\"", "--client-secret", "a'b\"c\\d", "--user", "ann:p'w"],
    ["--token-auth", "basic"], ["--token-auth", "none"],
])
@pytest.mark.parametrize("client", ["curl", "python"])
def test_a_program_runs_as_printed(client, flags, tmp_path):
    running = demo.start_any(tmp_path / "server", *flags)
    try:
        text = config(client, "--reveal", "--ready-file", "server/ready.json", *flags, cwd=tmp_path).stdout
        program = ["bash", "-euo", "pipefail"] if client == "curl" else [sys.executable, "-"]
        done = subprocess.run(program, input=text, cwd=tmp_path, capture_output=True, text=True, timeout=50)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{text}"
        assert "structuredContent" in done.stdout, f"{done.stdout}\n{done.stderr}\n{text}"
        assert running.broken_rules() == []
    finally:
        running.process.terminate()
        assert running.process.wait(20) == 0


@pytest.mark.parametrize("client", ["claude-code", "mcp-remote", "codex"])
def test_a_command_is_one_for_the_shell(client, tmp_path):
    flags = ["--client-id", "it's mine", "--client-secret", "a'b\"c", "--public-client-id", "none"]
    text = config(client, "--reveal", *flags, cwd=tmp_path).stdout
    tool = {"claude-code": "claude", "mcp-remote": "npx", "codex": "codex"}[client]
    script = f'{tool}() {{ printf "%s\\n" "$@" "${{MCP_CLIENT_SECRET-}}"; }}\n{text}'
    said = subprocess.run(["bash", "-eu"], input=script, capture_output=True, text=True, check=True).stdout.split("\n")
    if client != "mcp-remote":
        assert "it's mine" in said and "a'b\"c" in said
    else:
        assert {"client_id": "it's mine", "client_secret": "a'b\"c"} in [json.loads(x) for x in said if x[:1] == "{"]
    assert URL in said


@pytest.mark.parametrize("client", ["cursor", "codex"])
def test_some_clients_are_the_public_one(client, server, start_server, tmp_path):
    for arguments, expected in [
        ([], demo.PUBLIC_CLIENT_ID), (["--public-client-id", "it's mine"], "it's mine"),
        (["--public-client-id", "none"], demo.CLIENT_ID), (["--token-auth", "none"], demo.CLIENT_ID),
        (["--ready-file", str(server.output.parent / "ready.json")], demo.PUBLIC_CLIENT_ID),
        (["--url", "http://127.0.0.1:7000/mcp"], demo.PUBLIC_CLIENT_ID),
        (["--url", "https://mcp.example.com/mcp", *OWN, "--reveal"], demo.CLIENT_ID),
        (["--ready-file", str(start_server("--public-client-id", "none").output.parent / "ready.json")],
         demo.CLIENT_ID),
    ]:
        text = config(client, *arguments, cwd=tmp_path).stdout
        if client == "cursor":
            auth = entry(json.loads(text), "cursor")["auth"]
            found, has_secret = auth["CLIENT_ID"], "CLIENT_SECRET" in auth
        else:
            words = shlex.split(text)
            found, has_secret = words[words.index("--oauth-client-id") + 1], "--oauth-client-secret" in words
        assert found == expected
        assert has_secret == (expected == demo.CLIENT_ID and "--token-auth" not in arguments)


def test_the_secret_of_another_client_does_not_stay_in_the_file(tmp_path):
    path = tmp_path / "mcp.json"
    config("cursor", "--write", "--file", str(path), "--public-client-id", "none", cwd=tmp_path)
    assert demo.CLIENT_SECRET in path.read_text()
    config("cursor", "--write", "--file", str(path), cwd=tmp_path)
    assert "CLIENT_SECRET" not in path.read_text() and demo.PUBLIC_CLIENT_ID in path.read_text()


def test_the_address_comes_from_flags_the_url_or_the_ready_file(server, tmp_path):
    ready = str(server.output.parent / "ready.json")
    for arguments, url in [
        (["--port", "8080"], "http://localhost:8080/mcp"),
        (["--public-url", "https://mcp.example.com", "--port", "0", "--client-secret", "own", "--user", "ann:own"],
         "https://mcp.example.com/mcp"),
        (["--url", "http://127.0.0.1:7000/mcp"], "http://127.0.0.1:7000/mcp"),
        (["--url", "http://127.0.0.1:7000/"], "http://127.0.0.1:7000/mcp"),
        (["--ready-file", ready], server.mcp_url),
    ]:
        said = json.loads(config("vscode", *arguments, cwd=tmp_path).stdout)
        assert said["servers"]["static-auth"]["url"] == url


@pytest.mark.parametrize("arguments, message", [
    (["emacs"], "emacs"), (["vscode", "--url", "localhost"], "--url: 'localhost' is not"),
    (["vscode", "--ready-file", "gone.json"], "No server has written this file"),
    (["vscode", "--port", "0"], "--port 0"),
    (["vscode", "--code-ttl", "x"], "--code-ttl: 'x' is not a whole number"), ([], "Name a client"),
    (["codex", "--write"], "codex reads no JSON file"), (["vscode", "--file", "x"], "with --write"),
])
def test_what_makes_no_sense_is_said(arguments, message, tmp_path):
    assert message in config(*arguments, cwd=tmp_path, status=64).stderr
