"""The server as plain `swift build` makes it, without the stores' dependencies."""

import subprocess
from pathlib import Path

import pytest

import server as demo


def test_it_links_neither_foundation_nor_a_database():
    libraries = subprocess.run(["ldd", demo.BINARY], capture_output=True, text=True, check=True).stdout
    assert "libcrypto" in libraries, "this is not the default build, which links libssl-dev's library"
    for name in ("libFoundation.so", "libFoundationInternationalization", "sqlite", "hiredis"):
        assert name not in libraries, f"the default build links {name}:\n{libraries}"


@pytest.mark.parametrize(
    "flags, environment, dotenv, trait",
    [
        (["--store", "sqlite:grants.sqlite"], {}, "", "SQLite"),
        ([], {"MCP_STATIC_STORE": "sqlite:grants.sqlite"}, "", "SQLite"),
        (["--store", "redis://:hide-me@127.0.0.1:6379"], {}, "", "Redis"),
        (["--store", "redis"], {"REDIS_URL": "redis://:hide-me@127.0.0.1:6379"}, "", "Redis"),
        (["--store", "redis"], {}, "REDIS_URL=redis://:hide-me@127.0.0.1:6379\n", "Redis"),
    ],
)
def test_a_store_that_is_not_built_in_is_named_with_the_command_that_builds_it_in(
    tmp_path, flags, environment, dotenv, trait
):
    (tmp_path / ".env").write_text(dotenv)
    ended = subprocess.run(
        [Path(demo.BINARY).resolve(), "--port", "0", *flags],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=40,
    )
    assert ended.returncode == 78, ended.stderr
    assert f"--store: This server was built without {trait}." in ended.stderr
    assert f"\n    swift build -c release --product static-auth-server --traits {trait}\n" in ended.stderr
    assert "hide-me" not in ended.stderr
