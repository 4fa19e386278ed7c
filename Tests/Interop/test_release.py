"""The files that scripts/release writes: the programs run without Swift, and everything beside them is in order."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import server as demo

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
PROGRAMS = ["static-auth-server", "static-auth-client"]
# The server with every store; in all else it is the other one.
FULL = "static-auth-server-full"
TOOLS = Path(sys.executable).parent
UNIT = ROOT / "scripts/deploy/static-auth-server@.service"
# On systemd's scale to 10; it calls up to 2.4 OK, and ours has 1.2.
MOST_EXPOSURE = 1.5
NOBODY = "65534:65534"
# In KiB. It is 9.1 MiB, and more when the linker does not place the functions that a server uses next to each other.
MOST_RESIDENT = 10 * 1024
# The server that packages carry is small, since it has no Foundation.
MOST_BYTES = 23 << 20
ORDER = ROOT / "scripts/lib/release/release.order"
# The share of the list that may be out of date.
MOST_GONE = 0.1
MAKE_ANEW = "run scripts/release, then python3 scripts/lib/release/order.py, then scripts/release again"


def run(*command: str | Path, **more) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **more)


def sbom() -> dict:
    return json.loads((DIST / "static-auth-server.spdx.json").read_text())


@pytest.fixture(params=["debian", "empty"])
def place(request, tmp_path) -> Path:
    """A root directory with our programs: a Debian 12 that scripts/test made, or only /etc/hosts."""
    if request.param == "debian":
        root = Path(os.environ["DEBIAN_ROOT"]).resolve()
        assert not list(root.glob("usr/lib/**/libswift*")), "there is a Swift runtime in it"
    else:
        root = tmp_path / "root"
    for folder in ("proc", "tmp", "etc", "usr/local/bin"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    # Every container engine makes this file; the C library looks up names in it.
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    for program in [*PROGRAMS, FULL]:
        target = root / "usr/local/bin" / program
        target.unlink(missing_ok=True)
        target.write_bytes((DIST / program).read_bytes())
        target.chmod(0o755)
    return root


def inside(root: Path, program: str, *arguments: str, proc: bool = True) -> list[str]:
    """The command that runs a program as the user nobody in a root directory; its mounts end with it."""
    mount = f"mount -t proc proc '{root}/proc' && " if proc else ""
    return [
        "unshare", "--mount", "--propagation", "private", "sh", "-c",
        f"{mount} exec chroot --userspec={NOBODY} '{root}' \"$@\"", "sh", f"/usr/local/bin/{program}", *arguments,
    ]


@pytest.fixture
def running(place) -> Iterator[tuple[Path, subprocess.Popen, dict]]:
    """A server in that root directory, with the content of its ready file."""
    ready = place / "tmp" / "ready.json"
    ready.unlink(missing_ok=True)
    command = inside(place, "static-auth-server", "--port", "0", "--ready-file", "/tmp/ready.json")
    with (place / "tmp" / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd="/", env={}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 40
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < end, (place / "tmp" / "log").read_text()
            time.sleep(0.01)
        yield place, process, json.loads(ready.read_text())
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_says_its_version_and_explains_itself_where_there_is_no_swift(place, program):
    version = next(one["versionInfo"] for one in sbom()["packages"] if one["name"] == program)
    assert run(*inside(place, program, "--version")).stdout.strip() == version
    assert "USAGE: " + program in run(*inside(place, program, "--help")).stdout


def test_the_whole_flow_goes_through_and_sigterm_ends_it_well(running):
    place, process, facts = running
    base = facts["base_url"]
    assert json.loads(run("curl", "-sf", f"{base}/healthz").stdout) == {"status": "ok"}

    settings = {"MCP_CLIENT_SECRET": demo.CLIENT_SECRET, "HOME": "/tmp/home", "XDG_DATA_HOME": "/tmp/home"}
    home = place / "tmp" / "home"
    home.mkdir(exist_ok=True)
    os.chown(home, *map(int, NOBODY.split(":")))

    def client(*arguments: str, **more) -> str:
        ended = run(*inside(place, "static-auth-client", *arguments), cwd="/", env=settings, **more)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    client(
        "login", facts["mcp_url"], "--client-id", facts["client_id"], "--headless", "--username", demo.USERNAME,
        "--password-stdin", input=demo.PASSWORD,
    )
    assert "echo" in client("tools", facts["mcp_url"])
    assert "hello" in client("call", facts["mcp_url"], "echo", "message=hello")
    client("logout", facts["mcp_url"])

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=40) == 0, (place / "tmp" / "log").read_text()
    assert not (place / "tmp" / "ready.json").exists()


def test_a_store_in_a_file_is_in_the_full_server_which_the_other_one_names(place):
    flags = ("--port", "0", "--store", "sqlite:/nowhere/x.sqlite")
    said = run(*inside(place, FULL, *flags), env={})
    assert said.returncode != 0 and "was built without" not in said.stderr and "/nowhere/x.sqlite" in said.stderr
    said = run(*inside(place, "static-auth-server", *flags), env={})
    assert said.returncode == 78 and f"built without SQLite. A release has it in {FULL}." in said.stderr


def test_redis_is_in_both_servers(place):
    for program in ("static-auth-server", FULL):
        said = run(*inside(place, program, "--port", "0", "--store", "redis://127.0.0.1:1"), env={})
        assert said.returncode != 0 and "was built without" not in said.stderr and "127.0.0.1:1" in said.stderr


def test_the_server_that_packages_carry_is_small_and_has_no_foundation():
    assert (DIST / "static-auth-server").stat().st_size <= MOST_BYTES
    linked = (ROOT / ".build-static/static-auth-server.map").read_text(errors="replace")
    # The parser of arguments brings FoundationEssentials.
    libraries = ("libFoundation.a", "lib_FoundationICU.a", "libsqlite3.a")
    assert not [name for name in libraries if name in linked]
    # The full one shows that its map would tell.
    full = (ROOT / ".build-static-full/static-auth-server.map").read_text(errors="replace")
    assert all(name in full for name in libraries)


def test_without_proc_swift_says_so_and_ends(place):
    ended = run(*inside(place, "static-auth-server", "--port", "0", proc=False), env={})
    assert ended.returncode != 0 and "Unable to obtain Swift runtime path" in ended.stderr


@pytest.mark.parametrize("program", [*PROGRAMS, FULL])
def test_it_is_static_and_stripped_and_does_not_know_where_it_was_built(program):
    said = run("file", DIST / program).stdout
    assert "statically linked" in said and "stripped" in said and "not stripped" not in said
    assert str(ROOT).encode() not in (DIST / program).read_bytes()


@pytest.mark.parametrize("program", [*PROGRAMS, FULL])
def test_what_is_only_read_after_the_start_is_not_writable_then(program):
    assert "GNU_RELRO" in run("readelf", "--program-headers", "--wide", DIST / program).stdout


def test_little_of_the_server_is_resident_after_the_first_answer(tmp_path, monkeypatch):
    program = tmp_path / "static-auth-server"
    # A file written in large pieces is mapped in large pieces.
    with (DIST / program.name).open("rb") as source, program.open("wb", buffering=0) as copy:
        while piece := source.read(4096):
            copy.write(piece)
    program.chmod(0o755)
    monkeypatch.setattr(demo, "BINARY", program)
    server = demo.start_any(tmp_path / "empty")
    try:
        assert run("curl", "-sf", server.url("/healthz")).returncode == 0
        status = Path(f"/proc/{server.process.pid}/status").read_text()
    finally:
        server.stop()
    resident = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])
    assert resident <= MOST_RESIDENT, f"{resident} KiB; if nothing else grew, {MAKE_ANEW}"


def gone(order: str, symbols: str) -> list[str]:
    """The names of a symbol ordering file that a program does not have."""
    names = [line for line in order.splitlines() if line and not line.startswith("#")]
    missing = set(names) - set(symbols.split())
    assert len(missing) <= MOST_GONE * len(names), (
        f"{len(missing)} of the {len(names)} names in {ORDER.name} no longer exist, as {min(missing)}: {MAKE_ANEW}"
    )
    return sorted(missing)


def test_the_list_that_lays_out_the_server_names_functions_that_exist():
    """The linker ignores an unknown name, so an outdated list would have no effect."""
    unstripped = ROOT / ".build-static/release/static-auth-server"
    gone(ORDER.read_text(), run("nm", "--defined-only", "--format=just-symbols", unstripped).stdout)


def test_a_list_of_functions_that_no_longer_exist_is_noticed():
    names = [f"name{number}" for number in range(100)]
    assert len(gone("# a comment\n" + "\n".join(names), "\n".join(names[10:]))) == 10
    with pytest.raises(AssertionError, match="11 of the 100 names .* name0: run scripts/release"):
        gone("\n".join(names), "\n".join(names[11:]))


def test_the_checksums_are_those_of_everything_else():
    lines = (DIST / "SHA256SUMS").read_text().splitlines()
    expected = {path.relative_to(DIST).as_posix() for path in DIST.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert {line.split("  ")[1] for line in lines} == expected
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((DIST / name).read_bytes()).hexdigest() == digest, name


def test_the_sbom_is_valid_spdx():
    ended = run(TOOLS / "pyspdxtools", "--infile", DIST / "static-auth-server.spdx.json")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_an_sbom_that_is_not_valid_is_noticed(tmp_path):
    broken = tmp_path / "broken.spdx.json"
    broken.write_text(json.dumps(sbom() | {"dataLicense": "MIT"}))
    assert run(TOOLS / "pyspdxtools", "--infile", broken).returncode != 0


def test_the_sbom_has_every_package_and_the_programs_as_they_are():
    packages = {one["name"]: one for one in sbom()["packages"]}
    for pin in json.loads((ROOT / "Package.resolved").read_text())["pins"]:
        name = pin["location"].removesuffix(".git").rsplit("/", 1)[1]
        assert packages[name]["versionInfo"] == pin["state"]["version"]
        assert pin["state"]["revision"] in packages[name]["downloadLocation"]
    for name in ("libssl-dev", "libhiredis-dev", "libsqlite3-dev", "libc6-dev", "swift"):
        assert packages[name]["versionInfo"], f"{name} is linked into the server"
    for program in [*PROGRAMS, FULL]:
        digest = hashlib.sha256((DIST / program).read_bytes()).hexdigest()
        assert packages[program]["checksums"] == [{"algorithm": "SHA256", "checksumValue": digest}]
    for one in packages.values():
        assert one["licenseDeclared"] not in ("NOASSERTION", "NONE"), one["name"]
        assert one["externalRefs"][0]["referenceLocator"].startswith("pkg:"), one["name"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_manual_page_has_every_option_and_pleases_its_readers(program):
    page = DIST / "share/man/man1" / f"{program}.1"
    lint = run("mandoc", "-T", "lint", "-W", "warning", page)
    assert lint.returncode == 0 and not lint.stdout, lint.stdout
    man = run("man", "--warnings", "-l", "-Tutf8", "-Z", page)
    assert man.returncode == 0 and not man.stderr, man.stderr
    text = run("mandoc", "-T", "ascii", page).stdout.replace("\b", "")
    text = re.sub(r"(.)\1", r"\1", text) + page.read_text()
    for flag in set(re.findall(r"--([a-z][a-z-]+)", run(DIST / program, "--help").stdout)):
        assert f"-{flag}" in text, flag


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("shell, file", [
    ("bash", "bash-completion/completions/{}"), ("zsh", "zsh/site-functions/_{}"),
    ("fish", "fish/vendor_completions.d/{}.fish"),
])
def test_shells_can_read_their_completions(program, shell, file):
    ended = run(shell, "-n", DIST / "share" / file.format(program))
    assert ended.returncode == 0 and not ended.stderr, ended.stderr


def test_a_shell_completes_what_is_typed():
    script = DIST / "share/bash-completion/completions/static-auth-client"
    ended = run(
        "bash", "-c",
        f'source "{script}"; COMP_WORDS=(static-auth-client lo); COMP_CWORD=1; COMP_LINE="static-auth-client lo"; '
        'COMP_POINT=${#COMP_LINE}; $(complete -p static-auth-client | sed -E "s/.*-F ([^ ]+).*/\\1/") '
        'static-auth-client lo static-auth-client; printf "%s\\n" "${COMPREPLY[@]}"',
    )
    assert ended.stdout.split() == ["login", "logout"], ended.stderr
    fish = DIST / "share/fish/vendor_completions.d/static-auth-server.fish"
    said = run("fish", "--no-config", "-c", f"source {fish}; complete -C 'static-auth-server --redirect-'").stdout
    assert {line.split("\t")[0] for line in said.splitlines()} >= {"--redirect-uris", "--redirect-match"}


def test_hadolint_finds_nothing_in_the_dockerfile():
    ended = run(TOOLS / "hadolint", "--strict-labels", ROOT / "Dockerfile")
    assert ended.returncode == 0, ended.stdout


def test_the_systemd_unit_is_sound_and_exposes_little(tmp_path):
    unit = tmp_path / "static-auth-server@9003.service"
    unit.write_text(UNIT.read_text().replace("/usr/local/bin/static-auth-server", "/bin/true"))
    verified = run("systemd-analyze", "verify", unit)
    assert verified.returncode == 0 and str(unit) not in verified.stderr, verified.stderr
    rated = run("systemd-analyze", "security", "--offline=true", f"--threshold={round(MOST_EXPOSURE * 10)}", unit)
    assert rated.returncode == 0, rated.stdout[-400:] + rated.stderr
