"""The checks in scripts/lib/checks: each finds its kind of mistake, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = Path(__file__).parents[2] / "scripts/lib/checks"


@pytest.fixture
def check(tmp_path):
    """Runs a check on a tree of the given files, and returns its lines of output."""

    def run(script: str, *arguments: str, passes: bool, **contents: str) -> list[str]:
        for name, content in contents.items():
            path = tmp_path / f"{name.replace('__', '/')}.swift"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
        subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
        ended = subprocess.run(
            [sys.executable, CHECKS / script, *arguments], cwd=tmp_path, capture_output=True, text=True)
        assert (ended.returncode == 0) == passes, ended.stdout + ended.stderr
        return (ended.stdout + ended.stderr).splitlines()

    return run


def test_folders_that_know_one_another_in_one_direction_are_no_circle(check):
    assert not check(
        "folder-circles.py", "T", passes=True, Sources__T__Top="let all = [A(), B()]",
        Sources__T__A__A="struct A { let b: B.Inner; struct Page {} }",
        Sources__T__B__B="struct B { struct Inner {} } // A\n" + 'let text = "A \\("A")"; let other = Other.A()',
        Sources__T__B__C="struct C { enum A {}; let a: A }", Sources__T__D__D="private struct B {}; let b = B()")


def test_a_circle_of_folders_is_told_with_a_place_for_each_step(check):
    assert check(
        "folder-circles.py", "T", passes=False, Sources__T__A__A="struct A {}\nlet b: B",
        Sources__T__A__B__B="struct B {}\n\n" + r'let c = "\(C())"', Sources__T__C__C="enum C { case a(A) }",
        Sources__T__D__D="typealias D = A",
    ) == [
        "  T: 3 of 4 folders are in circles or know the root; 0 may be",
        "    A -> A/B -> C -> A",
        "      A -> A/B: Sources/T/A/A.swift:2: B",
        "      A/B -> C: Sources/T/A/B/B.swift:3: C",
        "      C -> A: Sources/T/C/C.swift:1: A",
    ]


def test_a_folder_that_knows_the_root_is_told(check):
    sources = {"Sources__T__Top": "struct Top {}", "Sources__T__A__A": "let a: Top"}
    assert check("folder-circles.py", "T", passes=False, **sources) == [
        "  T: 1 of 1 folders are in circles or know the root; 0 may be",
        "    A knows the root: Sources/T/A/A.swift:1: Top",
    ]


@pytest.mark.parametrize(
    "use", ["let c = b.trimmed", "extension String { var c: String { trimmed } }", "let c = free()"])
def test_members_of_extensions_and_functions_count_when_their_name_is_unique(check, use):
    helper = "extension String { var trimmed: String { self } }; func free() {}; let a: A"
    sources = {"Sources__T__A__A": "struct A {}; " + use, "Sources__T__B__B": helper}
    assert len(check("folder-circles.py", "T", passes=False, **sources)) == 4
    check("folder-circles.py", "T", passes=True, Sources__U__C="struct C { let trimmed = 1; var free: Int }")


def test_the_whole_graph_can_be_printed(check):
    sources = {"Sources__T__A__A": "let b: B; let c: B", "Sources__T__B__B": "struct B {}"}
    assert check("folder-circles.py", "--graph", "T", passes=True, **sources) == [
        "T: A -> B, 2 times, Sources/T/A/A.swift:1: B",
    ]


@pytest.mark.parametrize("line, passes", [
    ("/// " + "x" * 116, True), ("/// " + "x" * 117, False), ("let a = 1 // " + "x" * 110, False),
    ('let a = "' + "x" * 120 + '"', True), ('let a = "x" // ' + "x" * 120, False), ("let " + "a" * 120 + " = 1", False),
    ('let a = """\n' + "x" * 130 + '\n"""', True), ('let a = "//' + "x" * 120 + '"', True),
    ('/* " */ let a = ' + "1" * 120, False), ('let a = #"\\"' + "x" * 120 + '"#', True),
])
def test_a_line_may_be_longer_than_120_columns_only_for_a_string_literal(check, line, passes):
    said = check("line-length.py", passes=passes, Sources__T__A=f"import B\n{line}\n")
    assert said == ([] if passes else [f"  Sources/T/A.swift:2: {len(line)} columns; 120 are the limit"])


def test_a_requirement_without_a_test_and_a_stale_page_are_told(check, tmp_path):
    (tmp_path / "docs").mkdir()
    requirements = """// MARK: Area

