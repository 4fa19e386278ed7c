"""The action for GitHub: its steps, run with the variables that a runner sets."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import packages
import pytest
import yaml
from packages import run

ACTION = packages.ROOT / ".github/actions/static-auth-server"
DESCRIBED = yaml.safe_load((ACTION / "action.yml").read_text())
SECRET = "your-secret-key-change-this-in-production"


class Runner:
    """A job of GitHub Actions: the files and variables that it hands from step to step."""

    def __init__(self, folder: Path, path: str):
        self.folder = folder
        self.started: list[int] = []
        self.variables = {
            "PATH": path, "HOME": str(folder), "RUNNER_TEMP": str(folder / "temp"), "CI": "true",
            "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": str(ACTION), "GITHUB_WORKSPACE": str(folder / "workspace"),
        }
        for name in ("temp", "workspace"):
            (folder / name).mkdir()

    def use(self, passes: bool = True, variables: dict[str, str] | None = None, **inputs: str):
        """Runs the action as a step of the job; returns its log and outputs."""
        given = {name: str(one.get("default", "")) for name, one in DESCRIBED["inputs"].items()} | inputs
        outputs: dict[str, dict[str, str]] = {}
        log, failed = "", False
        for step in DESCRIBED["runs"]["steps"]:
            if failed or not self.holds(step.get("if", "true"), given):
                continue
            files = {name: self.folder / name.lower() for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH")}
            for file in files.values():
                file.write_text("")
            filled = {name: self.fill(text, given) for name, text in step.get("env", {}).items()}
            set_by_runner = {name: str(path) for name, path in files.items()}
            set_by_runner["GITHUB_STEP_SUMMARY"] = str(self.folder / "summary.md")
            assert step["shell"] == "bash"
            ended = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], text=True, timeout=100,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.variables["GITHUB_WORKSPACE"],
                env=self.variables | set_by_runner | filled | (variables or {}))
            log, failed = log + ended.stdout, ended.returncode != 0
            exported = self.read(files["GITHUB_ENV"])
            self.variables |= exported
            for folder in files["GITHUB_PATH"].read_text().split():
                self.variables["PATH"] = f"{folder}:{self.variables['PATH']}"
            outputs[step.get("id", "")] = self.read(files["GITHUB_OUTPUT"])
            if pid := exported.get("STATIC_AUTH_SERVER_PID"):
                self.started.append(int(pid))
        assert failed != passes, log
        form = re.compile(r"\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}")
        parts = {name: form.fullmatch(one["value"]) for name, one in DESCRIBED["outputs"].items()}
        return log, {name: outputs.get(part[1], {}).get(part[2], "") for name, part in parts.items()}

    @staticmethod
    def holds(condition: str, inputs: dict[str, str]) -> bool:
        """A condition of comparisons with &&."""
        parts = [re.fullmatch(r"inputs\.([\w-]+) (==|!=) '(\w+)'", part) for part in condition.split(" && ")]
        return condition == "true" or all((inputs[part[1]] == part[3]) == (part[2] == "==") for part in parts)

    @staticmethod
    def fill(text: str, inputs: dict[str, str]) -> str:
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], text)

    @staticmethod
    def read(file: Path) -> dict[str, str]:
        """A file of `name=value` and of values between delimiters, as a runner reads it."""
        found, lines = {}, iter(file.read_text().splitlines())
        for line in lines:
            if heredoc := re.fullmatch(r"([\w-]+)<<(\w+)", line):
                value = []
                while (following := next(lines)) != heredoc[2]:
                    value.append(following)
                found[heredoc[1]] = "\n".join(value)
            else:
                name, _, found_value = line.partition("=")
                found[name] = found_value
        return found

    def client(self, follows: bool = True) -> None:
        """A step of the job with a client, which knows only what the action exported."""
        (self.folder / "client.py").write_text(packages.CLIENT + f"""
import os

