"""The container images that scripts/release writes, run by buildah: it needs no daemon, only root."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import packages
import pytest

NAMES = ["static-auth-server", "static-auth-server-full"]
OWNER = 10001
SECRETS = {"client": "a secret of ours", "users": "ann:a password\n", "debug": "a-debug-token-of-32-characters-00\n"}
VARIABLES = {
    "MCP_STATIC_CLIENT_SECRET_FILE": "/run/secrets/client", "MCP_STATIC_USER_FILE": "/run/secrets/users",
    "MCP_STATIC_DEBUG_TOKEN_FILE": "/run/secrets/debug",
}
# Without a daemon, and without namespaces of its own.
ENGINE = packages.environment(STORAGE_DRIVER="vfs", BUILDAH_ISOLATION="chroot")


def archive(name: str) -> Path:
    return packages.DIST / f"{name}-{packages.VERSION}-linux-x86_64.oci.tar"


def inspected(name: str, *options: str) -> dict:
    return json.loads(packages.run("skopeo", "inspect", *options, f"oci-archive:{archive(name)}").stdout)


@pytest.fixture(scope="session", params=NAMES)
def image(request, tmp_path_factory) -> Iterator[tuple[str, list[str]]]:
    """An image by name, and the buildah command on a container of it."""
    folder = tmp_path_factory.mktemp("containers")
    buildah = ["buildah", "--root", str(folder / "root"), "--runroot", str(folder / "run")]
    container = packages.run(*buildah, "from", f"oci-archive:{archive(request.param)}", env=ENGINE).stdout.split()[-1]
    yield request.param, [*buildah, "run", container]
    packages.run(*buildah, "rm", "--all", env=ENGINE)


@pytest.fixture
def secrets(tmp_path) -> Path:
    """A folder with a file for each secret."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name, text in SECRETS.items():
        (folder / name).write_text(text)
        os.chown(folder / name, OWNER, OWNER)
        (folder / name).chmod(0o400)
    return folder


def command(image: tuple[str, list[str]], variables: dict[str, str], volumes: dict[Path, str], *arguments: str):
    """The command that starts the program as an engine would: with the user, variables and entry point of the image."""
    settings = [f"--env={name}={value}" for name, value in variables.items()]
    mounts = [f"--volume={outside}:{inside}" for outside, inside in volumes.items()]
    *run, container = image[1]
    entry = inspected(image[0], "--config")["config"]["Entrypoint"]
    return [*run, *settings, *mounts, container, "--", *entry, *arguments]


