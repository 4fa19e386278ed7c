"""The traits that `scripts/run` builds, recorded by a fake compiler."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPILER = """#!/bin/sh
if [ "$1" = --version ]; then echo "Swift version 6.3"; else echo "$@" >"$ASKED"; fi
"""


@pytest.mark.parametrize(
    "flags, environment, dotenv, traits",
    [
        ([], {}, "", None),
        (["--store", "memory"], {}, "", None),
        (["--store", "sqlite:a b.sqlite"], {}, "", "SQLite"),
        (["--store=sqlite:x"], {}, "", "SQLite"),
        (["--store", "redis://localhost:6379"], {}, "", "Redis"),
        (["--store", "redis"], {}, "", "Redis"),
        ([], {"MCP_STATIC_STORE": "sqlite:x"}, "", "SQLite"),
        ([], {}, "# a comment\nexport MCP_STATIC_STORE='sqlite:x'\n", "SQLite"),
        (["--store", "memory"], {"MCP_STATIC_STORE": "sqlite:x"}, "MCP_STATIC_STORE=redis\n", None),
        ([], {"MCP_STATIC_STORE": "redis"}, "MCP_STATIC_STORE=sqlite:x\n", "Redis"),
        ([], {}, "#MCP_STATIC_STORE=sqlite:x\n", None),
        ([], {"MCP_STATIC_STORE_FILE": "secret"}, "MCP_STATIC_STORE=sqlite:x\n", "Redis"),
        ([], {}, 'MCP_STATIC_STORE_FILE="secret"\n', "Redis"),
        (["--store", "sqlite:x"], {"MCP_STATIC_STORE_FILE": "secret"}, "", "SQLite"),
        ([], {"MCP_STATIC_STORE_FILE": "gone"}, "", None),
    ],
)
def test_it_builds_in_the_store_that_is_asked_for(tmp_path, flags, environment, dotenv, traits):
    swift, asked = tmp_path / "swift", tmp_path / "asked"
    swift.write_text(COMPILER)
    swift.chmod(0o755)
    (tmp_path / ".env").write_text(dotenv)
    (tmp_path / "secret").write_text("redis://localhost:6379\n")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MCP_STATIC_")}
    variables = {**inherited, **environment, "PATH": f"{tmp_path}:{os.environ['PATH']}", "ASKED": str(asked)}
    ended = subprocess.run(
        [ROOT / "scripts/run", *flags, "--version"],
        cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=50,
    )
    assert ended.returncode == 0, ended.stderr
    words = asked.read_text().split()
    assert words[:2] == ["build", "-c"]
    assert (words[words.index("--traits") + 1] if "--traits" in words else None) == traits


def test_a_named_file_of_settings_is_read(tmp_path):
    (tmp_path / "other.env").write_text("MCP_STATIC_STORE=sqlite:x\n")
    test_it_builds_in_the_store_that_is_asked_for(tmp_path, ["--env-file", "other.env"], {}, "", "SQLite")
