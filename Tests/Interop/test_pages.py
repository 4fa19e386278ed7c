"""The blocks of README and docs, run as a reader would paste them, and lists, compared with the programs."""

import json
import os
import re
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import client as ours
import person
import pytest
import server as demo

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PORT = 9003

#: The language and the text of each block that follows <!-- test: NAME -->.
BLOCKS = {
    name: (language, text)
    for page in PAGES
    for name, language, text in re.findall(
        r"<!-- test: ([\w-]+) -->\s*```(\w+)\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
}
#: The blocks that these tests run.
RUN = {
    "break", "ci", "ci-actions", "client-session", "config", "curl-session", "debug-session", "doctor", "expiry",
    "explanation", "faults", "gateway-session", "own-tool", "scenarios", "verdict",
}


def block(name: str, language: str = "bash") -> str:
    """The block with a name."""
    assert name in BLOCKS, f"no page has a block after <!-- test: {name} -->"
    assert BLOCKS[name][0] == language
    return BLOCKS[name][1]


def table(page: str, heading: str, column: int = 0) -> set[str]:
    """The texts in code style in a column of the first table after a heading."""
    section = re.split(rf"^#+ {heading}$", (ROOT / page).read_text(), flags=re.MULTILINE)[1]
    rows = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[column + 1])}


def test_every_block_that_claims_a_test_has_one():
    marks = re.findall(r"<!-- test: ([\w-]+) -->", "".join(page.read_text() for page in PAGES))
    assert sorted(marks) == sorted(RUN)
    assert set(BLOCKS) == RUN


def paste(name: str, start_server, folder: Path, *, follows_rules: bool = False, **environment: str) -> str:
    """Runs the block with a name with a server on the port of the pages; returns its output.

    With `follows_rules`, the program in the block has to follow all rules of the server's report.
    """
    text = block(name)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", PORT)) != 0, f"port {PORT} is in use; the pages need it"
    server = start_server(port=PORT)
    assert server.base_url == f"http://localhost:{PORT}"
    pasted = subprocess.run(
        ["bash", "-euo", "pipefail"], input=text, cwd=folder, capture_output=True, text=True, timeout=50,
        env=os.environ | environment,
    )
    said = f"{pasted.stdout}\n{pasted.stderr}"
    assert pasted.returncode == 0, said
    if follows_rules:
        assert server.broken_rules() == []
    return said


def test_the_curl_session_works_when_pasted(start_server, tmp_path):
    said = paste("curl-session", start_server, tmp_path, follows_rules=True)
    assert '"structuredContent"' in said, f"the session does not end with a tool's result:\n{said}"


def test_the_debugging_session_works_when_pasted(start_server, tmp_path):
    said = without_chance(paste("debug-session", start_server, tmp_path))
    page = (ROOT / "docs/debugging.md").read_text().partition("<!-- test: debug-session -->")[2]
    report = re.search(r"^```text\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[1]
    flow = re.sub(r"^> ?", "", re.search(r"(?:^>.*\n)+", page, re.MULTILINE)[0], flags=re.MULTILINE)
    for shown in (report, flow):
        assert without_chance(shown).strip() in said, said


def without_chance(text: str) -> str:
    """A text without times and fingerprints, which differ each time."""
    return re.sub(r"\b[0-9a-f]{12}\b", "FINGERPRINT", re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text))


def test_the_faults_work_when_pasted(start_server, tmp_path):
    said = paste("faults", start_server, tmp_path)
    for part in ("HTTP/1.1 503", "Retry-After: 7", '"struck":1', '{"removed":1}'):
        assert part in said, f"{part} is missing:\n{said}"


def test_the_scenario_works_when_pasted(start_server, tmp_path):
    said = paste("scenarios", start_server, tmp_path)
    for part in ('"name":"issuer-slash"', '{"issuer":"http://localhost:9003/"', '{"scenario":null}'):
        assert part in said, f"{part} is missing:\n{said}"


def test_what_breaks_answers_works_when_pasted(start_server, tmp_path):
    said = paste("break", start_server, tmp_path)
    for part in (
        "503", '"issuer-slash"', '{"issuer":"http://localhost:9003/"', '{"scenario":null}', '"offset_seconds":3600',
        '"offset_seconds":0',
    ):
        assert part in said, f"{part} is missing:\n{said}"


