"""Fails when the version is not the same everywhere, or is written in more than one place: versions.py

Version.swift has it, and the first heading of CHANGELOG.md repeats it for its readers. The packages and the action get
it when they are made, so none of their sources may have one.
"""

import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path("Sources/StaticAuthServer/Base/Version.swift")
CHANGES = Path("CHANGELOG.md")
# What is made into packages, and what makes them.
PACKED = ["scripts/packages", "scripts/lib/release", "scripts/release", ".github"]

problems = []
found = re.search(r'static let current = "(\d+\.\d+\.\d+)"', SOURCE.read_text())
if not found:
    sys.exit(f"  {SOURCE} has no version of three numbers")
version = found[1]
heading = re.search(r"^## (\d[^\s,]*)", CHANGES.read_text(), re.MULTILINE)
if not heading or heading[1] != version:
    problems.append(f"  {CHANGES} begins with {heading[1] if heading else 'no version'}, and {SOURCE} has {version}")
tracked = subprocess.run(["git", "ls-files", *PACKED], capture_output=True, text=True, check=True).stdout.split()
for path in tracked:
    text = Path(path).read_text(errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(rf"(?<![\d.]){re.escape(version)}(?![\d.])", line) and not path.endswith(".order"):
            problems.append(f"  {path}:{number}: the version stands in {SOURCE} alone")
    if path.endswith("package.json") and '"version"' in text:
        problems.append(f"  {path}: the version stands in {SOURCE} alone")
print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
sys.exit(len(problems) > 0)
