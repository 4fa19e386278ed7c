"""What keeps the pages right: check-pages.py notices what it is for, and figures.py writes only what counts."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REGION = "<!-- written by scripts/soak -->\n"


@pytest.fixture
def tree(tmp_path) -> Path:
    """A repository with the pages, and as much of the rest as they need."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listing.splitlines():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).suffix == ".md" or name == "scripts/lib/figures.py":
            shutil.copy(ROOT / name, path)
        elif (ROOT / name).exists():
            path.symlink_to(ROOT / name)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def check(tree: Path) -> str:
    """What check-pages.py complains about."""
    script = ROOT / "scripts/lib/checks/check-pages.py"
    return subprocess.run([sys.executable, script], cwd=tree, capture_output=True, text=True).stderr


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def test_the_pages_as_they_are_have_no_problem(tree):
    assert check(tree) == ""


@pytest.mark.parametrize(("page", "text", "complaint"), [
    ("README.md", "\n" * 251, "at most 250"),
    ("README.md", "x" * 14_001, "at most 250 and 14000"),
    ("docs/ci.md", "[a](no-such-page.md)", "no-such-page.md, which does not exist"),
    ("docs/ci.md", "[a](client.md#no-such-heading)", "client.md#no-such-heading, and there is no such heading"),
    ("docs/ci.md", "[a](#no-such-heading)", "#no-such-heading, and there is no such heading"),
    ("docs/ci.md", "[`code`](../Sources/No.swift)", "../Sources/No.swift, which does not exist"),
    ("docs/ci.md", "\n\n```bash\ntrue\n```\n", "a block of bash needs"),
    ("docs/quality.md", REGION + "commit 0d920ba\n<!-- end -->\n", "needs a region"),
])
def test_a_page_that_does_not_hold_together_is_told(tree, page, text, complaint):
    append(tree / page, "\n" + text)
    assert complaint in check(tree)


def test_a_page_that_readme_does_not_link_to_is_told(tree):
    (tree / "docs/new.md").write_text("# New\n")
    assert "does not link to docs/new.md" in check(tree)


def test_a_region_that_names_no_commit_is_told(tree):
    page = tree / "docs/quality.md"
    before, _, after = page.read_text().partition(REGION)
    page.write_text(before + REGION + "fast\n<!-- end -->" + after.partition("<!-- end -->")[2])
    assert "the region of scripts/soak does not say of which commit it is" in check(tree)


def figures(tree: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, tree / "scripts/lib/figures.py", *arguments], input="| 1 |", cwd=tree, capture_output=True,
        text=True, env={"PATH": "/usr/bin:/bin"} | variables)


def test_figures_go_into_their_region_and_nowhere_else(tree):
    page = tree / "docs/quality.md"
    before, _, after = page.read_text().partition(REGION)
    assert figures(tree, "write", "scripts/soak", "a note", FIGURES_COMMIT="abc1234").returncode == 0
    region = page.read_text().removeprefix(before + REGION).removesuffix(after.partition("<!-- end -->")[2])
    assert region.startswith("Commit abc1234, ") and "a note" in region and region.endswith("\n\n| 1 |\n<!-- end -->")
    assert "cores of" in region and "memory" in region
    assert check(tree) == ""


def test_a_run_that_is_too_short_only_changes_a_copy(tree):
    page = (tree / "docs/quality.md").read_text()
    assert figures(tree, "try", "scripts/soak", FIGURES_COMMIT="abc1234").returncode == 0
    assert (tree / "docs/quality.md").read_text() == page
    assert "| 1 |\n<!-- end -->" in (tree / ".build/quality.md").read_text()


def test_figures_of_an_unknown_commit_are_not_written(tree):
    page = (tree / "docs/quality.md").read_text()
    assert figures(tree, "write", "scripts/soak").returncode != 0
    assert (tree / "docs/quality.md").read_text() == page


def test_a_tree_is_of_a_commit_unless_something_but_its_pages_has_changed(tree):
    append(tree / "docs/quality.md", "x")
    assert figures(tree, "commit").returncode == 0
    (tree / "Sources/New.swift").write_text("")
    ended = figures(tree, "commit")
    assert ended.returncode != 0 and "Sources/New.swift" in ended.stderr
