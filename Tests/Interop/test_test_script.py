"""How `scripts/test` runs its parts, with a compiler that only pretends."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPILER = """#!/bin/sh
case "$*" in
--version) echo "Swift version 6.3" ;;
*--show-bin-path*) echo "$FOLDER" ;;
*Tests/Examples/swift*) exit "$FIRST" ;;
*) exit 0 ;;
esac
"""


@pytest.fixture
def part(tmp_path):
    """Runs one part, in which the program of the tests, or the first of two packages, ends with a code."""
    compiler, tests = tmp_path / "swift", tmp_path / "Tests.xctest"
    compiler.write_text(COMPILER)
    tests.write_text('#!/bin/sh\necho "the tests ran with $*"\nexit "$FIRST"\n')
    for program in (compiler, tests):
        program.chmod(0o755)

    def run(title: str, code: int = 0) -> subprocess.CompletedProcess:
        path = f"{tmp_path}:{os.environ['PATH']}"
        variables = os.environ | {"PATH": path, "FOLDER": str(tmp_path), "FIRST": str(code)}
        return subprocess.run(
            [ROOT / "scripts/test", "--only", title], env=variables, capture_output=True, text=True, timeout=50
        )

    return run


BESIDE = "work in proportion to the input"


@pytest.mark.parametrize("title", ["examples", BESIDE])
def test_a_part_can_run_alone(part, title):
    ended = part(title)
    assert ended.returncode == 0, ended.stderr
    done = [line for line in ended.stderr.splitlines() if line.endswith(" s") and not line.startswith("==> all passed")]
    assert len(done) == 1 and done[0].startswith(f"==> {title}: ")
    assert ("the tests ran with --testing-library swift-testing" in ended.stdout) == (title == BESIDE)


@pytest.mark.parametrize("title", ["examples", BESIDE])
def test_the_first_command_of_a_part_that_fails_ends_the_run_and_the_part_is_named(part, title):
    ended = part(title, code=3)
    assert ended.returncode == 3, ended.stdout
    assert ended.stderr.endswith(f'\ntest: "{title}" failed.\n')
    assert "all passed" not in ended.stderr


def test_a_part_that_does_not_exist_is_a_mistake(part):
    ended = part("exmaples")
    assert ended.returncode == 64
    assert "there is no part 'exmaples'" in ended.stderr