/// What it is about.
extension Requirement {
    package static let kept = Self("It is so.", source: "RFC 1 §2")
    package static let lost = Self(
        "It is \\"other\\".",
        source: "RFC 3")
}
"""
    tree = {"Tests__TestSupport__Requirements__AreaRequirements": requirements, "Tests__ATests": ".proves(.kept)"}
    assert check("conformance.py", passes=False, **tree) == [
        '  no test proves .lost: It is "other".',
        "  docs/conformance.md is out of date: run scripts/lib/checks/conformance.py --write",
    ]
    assert check("conformance.py", "--write", passes=True, Tests__BTests='@Test("…",\n.proves(\n.kept, .lost))') == []
    assert check("conformance.py", passes=True) == []
    page = (tmp_path / "docs/conformance.md").read_text()
    assert "| It is so. | RFC 1 §2 | `ATests`, `BTests` |\n| It is \"other\". | RFC 3 | `BTests` |\n" in page


def test_a_requirement_in_another_form_is_told(check):
    odd = "// MARK: Area\n\n/// What.\nextension Requirement {\n    static let odd = make()\n}\n"
    said = check("conformance.py", passes=False, Tests__TestSupport__Requirements__OddRequirements=odd)
    assert len(said) == 1 and "OddRequirements.swift has an entry, or a head, of another form" in said[0]


def test_a_value_that_its_list_lacks_or_has_twice_is_told(check):
    rule = "struct Rule {\n    static let allCases: [Rule] = [\n        .one, .two,\n        .two,\n    ]\n}\n"
    values = "".join(f"    static let {name} = Rule(1)\n" for name in ("one", "two", "three"))
    tree = {"Sources__T__Rule": rule, "Sources__T__Rules": f"extension Rule {{\n{values}}}\n"}
    assert check("value-lists.py", passes=False, **tree) == [
        "  Sources/T/Rule.swift: Rule.allCases lacks .three",
        "  Sources/T/Rule.swift: Rule.allCases has .two twice",
    ]
    check("value-lists.py", passes=True, Sources__T__Rule=rule.replace("        .two,\n", "        .three,\n"))


@pytest.mark.parametrize("line, passes", [
    ('let a = "set with --client-id"', False), ('let a = "static-auth-server did"', False),
    ('let a = "a--b --- --" // --client-id', True), ('let a = "\\(b) --c1"', True),
])
def test_a_library_names_no_flag_and_no_program(check, line, passes):
    check("no-flags.py", passes=passes, Sources__OAuthServer__A=line, Sources__ServerCommand__B='let a = "--client-id"')


@pytest.mark.parametrize("version, heading, package, said", [
    ("1.2.3", "## 1.2.3, not released", "{}", None),
    ("1.2.3", "## 1.2.3", "{}", None),
    ("1.2.3", "## 1.2.4, 2026-12-01", "{}", "CHANGELOG.md begins with 1.2.4"),
    ("1.2.3", "No heading", "{}", "CHANGELOG.md begins with no version"),
    ("1.2", "## 1.2", "{}", "has no version of three numbers"),
    ("1.2.3", "## 1.2.3", '{"version": "0.0.0"}', "scripts/packages/package.json: the version stands"),
    ("1.2.3", "## 1.2.3", '{"see": "v-1.2.3"}', "scripts/packages/package.json:1: the version stands"),
    ("1.2.3", "## 1.2.3", '{"see": "11.2.3 and 1.2.30"}', None),
])
def test_a_version_in_a_second_place_or_a_different_one_is_told(tmp_path, version, heading, package, said):
    for name, content in {
        "Sources/StaticAuthServer/Base/Version.swift": f'    public static let current = "{version}"\n',
        "CHANGELOG.md": f"# Changelog\n\n{heading}\n\n### Added\n", "scripts/packages/package.json": package,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    ended = subprocess.run([sys.executable, CHECKS / "versions.py"], cwd=tmp_path, capture_output=True, text=True)
    assert (said or "") in ended.stderr and bool(said) == (ended.returncode != 0) == bool(ended.stderr), ended.stderr
