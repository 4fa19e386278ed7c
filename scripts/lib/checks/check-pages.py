"""Fails on mistakes in the pages of the documentation: check-pages.py

It checks README's size, links and names of files, blocks of code that neither a test runs nor a reason excuses, the
regions that scripts write, the table of folders in docs/architecture.md, and the recipes in docs/CONTRIBUTING.md.
"""

import re
import sys
from pathlib import Path

README = Path("README.md")
PAGES = [README, Path("CHANGELOG.md"), *sorted(Path("docs").glob("*.md"))]
MOST_LINES, MOST_BYTES = 250, 14_000
# Blocks in these languages are for pasting or copying, so each says whether a test runs it.
CODE = {"bash", "console", "yaml", "swift", "python"}
# The scripts that each write a region of a page.
WRITERS = [
    "scripts/test", "scripts/release", "scripts/fuzz", "scripts/test --sanitize address",
    "scripts/test --sanitize thread", "scripts/soak", "scripts/bench", "scripts/bench --stores",
    "scripts/bench --instances", "scripts/bench --gateway",
]

# The first components of paths in this tree; names that begin otherwise are not paths here.
TOP = ("Sources", "Tests", "scripts", "docs")
ARCHITECTURE = Path("docs/architecture.md")
CONTRIBUTING = Path("docs/CONTRIBUTING.md")
# Names of other projects that look like types.
EXTERNAL = {"AsyncHTTPClient", "DocC", "KiB", "OpenSSL", "ServiceLifecycle", "SwiftNIO"}
RECIPES = {
    "A tool", "A setting", "A store", "A scenario", "A fault preset", "A report rule", "A doctor check",
    "A rule of an RFC",
}

problems: list[str] = []


def problem(page: Path, text: str) -> None:
    problems.append(f"  {page}: {text}")


