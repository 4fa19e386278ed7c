"""README's sessions in a shell, run as a reader would paste them."""

import json
import os
import re
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import client as ours
import pytest
import server as demo

README = Path(__file__).parents[2] / "README.md"
PORT = 9003


def block(name: str, language: str = "bash") -> str:
    """The block of a name."""
    found = re.search(
        rf"<!-- test: {name} -->\s*```{language}\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)
    assert found, f"README.md has no {language} block after <!-- test: {name} -->"
    return found[1]


def paste(name: str, start_server, folder: Path, **environment: str) -> str:
    """Runs the block of a name with a server on the port that README uses; returns what it printed."""
    text = block(name)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", PORT)) != 0, f"port {PORT} is in use; README's session needs it"
    server = start_server(port=PORT)
    assert server.base_url == f"http://localhost:{PORT}"
    pasted = subprocess.run(
        ["bash", "-euo", "pipefail"], input=text, cwd=folder, capture_output=True, text=True, timeout=50,
        env=os.environ | environment,
    )
    said = f"{pasted.stdout}\n{pasted.stderr}"
    assert pasted.returncode == 0, said
    return said


def test_the_curl_session_works_when_pasted(start_server, tmp_path):
    said = paste("curl-session", start_server, tmp_path)
    assert '"structuredContent"' in said, f"the session does not end with a tool's result:\n{said}"


def test_the_debugging_session_works_when_pasted(start_server, tmp_path):
    said = paste("debug-session", start_server, tmp_path)
    assert "FAIL      pkce-verifier" in said, said
    assert "Note over C,A: This went wrong first" in said, said


def test_the_faults_work_when_pasted(start_server, tmp_path):
    said = paste("faults", start_server, tmp_path)
    for part in ("HTTP/1.1 503", "Retry-After: 7", '"struck":1', '{"removed":1}'):
        assert part in said, f"{part} is missing:\n{said}"


def test_the_scenario_works_when_pasted(start_server, tmp_path):
    said = paste("scenarios", start_server, tmp_path)
    for part in ('"name":"issuer-slash"', '{"issuer":"http://localhost:9003/"', '{"scenario":null}'):
        assert part in said, f"{part} is missing:\n{said}"


def first_step(yaml: str) -> str:
    """What the first step of a workflow runs."""
    return textwrap.dedent(re.search(r"^  run: \|\n((?:    .*\n)+)", yaml, re.MULTILINE)[1])


RECIPES = {"shell": lambda: block("ci"), "GitHub Actions": lambda: first_step(block("ci-actions", "yaml"))}


@pytest.fixture(params=RECIPES)
def recipe(request, tmp_path):
    """Runs a recipe of README for CI as its system does, ends the server, and returns what came of it."""
    (tmp_path / ".build/release").mkdir(parents=True)
    (tmp_path / ".build/release/static-auth-server").symlink_to(Path(demo.BINARY).resolve())

    def run(**environment: str) -> subprocess.CompletedProcess:
        variables = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
        variables |= {"PATH": f"{tmp_path}/.build/release:{os.environ['PATH']}", "GITHUB_ENV": str(tmp_path / "env")}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", RECIPES[request.param]() + "\nkill $SERVER"],
            cwd=tmp_path, capture_output=True, text=True, timeout=50, env=variables | environment,
        )

    return run


#: A ready file of another run: of a process that is gone, of an unrelated one, and of this one's kind.
STALE = [None, 4194304, 1, os.getpid()]


def leave_behind(folder: Path, pid: int | None) -> None:
    """Leaves the ready file of another run in a folder."""
    if pid:
        facts = {"pid": pid, "mcp_url": "http://localhost:1/stale"}
        (folder / "ready.json").write_text(json.dumps(facts, separators=(",", ":")))


@pytest.mark.parametrize("left", STALE, ids=str)
def test_the_recipe_for_ci_starts_a_server_and_believes_its_ready_file_alone(recipe, tmp_path, left):
    leave_behind(tmp_path, left)
    done = recipe()
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout + ((tmp_path / "env").read_text() if (tmp_path / "env").exists() else "")
    assert re.search(r"http://localhost:\d{4,5}/mcp", said), said
    assert "stale" not in said


@pytest.mark.parametrize("left", STALE, ids=str)
def test_the_recipe_for_ci_fails_when_the_server_does_not_start(recipe, tmp_path, left):
    leave_behind(tmp_path, left)
    done = recipe(MCP_STATIC_NO_SUCH_SETTING="1")
    assert done.returncode != 0
    assert "MCP_STATIC_NO_SUCH_SETTING" in done.stdout + done.stderr, "the log says why"
    assert not (tmp_path / "env").exists()


def test_the_client_session_works_when_pasted(start_server, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\nimport person\n"
        "page = person.fetch('GET', person.log_in(sys.argv[1]))\n"
        "assert page.status == 200 and 'You can close this window' in page.text\n"
    )
    browser.chmod(0o755)
    folder = Path(ours.BINARY).resolve().parent
    said = paste(
        "client-session", start_server, tmp_path,
        HOME=str(tmp_path), BROWSER=str(browser), PATH=f"{folder}:{os.environ['PATH']}",
    )
    assert "The browser opens for the login" in said
    assert '{"echo":"hello","length":5}' in said
    assert '"structuredContent"' in said
    assert '{"jsonrpc":"2.0","id":1,"result":' in said
    assert "took the tokens back" in said