class Server:
    url, base_url = os.environ["MCP_URL"], os.environ["MCP_AUTH_URL"]
    client_id, client_secret = os.environ["MCP_CLIENT_ID"], os.environ["MCP_CLIENT_SECRET"]

    @staticmethod
    def approve(url):
        login = url.replace("/authorize?", "/login?")
        form = dict(username=os.environ["MCP_USERNAME"], password=os.environ["MCP_PASSWORD"])
        answer = fetch(login, urlencode(form).encode(), {{"Accept": "application/json"}})[1]
        return json.loads(answer)["redirect_to"]

assert echo(Server.url, log_in(Server, {follows})) == (200, "hello")
""")
        run("python3", self.folder / "client.py", env=self.variables)

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text()


@pytest.fixture
def runner(tmp_path):
    """A job; the servers that it leaves behind end with it, as on a runner."""
    runner = Runner(tmp_path, "/usr/bin:/bin")
    yield runner
    for pid in runner.started:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


@pytest.mark.parametrize("package", [lambda: packages.ARCHIVE, packages.wheel], ids=["archive", "wheel"])
def test_a_job_installs_starts_logs_in_and_gets_its_verdict(runner, package):
    log, outputs = runner.use(package=str(package()))
    for name in ("mcp-url", "base-url", "issuer", "client-id", "client-secret", "username", "password"):
        assert outputs[name], name
    assert outputs["mcp-url"] == runner.variables["MCP_URL"]
    runner.client()
    log, outputs = runner.use(mode="report", strict="true")
    assert "The MCP clients broke no rule." in runner.summary and "**No rule was broken: " in runner.summary
    assert '<testsuites name="static-auth-server report"' in Path(outputs["report"]).read_text()
    end = time.monotonic() + 20
    while Path(f"/proc/{runner.started[0]}/cmdline").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{runner.started[0]}/cmdline").exists(), "the server has been stopped"


@pytest.mark.parametrize("strict", ["true", "false"])
def test_a_broken_rule_is_in_the_summary_and_fails_the_job_if_asked(runner, strict):
    runner.use(package=str(packages.wheel()))
    runner.client(follows=False)
    log, outputs = runner.use(mode="report", strict=strict, passes=strict == "false")
    assert "An MCP client broke a rule." in runner.summary and "❌ `resource-authorize`" in runner.summary
    assert runner.summary.index("❌ `resource-authorize`") < runner.summary.index("<details>")
    assert ("::error::FAIL      resource-authorize" in log) == (strict == "true")
    assert outputs["report"]


def test_a_required_rule_that_no_client_shows_fails_the_job(runner):
    runner.use(package=str(packages.wheel()))
    runner.client()
    log, _ = runner.use(mode="report", strict="true", require="pkce-s256,refresh-once", passes=False)
    assert "❌ `refresh-once`" in runner.summary and "❌ `pkce-s256`" not in runner.summary
    assert "::error::FAIL      refresh-once" in log


def test_secrets_are_masked_before_anything_shows_them(runner):
    log, _ = runner.use(package=str(packages.wheel()))
    lines = log.splitlines()
    for secret in (SECRET, "demo_password"):
        shown = [number for number, line in enumerate(lines) if secret in line]
        assert [lines[number] for number in shown] == [f"::add-mask::{secret}"]


def test_credentials_of_ones_own_are_exported_and_masked(runner):
    own = {"MCP_STATIC_CLIENT_SECRET": "own=secret%1", "MCP_STATIC_USER": "ann:a:b"}
    log, outputs = runner.use(package=str(packages.wheel()), variables=own)
    assert (outputs["client-secret"], outputs["username"], outputs["password"]) == ("own=secret%1", "ann", "a:b")
    assert "::add-mask::own=secret%251\n" in log and "::add-mask::a:b\n" in log
    runner.client()


#: Writes a ready file, as the server does.
READY = """printf '{"pid":%d,"mcp_url":"http://localhost:1/mcp","base_url":"http://localhost:1",
"issuer":"http://localhost:1","client_id":"c"}' $$ >"$4\""""


