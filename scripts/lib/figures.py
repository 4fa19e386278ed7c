"""Writes figures into their region of a page in docs, with their commit, day and machine.

    figures.py commit                  prints the commit of the tree; fails when something is not committed
    figures.py write SCRIPT [NOTE]     puts standard input into the region of a script, such as "scripts/fuzz"
    figures.py try SCRIPT [NOTE]       the same in a copy of the page in .build: for runs that are too short to count

A region is the text between <!-- written by SCRIPT --> and <!-- end -->.
"""

import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def commit() -> str:
    """The commit of the tree; ends the program when a file other than a page differs from it."""
    if changes := git("status", "--porcelain", "--", ".", ":!docs", ":!*.md"):
        sys.exit(f"figures.py: figures name a commit, and these files are not committed:\n{changes}")
    return git("rev-parse", "--short=7", "HEAD")


def machine() -> str:
    """The processors, the memory and the system; nothing that names the machine."""
    def value(file: str, name: str) -> str:
        return re.search(rf"^{name}\s*[:=]\s*\"?([^\"\n]*)", Path(file).read_text(), re.MULTILINE)[1].strip()

    memory = int(value("/proc/meminfo", "MemTotal").split()[0]) / 2**20
    parts = [
        f"{os.cpu_count()} cores of {value('/proc/cpuinfo', 'model name')}", f"{memory:.0f} GiB of memory",
        value("/etc/os-release", "PRETTY_NAME"),
    ]
    if swift := shutil.which("swift"):
        said = subprocess.run([swift, "--version"], capture_output=True, text=True).stdout
        parts += re.findall(r"Swift version [\d.]+", said)[:1]
    return ", ".join(parts)


def heading(script: str, note: str) -> str:
    """The first lines of a region, with the commit that the script built, even when the tree has moved on."""
    built = os.environ.get("FIGURES_COMMIT") or f"{git('rev-parse', '--short=7', 'HEAD')} or a changed tree"
    day = datetime.datetime.now(datetime.UTC).date()
    about = f"{note}, " if note else ""
    return f"Commit {built}, {day}, `{script} --write`: {about}on a machine with {machine()}."


def replace(script: str, content: str) -> tuple[Path, str]:
    """The page with the region of a script, and its text with other content in that region."""
    region = re.compile(rf"^(<!-- written by {re.escape(script)} -->\n).*?^(<!-- end -->)$", re.DOTALL | re.MULTILINE)
    pages = [page for page in (ROOT / "docs").glob("*.md") for _ in region.findall(page.read_text())]
    if len(pages) != 1:
        sys.exit(f"figures.py: docs needs one region <!-- written by {script} --> … <!-- end -->")
    return pages[0], region.sub(lambda found: f"{found[1]}{content.strip()}\n{found[2]}", pages[0].read_text())


def write(script: str, figures: str, note: str = "", is_brief: bool = False) -> None:
    """Replaces the region of a script; a short run changes only a copy, to show that writing works."""
    if not is_brief and "FIGURES_COMMIT" not in os.environ:
        sys.exit("figures.py: it is not known which commit was measured")
    page, text = replace(script, f"{heading(script, note)}\n\n{figures}")
    if is_brief:
        page = ROOT / ".build" / page.name
    page.parent.mkdir(exist_ok=True)
    page.write_text(text)
    print(f"==> wrote the figures of {script} into {page.relative_to(ROOT)}", file=sys.stderr)


def main() -> None:
    match sys.argv[1:]:
        case ["commit"]:
            print(commit())
        case ["write" | "try" as verb, script, *note]:
            write(script, sys.stdin.read(), " ".join(note), is_brief=verb == "try")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
