"""The wheel: installed without a registry, as its metadata say, and its pytest plugin in projects of pytester."""

import base64
import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from email.parser import Parser
from pathlib import Path
from xml.etree import ElementTree

import packages
import pytest
from packages import run

pytest_plugins = ["pytester"]


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """The Python of a clean virtual environment with the wheel."""
    return packages.python_with_the_wheel(tmp_path_factory.mktemp("wheel") / "venv")


@pytest.fixture
def project(pytester, python):
    """Runs pytest, with the installed plugin, on a project of the given test and the client."""
    pytester.makepyfile(client=packages.CLIENT)

    def ended(test: str, *arguments: str, plugins: tuple[str, ...] = (), **variables: str):
        pytester.makepyfile(test_it=test)
        for name in list(os.environ):
            if name.startswith(packages.FOREIGN):
                pytester._monkeypatch.delenv(name)
        for name, value in variables.items():
            pytester._monkeypatch.setenv(name, value)
        off = [part for name in ("timeout", "xdist") if name not in plugins for part in ("-p", f"no:{name}")]
        return pytester.run(python, "-m", "pytest", *off, "-p", "no:cacheprovider", *arguments, timeout=100)

    return ended


def contents() -> dict[str, bytes]:
    with zipfile.ZipFile(packages.wheel()) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def info(name: str) -> str:
    return contents()[f"static_auth_server-{packages.VERSION}.dist-info/{name}"].decode()


def test_pip_puts_the_program_itself_into_bin(python):
    program = python.parent / "static-auth-server"
    assert program.read_bytes()[:4] == b"\x7fELF"
    assert run(program, "--version").stdout.strip() == packages.VERSION
    assert run(python, "-m", "static_auth_server", "--version").stdout.strip() == packages.VERSION
    assert run(python, "-m", "pip", "check").returncode == 0