def test_the_summary_is_the_verdict_and_the_report_as_markdown(runner):
    stand_in(runner, f'''
case "$*" in
*markdown*) echo "## Client one"; exit 1 ;;
report*) echo "FAIL      b  Another."; exit 1 ;;
esac
{READY}''')
    runner.use()
    log, _ = runner.use(mode="report")
    assert runner.summary.endswith("An MCP client broke a rule.\n\n## Client one\n")
    assert "FAIL      b  Another." in log and "## Client one" not in log


def test_credentials_from_files_are_exported_and_masked(runner):
    stand_in(runner, READY)
    (runner.folder / "secret").write_text("from a file\n")
    (runner.folder / "user").write_text("ann:her password\n")
    files = {"MCP_STATIC_CLIENT_SECRET_FILE": "secret", "MCP_STATIC_USER_FILE": "user"}
    log, outputs = runner.use(variables={name: str(runner.folder / file) for name, file in files.items()})
    assert (outputs["client-secret"], outputs["password"]) == ("from a file", "her password")
    assert "::add-mask::from a file\n" in log and "::add-mask::her password\n" in log


def test_credentials_that_are_not_known_are_no_silent_empty_text(runner):
    log, _ = runner.use(package=str(packages.wheel()), arguments="--client-secret\nown")
    assert "::warning::Give secrets as MCP_STATIC_CLIENT_SECRET" in log


def test_another_system_is_refused(runner):
    log, _ = runner.use(package=str(packages.wheel()), variables={"RUNNER_OS": "macOS"}, passes=False)
    assert "::error::static-auth-server is for Linux, and this runner is macOS" in log


def test_what_clients_sent_is_no_command_to_the_runner(runner, tmp_path):
    (tmp_path / "log").write_text("::add-mask::a\n::error::b\n")
    shown = run(ACTION / "show-log.sh", tmp_path / "log").stdout.splitlines()
    token = shown[1].removeprefix("::stop-commands::")
    assert len(token) == 32 and shown[2:-2] == ["::add-mask::a", "::error::b"] and shown[-2] == f"::{token}::"


def test_flags_are_given_one_on_a_line(runner):
    runner.use(package=str(packages.wheel()), arguments="--scope\nuser admin\n--scenario\nissuer-slash\n")
    metadata = run("curl", "-s", runner.variables["MCP_AUTH_URL"] + "/.well-known/oauth-authorization-server").stdout
    assert '"admin"' in metadata and '/",' in metadata


def test_nothing_that_is_given_is_run_by_the_shell(runner):
    hostile = "$(touch hacked)`touch hacked`;touch hacked\n--scope\nuser"
    runner.use(package=str(packages.wheel()), arguments=hostile, passes=False)
    runner.use(mode="$(touch hacked)", passes=False)
    runner.use(package="$(touch hacked).whl", passes=False)
    assert not list(runner.folder.rglob("hacked"))


def test_a_server_that_does_not_start_fails_the_step_with_its_log_and_exports_nothing(runner):
    log, outputs = runner.use(package=str(packages.wheel()), arguments="--nonsense", passes=False)
    assert "::error::static-auth-server did not start" in log and "--nonsense" in log
    assert set(outputs.values()) == {""} and "MCP_URL" not in runner.variables
    log, _ = runner.use(mode="report", passes=False)
    assert "::error::no server was started" in log


def stand_in(runner: Runner, script: str) -> None:
    """Puts a program on the PATH that runs a script and then waits."""
    program = runner.folder / "bin/static-auth-server"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\nexec sleep 60\n")
    program.chmod(0o755)
    runner.variables["PATH"] = f"{program.parent}:{runner.variables['PATH']}"