@pytest.fixture
def start(image) -> Iterator[Callable]:
    """Starts a server in the container, which says on standard output when it is ready."""
    started = []

    def start(variables: dict[str, str], volumes: dict[Path, str]) -> tuple[subprocess.Popen, dict]:
        process = subprocess.Popen(
            command(image, variables | {"MCP_STATIC_PORT": "0", "MCP_STATIC_PRINT_READY": "true"}, volumes),
            env=ENGINE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        assert line, process.stderr.read()
        started.append((process, json.loads(line)))
        return started[-1]

    yield start
    for process, facts in started:
        if process.poll() is None:
            os.kill(facts["pid"], signal.SIGKILL)
            process.wait(timeout=40)


def stop(process: subprocess.Popen, facts: dict) -> None:
    """Sends SIGTERM to the server, as an engine does, and expects a clean end."""
    os.kill(facts["pid"], signal.SIGTERM)
    assert process.wait(timeout=40) == 0, process.stderr.read()


def token(facts: dict) -> subprocess.CompletedProcess:
    secret = SECRETS["client"].replace(" ", "%20")
    return packages.run(
        "curl", "-s", "-w", "%{http_code}", f"{facts['base_url']}/token", "--user", f"{facts['client_id']}:{secret}",
        "-d", "grant_type=client_credentials")


def loopback(facts: dict) -> dict:
    """The same server by its address on this machine."""
    return facts | {"base_url": f"http://127.0.0.1:{facts['port']}"}


@pytest.mark.parametrize("name", NAMES)
def test_the_image_says_what_it_is_and_has_one_layer_an_unprivileged_user_and_a_healthcheck(name):
    found = inspected(name)
    assert found["Architecture"] == "amd64" and found["Os"] == "linux" and len(found["Layers"]) == 1
    assert found["Labels"]["org.opencontainers.image.version"] == packages.VERSION
    assert found["Labels"]["org.opencontainers.image.title"] == name
    config = inspected(name, "--config")["config"]
    assert config["User"] == f"{OWNER}:{OWNER}" and "9003/tcp" in config["ExposedPorts"]
    raw = json.loads(packages.run("skopeo", "inspect", "--config", "--raw", f"oci-archive:{archive(name)}").stdout)
    assert raw["config"]["Healthcheck"]["Test"] == ["CMD", "/static-auth-server", "healthcheck"]


def test_the_same_program_gives_the_same_bytes(tmp_path):
    sbom = packages.DIST / "static-auth-server.spdx.json"
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        packages.run(
            "python3", packages.BUILDERS / "image.py", packages.DIST / "static-auth-server", sbom, tmp_path / folder)
        time.sleep(1.1)
    assert (tmp_path / "one" / archive(NAMES[0]).name).read_bytes() == (
        tmp_path / "two" / archive(NAMES[0]).name).read_bytes()


def test_docker_load_finds_what_it_reads(tmp_path):
    packages.run("tar", "-xf", archive(NAMES[0]), "-C", tmp_path)
    [one] = json.loads((tmp_path / "manifest.json").read_text())
    assert one["RepoTags"] == [f"static-auth-server:{packages.VERSION}"]
    assert all((tmp_path / file).is_file() for file in [one["Config"], *one["Layers"]])


def test_it_asks_for_credentials_of_your_own(image):
    ended = packages.run(*command(image, {}, {}), env=ENGINE, passes=False)
    assert re.search("MCP_STATIC_CLIENT_SECRET|--client-secret", ended.stderr), ended.stderr


def test_with_mounted_secrets_it_serves_is_healthy_and_ends_well_on_sigterm(image, start, secrets):
    process, facts = start(VARIABLES, {secrets: "/run/secrets:ro"})
    assert token(loopback(facts)).stdout.endswith("200")
    status = Path(f"/proc/{facts['pid']}/status").read_text()
    assert f"Uid:\t{OWNER}\t{OWNER}" in status and f"Gid:\t{OWNER}\t{OWNER}" in status
    asked = command(image, {"MCP_STATIC_PORT": str(facts["port"])}, {}, "healthcheck")
    assert packages.run(*asked, env=ENGINE).stdout == '{"status":"ok"}\n'
    stop(process, facts)
    assert packages.run(*asked, env=ENGINE, passes=False).returncode == 1


def test_with_secrets_in_variables_it_serves_too(start):
    process, facts = start({
        "MCP_STATIC_CLIENT_SECRET": SECRETS["client"], "MCP_STATIC_USER": SECRETS["users"].strip(),
        "MCP_STATIC_DEBUG_TOKEN": SECRETS["debug"].strip()}, {})
    assert token(loopback(facts)).stdout.endswith("200")
    stop(process, facts)


def test_a_writable_volume_holds_the_ready_file_and_in_the_full_image_the_grants(image, start, secrets, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, OWNER, OWNER)
    volumes = {secrets: "/run/secrets:ro", data: "/data"}
    variables = VARIABLES | {"MCP_STATIC_READY_FILE": "/data/ready.json"}
    if image[0].endswith("full"):
        variables["MCP_STATIC_STORE"] = "sqlite:/data/grants.sqlite"
    process, facts = start(variables, volumes)
    assert json.loads((data / "ready.json").read_text())["pid"] == facts["pid"]
    access = json.loads(token(loopback(facts)).stdout.removesuffix("200"))["access_token"]
    stop(process, facts)
    assert not (data / "ready.json").exists()
    if image[0].endswith("full"):
        process, facts = start(variables, volumes)
        form = ["-d", f"token={access}", "--user", f"{facts['client_id']}:a%20secret%20of%20ours"]
        said = packages.run("curl", "-s", f"{loopback(facts)['base_url']}/introspect", *form).stdout
        assert '"active":true' in said, said
        stop(process, facts)


def test_without_a_writable_volume_a_store_in_a_file_is_refused_with_the_reason(image, secrets):
    variables = VARIABLES | {"MCP_STATIC_STORE": "sqlite:/grants.sqlite"}
    ended = packages.run(*command(image, variables, {secrets: "/run/secrets:ro"}), env=ENGINE, passes=False)
    assert ("/grants.sqlite" if image[0].endswith("full") else "static-auth-server-full") in ended.stderr