def without_code(text: str) -> str:
    """A page without the content of its code blocks, which may look like headings or links."""
    return re.sub(r"^((?:> )?)```.*?^\1```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for heading in re.findall(r"^#+ (.+)$", without_code(page.read_text()), re.MULTILINE):
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
    return {slug if number == 0 else f"{slug}-{number}" for slug, count in found.items() for number in range(count + 1)}


def check_size() -> None:
    text = README.read_text()
    lines, size = text.count("\n"), len(text.encode())
    if lines > MOST_LINES or size > MOST_BYTES:
        problem(README, f"{lines} lines, {size} bytes; at most {MOST_LINES} and {MOST_BYTES}")
    for page in PAGES[1:]:
        if f"({page})" not in text:
            problem(README, f"does not link to {page}")


def check_links(page: Path) -> None:
    prose = re.sub(r"`[^`\n]*`(?!\])", "", without_code(page.read_text()))
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        if not linked.exists():
            problem(page, f"links to {target}, which does not exist")
        elif anchor and (linked.suffix != ".md" or anchor not in anchors(linked)):
            problem(page, f"links to {target}, and there is no such heading")


def check_names(page: Path) -> None:
    """Checks that files and folders in code style exist; a command's first word is a file."""
    for span in re.findall(r"`([^`]+)`", without_code(page.read_text())):
        name = span.split()[0]
        is_path = name.partition("/")[0] in TOP and "/" in name and not re.search(r"[<>…*]", name)
        if is_path and not Path(name).exists():
            problem(page, f"names {name}, which does not exist")


def check_folders() -> None:
    """Checks that each folder of Sources has a row with its purpose in one sentence, and that each row has a folder."""
    files = [path for path in Path("Sources").rglob("*") if path.is_file() and ".docc" not in str(path)]
    folders = {str(folder) for path in files for folder in path.parents if len(folder.parts) > 1}
    text = ARCHITECTURE.read_text()
    rows = re.findall(r"^\| `(Sources/[^`]*)` \| (.*) \|$", text, re.MULTILINE)
    for folder in sorted(folders - {folder for folder, _ in rows}):
        problem(ARCHITECTURE, f"has no row for {folder}")
    for folder, sentence in rows:
        if folder not in folders:
            problem(ARCHITECTURE, f"has a row for {folder}, and there is no such folder")
        if not re.fullmatch(r"[A-Z`][^.]*(\.\w[^.]*)*\.", sentence):
            problem(ARCHITECTURE, f"says the purpose of {folder} in other than one sentence: {sentence}")


def check_targets() -> None:
    """Checks that the list of targets says what Package.swift says, from the bottom up; all stand on Primitives."""
    package = re.findall(r"arget\(\s*name: \"(\w+)\",(.*?)swiftSettings", Path("Package.swift").read_text(), re.DOTALL)
    package = {name: rest for name, rest in package if Path("Sources", name).exists()}
    listed = re.search(r"^target +stands on\n(.*?)^```", ARCHITECTURE.read_text(), re.DOTALL | re.MULTILINE)
    lines = [re.findall(r"\w+", line) for line in listed[1].splitlines()] if listed else []
    for name, *below in lines:
        needed = {other for other in package if f'"{other}"' in package.get(name, "")} - {"Primitives"}
        if needed != set(below):
            problem(ARCHITECTURE, f"lists {name} on {', '.join(below)}; it stands on {', '.join(sorted(needed))}")
    order = [name for name, *_ in lines]
    for name in package.keys() - set(order):
        problem(ARCHITECTURE, f"lists the targets without {name}")
    for place, (name, *below) in enumerate(lines):
        if not set(below) <= set(order[:place]):
            problem(ARCHITECTURE, f"lists {name} above what it stands on")


def check_types() -> None:
    """Checks that each name of a type in docs/architecture.md is a type, or a file of Sources."""
    sources = list(Path("Sources").rglob("*.swift"))
    known = {path.stem for path in sources} | {path.name for path in Path("Sources").iterdir()}
    declared = re.compile(r"\b(?:struct|class|enum|protocol|actor|typealias) +(\w+)")
    known.update(*(declared.findall(path.read_text()) for path in sources))
    prose = re.sub(r"\]\([^)]*\)", "]", without_code(ARCHITECTURE.read_text()))
    prose = re.sub(r"`([^`]+)`", lambda span: "" if "/" in span[1] else span[1], prose)
    for name in sorted(set(re.findall(r"\b[A-Z]+[a-z]+[A-Z]\w*\b", prose)) - known - EXTERNAL):
        problem(ARCHITECTURE, f"names {name}, which no file of Sources declares")


def check_recipes() -> None:
    """Checks that each recipe names the test that fails first, and that it exists; check_names checks the files."""
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", CONTRIBUTING.read_text(), re.DOTALL | re.MULTILINE))
    for title in sorted(RECIPES - sections.keys()):
        problem(CONTRIBUTING, f"has no recipe '{title}'")
    for title in RECIPES & sections.keys():
        first = re.search(r"^\*\*Fails first:\*\*.*?(?=\n\n)", sections[title], re.DOTALL | re.MULTILINE)
        steps = re.findall(r"^\d+\. .*?`", sections[title], re.DOTALL | re.MULTILINE)
        if not first or len(steps) < 2:
            problem(CONTRIBUTING, f"'{title}' needs **Fails first:** with a test, and numbered steps that name files")
            continue
        words = " ".join(first[0].split())
        for path, name in re.findall(r'`(Tests/[^`]+)`, "([^"]+)"', words):
            if Path(path).exists() and f'"{name}"' not in Path(path).read_text():
                problem(CONTRIBUTING, f"'{title}': {path} has no test '{name}'")


def check_blocks(page: Path) -> None:
    """Checks that a test runs each block, or that the page's source gives a reason."""
    lines = page.read_text().splitlines()
    is_code = False
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        is_code = not is_code
        if is_code and line[3:] in CODE and not re.fullmatch(r"<!-- (test|not run): .+ -->", lines[number - 1]):
            mark = "<!-- test: NAME --> or <!-- not run: WHY -->"
            problem(page, f"line {number + 1}: a block of {line[3:]} needs {mark} before it")


def check_regions() -> None:
    found, region = [], re.compile(r"^<!-- written by ([^\n]+) -->\n(.*?)^<!-- end -->$", re.DOTALL | re.MULTILINE)
    for page in PAGES:
        regions = region.findall(page.read_text())
        if page.read_text().count("<!-- written by") != len(regions):
            problem(page, "a region does not reach from <!-- written by … --> to <!-- end -->")
        found += [writer for writer, _ in regions]
        for writer, content in regions:
            if not re.search(r"[Cc]ommit [0-9a-f]{7,}", content):
                problem(page, f"the region of {writer} does not say of which commit it is")
    if sorted(found) != sorted(WRITERS):
        problem(Path("docs"), f"there are regions of {', '.join(found)}; each of these needs one: {', '.join(WRITERS)}")


check_size()
for page in PAGES:
    check_links(page)
    check_names(page)
    check_blocks(page)
check_regions()
check_folders()
check_targets()
check_types()
check_recipes()
print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
sys.exit(len(problems) > 0)