def test_a_server_that_never_gets_ready_is_ended(runner):
    stand_in(runner, f"echo $$ >{runner.folder}/pid\necho waiting >&2")
    log, _ = runner.use(timeout="1", passes=False)
    assert "::error::static-auth-server did not get ready in 1 s" in log and "waiting" in log
    assert not Path(f"/proc/{(runner.folder / 'pid').read_text().strip()}").exists()


def test_the_ready_file_of_another_run_is_not_believed(runner):
    for folder in (runner.folder / "workspace", runner.folder / "temp"):
        (folder / "ready.json").write_text('{"pid":1,"mcp_url":"http://localhost:1/stale"}')
    _, outputs = runner.use(package=str(packages.wheel()))
    assert "stale" not in outputs["mcp-url"]
    _, again = runner.use()
    assert again["mcp-url"] != outputs["mcp-url"], "a second server has a folder of its own"


def test_without_a_package_the_program_on_the_path_is_used_or_its_absence_said(runner):
    log, _ = runner.use(passes=False)
    assert "::error::static-auth-server is not on the PATH" in log


def test_a_damaged_archive_is_refused(runner, tmp_path):
    folder = tmp_path / f"static-auth-server-{packages.VERSION}-linux-x86_64"
    run("tar", "-xzf", packages.ARCHIVE, "-C", tmp_path)
    with (folder / "LICENSE").open("a") as licence:
        licence.write("more\n")
    run("tar", "-czf", tmp_path / "damaged.tar.gz", "-C", tmp_path, folder.name)
    log, _ = runner.use(package=str(tmp_path / "damaged.tar.gz"), passes=False)
    assert "is damaged" in log and "LICENSE: FAILED" in log


def test_a_server_that_ended_before_fails_the_report_with_its_log(runner):
    runner.use(package=str(packages.wheel()))
    os.kill(runner.started[0], signal.SIGKILL)
    log, _ = runner.use(mode="report", passes=False)
    assert "::error::static-auth-server gave no report" in log and "gave no report" in runner.summary


def test_a_job_without_a_client_is_warned(runner):
    runner.use(package=str(packages.wheel()))
    log, _ = runner.use(mode="report", strict="true")
    assert "::warning::No MCP client" in log and "No MCP client was seen." in runner.summary


def test_the_archive_has_programs_pages_completions_licence_and_checksums(tmp_path):
    run("tar", "-xzf", packages.ARCHIVE, "-C", tmp_path)
    [folder] = tmp_path.iterdir()
    assert folder.name == f"static-auth-server-{packages.VERSION}-linux-x86_64"
    run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    listed = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert files == listed | {"SHA256SUMS"}
    assert run(folder / "bin/static-auth-server-full", "--version").stdout.strip() == packages.VERSION
    for name in ("static-auth-server", "static-auth-client"):
        assert run(folder / "bin" / name, "--version").stdout.strip() == packages.VERSION
        assert {f"share/man/man1/{name}.1", f"share/bash-completion/completions/{name}"} <= files
    assert {"LICENSE", "CHANGELOG.md", "static-auth-server.spdx.json"} <= files


def test_the_page_about_ci_uses_inputs_and_names_variables_and_outputs_that_exist():
    page = (packages.ROOT / "docs/ci.md").read_text()
    steps = yaml.safe_load(re.search(r"```yaml\n(- uses: OWNER.*?)```", page, re.DOTALL)[1])
    used = [step["with"] for step in steps if "/actions/static-auth-server@" in step.get("uses", "")]
    assert len(used) == 2 and set().union(*used) <= set(DESCRIBED["inputs"])
    exported = re.search(r"^\| exports \|(.*)$", page, re.MULTILINE)[1]
    script = (ACTION / "start.sh").read_text()
    named = set(re.findall(r"`([\w-]+)`", exported))
    assert named == set(DESCRIBED["outputs"]) - {"report"} | set(re.findall(r'"(MCP_[A-Z]+(?:_[A-Z]+)?)"', script)) - {
        "MCP_STATIC_USER"}
