"""`static-auth-server config NAME`: clients can read its output, and the programs in it run."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import server as demo

JSON_CLIENTS = {"vscode": "servers", "cursor": "mcpServers", "gemini": "mcpServers", "opencode": "mcp"}
OTHER_CLIENTS = ["claude-code", "inspector", "mcp-remote", "codex", "python", "curl"]
URL = "http://localhost:9003/mcp"


def config(*arguments: str, cwd: Path, status: int = 0) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
    done = subprocess.run(
        [Path(demo.BINARY).resolve(), "config", *arguments], cwd=cwd, env=environment, capture_output=True, text=True,
        timeout=20,
    )
    assert done.returncode == status, done.stderr
    return done


@pytest.mark.parametrize("client", JSON_CLIENTS)
def test_json_is_json_and_names_the_server(client, tmp_path):
    entry = json.loads(config(client, "--reveal", cwd=tmp_path).stdout)[JSON_CLIENTS[client]]["static-auth"]
    assert URL in entry.values()
    text = json.dumps(entry)
    assert demo.CLIENT_ID in text
    assert (demo.CLIENT_SECRET in text) == (client != "vscode"), "VS Code asks for the secret itself"


def test_toml_is_toml(tmp_path):
    entry = tomllib.loads(config("codex", cwd=tmp_path).stdout)["mcp_servers"]["static-auth"]
    assert (entry["url"], entry["oauth"]["client_id"]) == (URL, demo.CLIENT_ID)


@pytest.mark.parametrize("client", [*JSON_CLIENTS, *OTHER_CLIENTS])
def test_secrets_need_to_be_asked_for(client, tmp_path):
    hidden = config(client, cwd=tmp_path)
    for secret in (demo.CLIENT_SECRET, demo.PASSWORD):
        assert secret not in hidden.stdout + hidden.stderr
    assert "Note: " in hidden.stderr
    assert demo.CLIENT_ID in hidden.stdout


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
    finally:
        running.process.terminate()
        assert running.process.wait(20) == 0


@pytest.mark.parametrize("client", ["claude-code", "mcp-remote"])
def test_a_command_is_one_for_the_shell(client, tmp_path):
    flags = ["--client-id", "it's mine", "--client-secret", "a'b\"c"]
    text = config(client, "--reveal", *flags, cwd=tmp_path).stdout
    tool = "claude" if client == "claude-code" else "npx"
    script = f'{tool}() {{ printf "%s\\n" "$@" "${{MCP_CLIENT_SECRET-}}"; }}\n{text}'
    said = subprocess.run(["bash", "-eu"], input=script, capture_output=True, text=True, check=True).stdout.split("\n")
    if client == "claude-code":
        assert "it's mine" in said and "a'b\"c" in said
    else:
        assert {"client_id": "it's mine", "client_secret": "a'b\"c"} in [json.loads(x) for x in said if x[:1] == "{"]
    assert URL in said


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
    (["vscode", "--code-ttl", "x"], "--code-ttl: 'x' is not a whole number"), ([], "client"),
])
def test_what_makes_no_sense_is_said(arguments, message, tmp_path):
    assert message in config(*arguments, cwd=tmp_path, status=64).stderr
