"""Fails on a claim of the threat model without an existing test: check-threat-model.py

A claim is a row of a table whose last column is "Proved by": a file of Tests without its extension, then the title of a
test.
"""

import re
import sys
from pathlib import Path

PAGE = Path("Sources/StaticAuthServer/StaticAuthServer.docc/ThreatModel.md")


def tests() -> set[tuple[str, str]]:
    """All tests, each as its file and its title."""
    swift = re.compile(r'@Test\(\s*"((?:[^"\\]|\\.)*)"')
    python = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
    return {
        (path.stem, name)
        for path in Path("Tests").rglob("*") if path.suffix in (".swift", ".py")
        for name in (swift if path.suffix == ".swift" else python).findall(path.read_text())
    }


existing, claims, problems, is_table = tests(), 0, [], False
for number, line in enumerate(PAGE.read_text().splitlines(), 1):
    cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
    if not cells:
        is_table = False
    elif cells[-1] == "Proved by":
        is_table = True
    elif is_table and not set(line) <= set("|- "):
        claims += 1
        proof = re.fullmatch(r"`(\w+)` (.+)", cells[-1])
        if len(cells) != 3 or not proof or proof.groups() not in existing:
            problems.append(f"  {PAGE}:{number}: there is no test '{cells[-1]}'")
if not claims:
    problems.append(f"  {PAGE} makes no claim")
print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
sys.exit(len(problems) > 0)
