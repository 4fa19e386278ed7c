"""Fails on a line of Swift or Python in Sources, Tests and scripts that is longer than 120 columns: line-length.py

The formatter breaks Swift code, but neither comments nor string literals. So a line of Swift may be longer only because
of a string literal, not because of a comment.
"""

import subprocess
import sys
from pathlib import Path

from swift_source import COMMENT, TEXT, kinds

COLUMNS = 120


def long_lines(path: Path) -> list[tuple[int, int]]:
    """The number and length of each long line."""
    source, found, start = path.read_text(), [], 0
    if all(len(line) <= COLUMNS for line in source.split("\n")):
        return []
    kind_of = kinds(source) if path.suffix == ".swift" else ""
    for number, line in enumerate(source.split("\n"), 1):
        kind = kind_of[start : start + len(line)]
        if len(line) > COLUMNS and (TEXT not in kind or COMMENT in kind[COLUMNS:]):
            found.append((number, len(line)))
        start += len(line) + 1
    return found


listed = subprocess.run(
    ["git", "ls-files", "-z", "--", "Sources", "Tests", "scripts"], check=True, capture_output=True, text=True).stdout
paths = [Path(name) for name in listed.split("\0") if name.endswith((".swift", ".py"))]
problems = [
    f"  {path}:{number}: {length} columns; {COLUMNS} are the limit"
    for path in paths if path.is_file() and not path.is_symlink() for number, length in long_lines(path)
]
print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
sys.exit(len(problems) > 0)