def test_the_package_finds_its_program_in_a_folder_of_its_own(tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python, target = tmp_path / "venv/bin/python", tmp_path / "target"
    run(python, "-m", "pip", "install", "--no-index", "--target", target, packages.wheel())
    code = "import static_auth_server; print(static_auth_server.executable())"
    found = run(python, "-c", code, env=packages.environment(PYTHONPATH=str(target), PATH="/usr/bin:/bin"))
    assert found.stdout.strip() == str(target / "bin/static-auth-server")


def test_uvx_runs_it_offline(tmp_path):
    uvx = Path(sys.executable).parent / "uvx"
    said = run(
        uvx, "--offline", "--python", sys.executable, "--from", packages.wheel(), "static-auth-server", "--version",
        env=packages.environment(UV_CACHE_DIR=str(tmp_path), UV_PYTHON_DOWNLOADS="never"))
    assert said.stdout.strip() == packages.VERSION


def test_record_has_every_file_with_its_hash_and_size():
    files = contents()
    listed = {name: rest for name, *rest in csv.reader(io.StringIO(info("RECORD")))}
    assert set(listed) == set(files)
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        own = name.endswith("/RECORD")
        assert listed[name] == (["", ""] if own else [f"sha256={digest}", str(len(content))]), name


def test_the_metadata_name_version_licence_and_no_dependency():
    fields = Parser().parsestr(info("METADATA"))
    assert (fields["Name"], fields["Version"]) == ("static-auth-server", packages.VERSION)
    assert (fields["License-Expression"], fields.get_all("License-File")) == ("MIT", ["LICENSE"])
    assert fields.get_all("Requires-Dist") == ['pytest>=8; extra == "pytest"']
    assert info("licenses/LICENSE") == (packages.ROOT / "LICENSE").read_text()


def test_the_sbom_is_that_of_the_program():
    """Its checksum is there, and no other program's."""
    sbom = json.loads(info("sboms/static-auth-server.spdx.json"))
    program = contents()[f"static_auth_server-{packages.VERSION}.data/scripts/static-auth-server"]
    described = [one for one in sbom["packages"] if one.get("primaryPackagePurpose") == "APPLICATION"]
    assert [one["checksums"][0]["checksumValue"] for one in described] == [hashlib.sha256(program).hexdigest()]


def test_the_tags_are_those_of_the_name_for_glibc_and_for_musl():
    tags = re.findall(r"^Tag: py3-none-(.+)$", info("WHEEL"), re.MULTILINE)
    assert packages.wheel().name == f"static_auth_server-{packages.VERSION}-py3-none-{'.'.join(tags)}.whl"
    assert "Root-Is-Purelib: false" in info("WHEEL")
    assert {tag.split("_")[0] for tag in tags} == {"manylinux", "manylinux2014", "musllinux"}


def test_the_program_needs_no_library():
    program = contents()[f"static_auth_server-{packages.VERSION}.data/scripts/static-auth-server"]
    assert b"/lib64/ld-linux" not in program[:4096], "the tags promise that it runs with every C library"


def test_two_builds_are_the_same(tmp_path):
    server = tmp_path / "static-auth-server"
    server.write_text(f"#!/bin/sh\necho {packages.VERSION}\n")
    server.chmod(0o755)
    sbom = packages.DIST / "static-auth-server.spdx.json"
    built = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for maker in ("wheel.py", "npm.py"):
            run(sys.executable, packages.BUILDERS / maker, server, sbom, tmp_path / name)
        built.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
        time.sleep(2.1)  # Zip's times have steps of two seconds.
    assert built[0] == built[1] and len(built[0]) == 3


@pytest.mark.parametrize("maker", ["wheel.py", "npm.py"])
def test_a_program_of_another_version_is_not_packed(tmp_path, maker):
    server = tmp_path / "static-auth-server"
    server.write_text("#!/bin/sh\necho 9.9.9\n")
    server.chmod(0o755)
    sbom = packages.DIST / "static-auth-server.spdx.json"
    ended = run(sys.executable, packages.BUILDERS / maker, server, sbom, tmp_path, passes=False)
    assert "says that its version is '9.9.9'" in ended.stderr


def test_the_package_is_typed():
    folder = packages.ROOT / "scripts/packages/python/static_auth_server"
    run(sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, folder)


# The plugin


def test_the_example_of_its_use_passes(python):
    run(python, "-m", "pytest", "-p", "no:cacheprovider", packages.ROOT / "Tests/Examples/pytest")


def test_the_fixture_gives_a_server_that_is_reset_between_tests(project):
    project("""
        from client import echo, log_in

        servers = set()

        def test_login(mcp_auth):
            servers.add(mcp_auth)
            assert echo(mcp_auth.url, log_in(mcp_auth)) == (200, "hello")
            assert mcp_auth.report().failed == [] and len(mcp_auth.report().passed) > 10
            assert [one["status"] for one in mcp_auth.requests(endpoint=["token", "authorize"])] == [302, 200]
            mcp_auth.advance(60)

        def test_reset(mcp_auth):
            servers.add(mcp_auth)
            assert len(servers) == 1, "it was started once"
            assert mcp_auth.requests() == [] and mcp_auth.report().passed == []
            assert mcp_auth.debug("clock", method="GET")["offset_seconds"] == 0
    """).assert_outcomes(passed=2)


def test_every_verb(project):
    project("""
        import threading
        import pytest
        from client import echo, fetch

        def test_where_it_is(mcp_auth):
            assert mcp_auth.url == mcp_auth.base_url + "/mcp" and mcp_auth.issuer == mcp_auth.base_url
            assert fetch(mcp_auth.debug_url)[0] == 200

        def test_token(mcp_auth):
            assert echo(mcp_auth.url, mcp_auth.token(scope="user")) == (200, "hello")
            assert echo(mcp_auth.url, mcp_auth.token(scope=["user"], subject="ann", ttl=5)) == (200, "hello")

        def test_login(mcp_auth):
            tokens = mcp_auth.login("demo_user")
            assert tokens.refresh_token and tokens.scope == "user" and tokens.expires_in == 3600
            assert echo(mcp_auth.url, tokens.access_token) == (200, "hello")
            with pytest.raises(ValueError, match="no user 'bob', only demo_user"):
                mcp_auth.login("bob")

        def test_fault(mcp_auth):
            with mcp_auth.fault("metadata", status=503, times=2) as fault:
                assert fault.is_queued
                assert fetch(mcp_auth.base_url + "/.well-known/oauth-authorization-server")[0] == 503
            assert fetch(mcp_auth.base_url + "/.well-known/oauth-authorization-server")[0] == 200
            with mcp_auth.fault("metadata", status=503) as fault:
                fetch(mcp_auth.base_url + "/.well-known/oauth-authorization-server")
                assert not fault.is_queued

        def test_scenario(mcp_auth):
            issuer = lambda: fetch(mcp_auth.base_url + "/.well-known/oauth-authorization-server")[1]
            with mcp_auth.scenario("issuer-slash"):
                assert b'/",' in issuer()
                with mcp_auth.scenario("issuer-mismatch"):
                    pass
                assert b'/",' in issuer()
            assert b'/",' not in issuer()

        def test_unknown_scenario(mcp_auth):
            import static_auth_server
            with pytest.raises(static_auth_server.ServerError, match="the name of a scenario"):
                with mcp_auth.scenario("nonsense"):
                    pass

        def test_time(mcp_auth):
            token = mcp_auth.token()
            mcp_auth.advance(3600)
            assert echo(mcp_auth.url, token)[0] == 401

        def test_expire_and_revoke(mcp_auth):
            one, other = mcp_auth.token(), mcp_auth.token(subject="ann")
            assert mcp_auth.expire(subject="ann") == 1
            assert (echo(mcp_auth.url, one)[0], echo(mcp_auth.url, other)[0]) == (200, 401)
            assert mcp_auth.expire() >= 1 and echo(mcp_auth.url, one)[0] == 401
            third = mcp_auth.token()
            mcp_auth.revoke(third)
            assert echo(mcp_auth.url, third)[0] == 401

        def test_await(mcp_auth):
            threading.Timer(0.2, echo, [mcp_auth.url, "wrong"]).start()
            [request] = mcp_auth.await_requests(1, endpoint="mcp", status="4xx")
            assert request["status"] == 401
            with pytest.raises(AssertionError, match=r"1 of 2 requests came within 1 s\\n  POST /mcp -> 401"):
                mcp_auth.await_requests(2, timeout=1)

        def test_deny(mcp_auth):
            from urllib.parse import urlencode
            query = urlencode({"response_type": "code", "client_id": mcp_auth.client_id, "state": "s",
                "redirect_uri": "http://localhost:3031/callback", "scope": "user", "resource": mcp_auth.url,
                "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"})
            assert "error=access_denied" in mcp_auth.deny(mcp_auth.base_url + "/authorize?" + query)
    """).assert_outcomes(passed=10)


def test_the_marker_plays_a_scenario_for_its_tests_alone(project):
    project("""
        import pytest
        from client import fetch

        def test_without(mcp_auth):
            assert mcp_auth.debug("scenario", method="GET")["scenario"] is None

        @pytest.mark.mcp_scenario("issuer-slash")
        class TestMarked:
            def test_of_the_class(self, mcp_auth):
                assert mcp_auth.debug("scenario", method="GET")["scenario"]["name"] == "issuer-slash"

            @pytest.mark.mcp_scenario("session-404")
            def test_its_own(self, mcp_auth):
                assert mcp_auth.debug("scenario", method="GET")["scenario"]["name"] == "session-404"

        def test_after(mcp_auth):
            assert mcp_auth.debug("scenario", method="GET")["scenario"] is None
    """, "--strict-markers").assert_outcomes(passed=4)


@pytest.mark.parametrize(("mark", "said"), [
    ('mcp_scenario("nonsense")', "the name of a scenario"), ("mcp_scenario", "mcp_scenario takes one name"),
    ("mcp_allow(1)", "mcp_allow takes names of rules"),
])
def test_a_wrong_marker_is_an_error_that_says_what_is_wrong(project, mark, said):
    ended = project(f"import pytest\n@pytest.mark.{mark}\ndef test_it(mcp_auth): pass")
    ended.assert_outcomes(errors=1)
    ended.stdout.fnmatch_lines([f"*{said}*"])


BREAKS_A_RULE = """
    import pytest
    from client import echo, log_in

    def test_good(mcp_auth):
        assert echo(mcp_auth.url, log_in(mcp_auth)) == (200, "hello")

    def test_bad(mcp_auth):
        assert echo(mcp_auth.url, log_in(mcp_auth, follows=False)) == (200, "hello")

    def test_good_again(mcp_auth):
        assert echo(mcp_auth.url, log_in(mcp_auth)) == (200, "hello")
"""
FINDING = "*FAIL resource-authorize: The client names the resource when it asks for authorization.*"


@pytest.mark.parametrize("arguments", [["--mcp-auth-strict"], ["-o", "mcp_auth_strict=true"]], ids=str)
def test_strict_fails_the_test_that_broke_a_rule_with_the_finding(project, arguments):
    ended = project(BREAKS_A_RULE, *arguments)
    ended.assert_outcomes(passed=2, failed=1)
    ended.stdout.fnmatch_lines(["*_ test_bad _*", "An MCP client broke a rule.", FINDING, "  request *"])
    assert ended.ret == 1


def test_strict_fails_a_test_for_what_its_fixtures_did(project):
    ended = project("""
        import pytest
        from client import log_in

        @pytest.fixture
        def client(mcp_auth):
            yield
            log_in(mcp_auth, follows=False)

        def test_it(client): pass
    """, "--mcp-auth-strict")
    ended.assert_outcomes(passed=1, errors=1)
    ended.stdout.fnmatch_lines(["*ERROR at teardown of test_it*", FINDING])


def test_allowed_rules_may_be_broken(project):
    allowed = BREAKS_A_RULE.replace(
        "def test_bad", '@pytest.mark.mcp_allow("resource-authorize", "resource-token")\n    def test_bad')
    project(allowed, "--mcp-auth-strict").assert_outcomes(passed=3)


def test_a_test_that_fails_by_itself_shows_the_finding(project):
    ended = project(BREAKS_A_RULE.replace('follows=False)) == (200, "hello")', 'follows=False)) == "no"'))
    ended.assert_outcomes(passed=2, failed=1)
    ended.stdout.fnmatch_lines(["*assert*no*", "*Captured mcp_auth call*", FINDING])


@pytest.mark.parametrize("arguments", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_the_report_covers_every_test_and_names_the_one_that_broke_a_rule(project, pytester, arguments):
    plugins = ("xdist",) if arguments else ()
    ended = project(BREAKS_A_RULE, "--mcp-auth-report=reports/verdict.xml", *arguments, plugins=plugins)
    ended.assert_outcomes(passed=3)
    suite = ElementTree.parse(pytester.path / "reports/verdict.xml").getroot()
    cases = {case.get("name").split(":")[0]: case for case in suite}
    assert int(suite.get("tests")) == len(cases) > 30 and suite.get("failures") == str(len(suite.findall("*/failure")))
    failure = cases["resource-authorize"].find("failure")
    assert failure.text.startswith("test_it.py::test_bad, request ") and "\n" not in failure.text
    assert len(cases["pkce-s256"]) == 0 and cases["session-sent"].find("skipped") is not None
    ended.stdout.fnmatch_lines(["*verdict on the MCP clients*", FINDING, "* FAIL, * NOTE, * PASS, * NOT SEEN"])


def test_a_note_is_neither_a_failure_nor_lost(python, tmp_path):
    """Reports of several tests are combined; the verdicts are those that the server knows."""
    verdicts = re.findall(
        r'case \w+ = "([A-Z ]+)"', (packages.ROOT / "Sources/FlowRecorder/Report/Findings.swift").read_text())
    (tmp_path / "it.py").write_text(f"""
from static_auth_server import Report, Rule
whole = Report()
for verdict in {verdicts!r}:
    whole.add(Report([Rule(verdict, "text", "reference", "SHOULD", verdict, ["problem"])]), "test")
    whole.add(Report([Rule(verdict, "text", "reference", "SHOULD", "NOT SEEN", [])]))
print([rule.id for rule in whole.failed], [rule.id == rule.verdict for rule in whole.rules])
print(whole.to_junit().decode())
""")
    said = run(python, tmp_path / "it.py").stdout
    assert set(verdicts) >= {"PASS", "FAIL", "NOTE", "NOT SEEN"} and len(verdicts) == 4
    assert said.startswith("['FAIL'] [True, True, True, True]\n") and said.count("<failure") == 1
    assert "<system-out>test, problem</system-out>" in said


def test_the_report_is_xml_whatever_a_test_is_called(project, pytester):
    project("""
        import pytest
        from client import log_in

        def test_it(mcp_auth, request):
            request.config.pluginmanager.get_plugin("static-auth-server-verdicts").test = "a\\0\\ud800<&>"
            log_in(mcp_auth, follows=False)
    """, "--mcp-auth-report=verdict.xml").assert_outcomes(passed=1)
    failure = ElementTree.parse(pytester.path / "verdict.xml").getroot().find("*/failure")
    assert failure.text.startswith("a\ufffd\ufffd<&>, request ")


def test_each_worker_has_a_server_of_its_own(project):
    project("""
        import pytest

        @pytest.mark.parametrize("number", range(12))
        def test_it(mcp_auth, number):
            mcp_auth.advance(1)
            mcp_auth.token()
            assert mcp_auth.debug("clock", method="GET")["offset_seconds"] == 1
    """, "-n", "3", plugins=("xdist",)).assert_outcomes(passed=12)


def test_a_run_without_the_fixture_starts_no_server(project, pytester):
    ended = project("def test_it(): pass", "--mcp-auth-report=verdict.xml", STATIC_AUTH_SERVER="/nonexistent")
    ended.assert_outcomes(passed=1)
    assert ElementTree.parse(pytester.path / "verdict.xml").getroot().get("tests") == "0"
    ended.stdout.no_fnmatch_line("*verdict*")


def test_another_binary_can_be_named_and_its_log_is_shown_when_it_does_not_start(project, pytester):
    program = pytester.path / "another"
    program.write_text("#!/bin/sh\necho out of order >&2\nexit 3\n")
    program.chmod(0o755)
    ended = project("def test_it(mcp_auth): pass", STATIC_AUTH_SERVER="./another")
    ended.assert_outcomes(errors=1)
    ended.stdout.fnmatch_lines(["*ServerError: static-auth-server ended with exit code 3; its log:", "*out of order"])
    ended = project("def test_it(mcp_auth): pass", STATIC_AUTH_SERVER="/nonexistent")
    ended.stdout.fnmatch_lines(["*'/nonexistent' is no program, and was named for static-auth-server"])


def test_a_server_that_ends_during_a_test_fails_it_with_the_log(project):
    ended = project("""
        import os, signal
        def test_it(mcp_auth):
            os.kill(mcp_auth._process.popen.pid, signal.SIGKILL)
            mcp_auth._process.popen.wait()
            mcp_auth.token()
    """)
    ended.stdout.fnmatch_lines(["*ServerError: static-auth-server ended with exit code -9; its log:"])
    assert ended.ret != 0


def test_no_server_outlives_a_run_that_is_ended(pytester, python):
    pytester.makepyfile(test_it="""
        import pathlib, time
        def test_it(mcp_auth):
            pathlib.Path("pid").write_text(str(mcp_auth._process.popen.pid))
            time.sleep(60)
    """)
    command = [python, "-m", "pytest", "-p", "no:timeout", "-p", "no:cacheprovider"]
    process = pytester.popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    noted, end = pytester.path / "pid", time.monotonic() + 40
    while not noted.exists() or not noted.read_text():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    process.terminate()
    assert process.wait(40) == 143
    assert not Path(f"/proc/{noted.read_text()}").exists()


def test_flags_come_from_the_configuration_and_variables_of_other_servers_do_not(project, pytester):
    pytester.makeini("""
        [pytest]
        mcp_auth_args = --user "ann:her password" --user bob:b --client-secret=s3cret --debug-token a-debug-token-123
    """)
    project("""
        from client import echo, log_in

        def test_it(mcp_auth):
            assert (mcp_auth.username, mcp_auth.password) == ("ann", "her password")
            assert mcp_auth.client_secret == "s3cret"
            assert echo(mcp_auth.url, log_in(mcp_auth)) == (200, "hello")
            assert mcp_auth.login("bob").refresh_token
    """, MCP_STATIC_NO_SUCH_SETTING="1", http_proxy="http://127.0.0.1:9", no_proxy="").assert_outcomes(passed=1)
