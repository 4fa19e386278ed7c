"""The checks of the pages: check-pages.py finds each kind of mistake, and figures.py writes only valid figures."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REGION = "<!-- written by scripts/soak -->\n"


@pytest.fixture
def tree(tmp_path) -> Path:
    """A copy of this tree whose pages a test may change."""
    for folder in ("docs", "scripts/lib"):
        (tmp_path / folder).mkdir(parents=True)
    for path in [*ROOT.glob("*"), *ROOT.glob("docs/*"), *ROOT.glob("scripts/*")]:
        name = path.relative_to(ROOT)
        if path.suffix == ".md":
            shutil.copy(path, tmp_path / name)
        elif str(name) not in ("docs", "scripts", "scripts/lib", ".git", ".build"):
            (tmp_path / name).symlink_to(path)
    for path in ROOT.glob("scripts/lib/*"):
        (shutil.copy if path.name == "figures.py" else os.symlink)(path, tmp_path / path.relative_to(ROOT))
    return tmp_path


@pytest.fixture
def repository(tree) -> Path:
    """The same, as a commit."""
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tree, check=True)
    return tree


def check(tree: Path) -> str:
    """The complaints of check-pages.py."""
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
    ("docs/quality.md", REGION + "commit 0d920ba\n<!-- end -->\n", "each of these needs one"),
    ("docs/ci.md", REGION + "commit 0d920ba\n", "does not reach"),
])
def test_a_page_that_does_not_hold_together_is_told(tree, page, text, complaint):
    append(tree / page, "\n" + text)
    assert complaint in check(tree)


@pytest.mark.parametrize(("page", "text", "other", "complaint"), [
    ("architecture.md", "| `Sources/OAuth/Token` |", "| `Sources/OAuth/No` |", "has no row for Sources/OAuth/Token"),
    ("architecture.md", "| `Sources/OAuth/Token` |", "| `Sources/OAuth/No` |", "there is no such folder"),
    ("architecture.md", "| `Sources/OAuth/Token` | ", "| `Sources/OAuth/Token` | Two. ", "other than one sentence"),
    ("architecture.md", "OAuthServer         OAuth\n", "", "lists the targets without OAuthServer"),
    ("architecture.md", "OAuthServer         OAuth\n", "OAuthServer         MCPCore\n", "it stands on OAuth"),
    ("architecture.md", "stands on\nPrimitives\nOAuth\n", "stands on\nPrimitives\n", "above what it stands on"),
    ("architecture.md", "EraDecision", "EraVerdict", "names EraVerdict"),
    ("CONTRIBUTING.md", "OwnToolTests.swift", "NoTests.swift", "names Tests/StaticAuthServerTests/NoTests.swift"),
    ("CONTRIBUTING.md", '"Every setting of --help', '"No setting of --help', "has no test 'No setting of --help"),
    ("CONTRIBUTING.md", "## A scenario", "## Another", "has no recipe 'A scenario'"),
    ("CONTRIBUTING.md", "**Fails first:**", "First:", "needs **Fails first:**"),
])
def test_an_architecture_or_a_recipe_that_is_out_of_step_is_told(tree, page, text, other, complaint):
    path = tree / "docs" / page
    assert text in path.read_text()
    path.write_text(path.read_text().replace(text, other))
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


def test_figures_go_into_their_region_and_nowhere_else(repository):
    page = repository / "docs/quality.md"
    before, _, after = page.read_text().partition(REGION)
    assert figures(repository, "write", "scripts/soak", "a note", FIGURES_COMMIT="abc1234").returncode == 0
    region = page.read_text().removeprefix(before + REGION).removesuffix(after.partition("<!-- end -->")[2])
    assert region.startswith("Commit abc1234, ") and "a note" in region and region.endswith("\n\n| 1 |\n<!-- end -->")
    assert "cores of" in region and "memory" in region
    assert check(repository) == ""


def test_a_run_that_is_too_short_only_changes_a_copy(repository):
    page = (repository / "docs/quality.md").read_text()
    assert figures(repository, "try", "scripts/soak", FIGURES_COMMIT="abc1234").returncode == 0
    assert (repository / "docs/quality.md").read_text() == page
    assert "| 1 |\n<!-- end -->" in (repository / ".build/quality.md").read_text()


def test_figures_of_an_unknown_commit_are_not_written(repository):
    page = (repository / "docs/quality.md").read_text()
    assert figures(repository, "write", "scripts/soak").returncode != 0
    assert (repository / "docs/quality.md").read_text() == page


def test_a_tree_is_of_a_commit_unless_something_but_its_pages_has_changed(repository):
    append(repository / "docs/quality.md", "x")
    assert figures(repository, "commit").returncode == 0
    (repository / "New.swift").write_text("")
    ended = figures(repository, "commit")
    assert ended.returncode != 0 and "New.swift" in ended.stderr