def test_the_server_says_where_it_is_as_readme_shows(start_server):
    shown = re.search(r"^```\n(static-auth-server .*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    running = start_server(port=PORT)
    # The ready file is there first.
    for _ in range(100):
        if "Start page" in running.output.read_text():
            break
        time.sleep(0.05)
    assert shown[1] in running.output.read_text()


def transcript(name: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with its output."""
    steps: list[tuple[str, str]] = []
    for line in block(name, "console").splitlines(keepends=True):
        if line.startswith("$ "):
            steps.append((line.removeprefix("$ "), ""))
        elif steps[-1][0].endswith("\\\n"):
            steps[-1] = (steps[-1][0] + line, "")
        else:
            steps[-1] = (steps[-1][0], steps[-1][1] + line)
    return steps


@pytest.mark.parametrize("name", ["explanation", "expiry", "doctor"])
def test_a_console_prints_what_the_page_says(name, start_server, tmp_path):
    start_server(port=PORT)
    programs = f"{program_folder(tmp_path)}:{Path(ours.BINARY).resolve().parent}"
    mark = "-- end of a command --"
    script = ""
    for command, _ in transcript(name):
        wait = "sleep 1" if command.endswith("&\n") else ""
        script += f"{command}{wait}\necho '{mark}'\n"
    done = subprocess.run(
        ["bash", "-c", f"trap 'jobs -p | xargs -r kill' EXIT\n{script}"], cwd=tmp_path, capture_output=True, text=True,
        timeout=50, env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path)},
    )
    said = done.stdout.split(mark + "\n")
    assert len(said) == len(transcript(name)) + 1, done.stderr
    for (command, expected), printed in zip(transcript(name), said):
        # An ellipsis matches anything, and a number matches any other.
        pattern = re.sub(r"\d+", r"\\d+", re.escape(expected).replace("…", ".*"))
        assert re.fullmatch(pattern.rstrip("\\\n"), printed.rstrip("\n"), re.DOTALL), f"{command}{printed}"


def test_the_verdict_of_a_server_that_saw_no_client_is_2(start_server, tmp_path):
    start_server(port=PORT)
    done = subprocess.run(
        ["bash", "-euc", block("verdict")], cwd=tmp_path, capture_output=True, text=True, timeout=50,
        env=os.environ | {"PATH": f"{program_folder(tmp_path)}:{os.environ['PATH']}"},
    )
    assert done.returncode == 2, done.stderr
    report = (tmp_path / "client-report.xml").read_text()
    rules = re.search(r'tests="(\d+)"', report)[1]
    for page in ("README.md", "docs/debugging.md"):
        assert f"which of {rules} rules" in (ROOT / page).read_text(), f"{page} has another number than {rules}"


def test_the_configuration_is_what_the_command_prints(tmp_path):
    page = (ROOT / "docs/clients.md").read_text()
    after = page.partition("<!-- test: config -->")[2]
    shown = re.search(r"^```json\n(.*?)^```", after, re.DOTALL | re.MULTILINE)[1]
    variables = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
    printed = subprocess.run(
        ["bash", "-euc", block("config")], cwd=tmp_path, capture_output=True, text=True, timeout=50, check=True,
        env=variables | {"PATH": f"{program_folder(tmp_path)}:{os.environ['PATH']}"},
    ).stdout
    assert json.loads(shown) == json.loads(printed)


def test_the_tool_is_the_one_that_a_test_serves():
    source = (ROOT / "Tests/StaticAuthServerTests/OwnToolTests.swift").read_text()
    assert block("own-tool", "swift") in source


def test_the_scenarios_are_those_of_the_server():
    listing = subprocess.run([demo.BINARY, "scenarios"], capture_output=True, text=True, timeout=50, check=True).stdout
    names = set(re.findall(r"^(\S+)$", listing, re.MULTILINE))
    assert table("docs/debugging.md", "Scenarios", column=1) == names
    readme = (ROOT / "README.md").read_text()
    assert f"{len(names)} scenarios" in readme, f"README has another number than {len(names)}"


@pytest.mark.parametrize(("row", "document"), [
    ("endpoint", {"endpoint": "x", "fault": {"drop": "mid-body"}}),
    ("match", {"endpoint": "any", "match": {"x": 1}, "fault": {"drop": "mid-body"}}),
    ("fault.drop", {"endpoint": "any", "fault": {"drop": "x"}}),
    ("fault.preset", {"endpoint": "any", "fault": {"preset": "x"}}),
    ("fault.mcp", {"fault": {"mcp": "x"}}),
])
def test_the_values_of_a_fault_are_those_that_the_server_knows(row, document, server):
    answer = person.fetch("POST", server.url("/debug/faults"), body=json.dumps(document))
    known = set(re.sub(r"^one of (the members )?", "", answer.json["expected"]).split(", "))
    rows = re.findall(rf"^\| `{row}` \| (.*)", (ROOT / "docs/debugging.md").read_text(), re.MULTILINE)
    assert set(re.findall(r"`([\w-]+)`", " ".join(rows))) == known


@pytest.mark.parametrize(("page", "binary"), [("reference", demo.BINARY), ("client", ours.BINARY)])
def test_the_exit_codes_are_those_of_the_help(page, binary):
    section = (ROOT / f"docs/{page}.md").read_text().split("\n## Exit codes\n")[1].split("\n## ")[0]
    shown = re.findall(r"\d+", " ".join(re.findall(r"^\| ([\d, ]+) \|", section, re.MULTILINE)))
    text = subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout
    said = re.search(r"Exit codes:.*?\n\n", text, re.DOTALL)[0]
    assert sorted(shown, key=int) == re.findall(r"\b\d+\b", said)


def test_the_commands_are_those_of_the_client():
    described = subprocess.run([ours.BINARY, "--experimental-dump-help"], capture_output=True, text=True, check=True)
    commands = json.loads(described.stdout)["command"]["subcommands"]
    names = {each["commandName"] for each in commands} - {"help"}
    assert names <= table("docs/client.md", "Commands")


def test_the_options_are_those_of_the_gateway():
    described = subprocess.run([ours.BINARY, "--experimental-dump-help"], capture_output=True, text=True, check=True)
    [gateway] = [
        each for each in json.loads(described.stdout)["command"]["subcommands"] if each["commandName"] == "gateway"]
    names = {"--" + name["name"] for each in gateway["arguments"] for name in each.get("names", [])}
    assert names - {"--help", "--version", "--h"} == table("docs/gateway.md", "Options")


def paste_with_browser(name: str, start_server, folder: Path) -> str:
    """The output of a block that runs our client, where a program logs in in place of the browser."""
    browser = folder / "browser"
    browser.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\nimport person\n"
        "page = person.fetch('GET', person.log_in(sys.argv[1]), headers={'Accept': 'text/html'})\n"
        "assert page.status == 200 and 'You can close this window' in page.text\n"
    )
    browser.chmod(0o755)
    programs = Path(ours.BINARY).resolve().parent
    return paste(
        name, start_server, folder, follows_rules=True,
        HOME=str(folder), BROWSER=str(browser), PATH=f"{programs}:{os.environ['PATH']}",
    )


def test_the_gateway_session_works_when_pasted(start_server, tmp_path):
    said = paste_with_browser("gateway-session", start_server, tmp_path)
    for part in ('"tools":', '"structuredContent":{"echo":"hello","length":5}', "event: result", '"success":true'):
        assert part in said, f"{part} is missing:\n{said}"


def program_folder(folder: Path) -> Path:
    """A folder for the PATH with the server under its name."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    program = programs / "static-auth-server"
    if not program.exists():
        program.symlink_to(Path(demo.BINARY).resolve())
    return programs


def first_step(yaml: str) -> str:
    """The command of the first step of a workflow."""
    return textwrap.dedent(re.search(r"^  run: \|\n((?:    .*\n)+)", yaml, re.MULTILINE)[1])


RECIPES = {"shell": lambda: block("ci"), "GitHub Actions": lambda: first_step(block("ci-actions", "yaml"))}


@pytest.fixture(params=RECIPES)
def recipe(request, tmp_path):
    """Runs a recipe for CI as its system does, ends the server, and returns the result."""

    def run(**environment: str) -> subprocess.CompletedProcess:
        variables = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
        variables |= {"PATH": f"{program_folder(tmp_path)}:{os.environ['PATH']}", "GITHUB_ENV": str(tmp_path / "env")}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", RECIPES[request.param]() + "\nkill $SERVER"],
            cwd=tmp_path, capture_output=True, text=True, timeout=50, env=variables | environment,
        )

    return run


#: The process in the ready file of another run: none, one that has ended, an unrelated one, and this one.
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


def test_the_recipe_for_ci_leaves_no_file_that_could_have_the_id_of_its_server(recipe, tmp_path):
    """In containers process ids repeat, so the id alone does not tell the file of another run."""
    program = program_folder(tmp_path) / "static-auth-server"
    program.unlink()
    program.write_text(f"#!/bin/sh\ntest ! -e {tmp_path}/ready.json && exec {Path(demo.BINARY).resolve()} \"$@\"\n")
    program.chmod(0o755)
    leave_behind(tmp_path, 1)
    done = recipe()
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_client_session_works_when_pasted(start_server, tmp_path):
    said = paste_with_browser("client-session", start_server, tmp_path)
    assert "The browser opens for the login" in said
    assert '{"echo":"hello","length":5}' in said
    assert '"structuredContent"' in said
    assert '{"jsonrpc":"2.0","id":1,"result":' in said
    assert "took the tokens back" in said
