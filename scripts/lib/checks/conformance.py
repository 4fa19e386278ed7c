#!/usr/bin/env python3
"""Fails on a requirement that no test proves, and when docs/conformance.md is out of date: conformance.py [--write]

A requirement is a `static let` of Tests/TestSupport/Requirements. A test with the trait `.proves(.itsName)` proves it.
--write writes the page.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path("Tests/TestSupport/Requirements")
PAGE = Path("docs/conformance.md")
HEAD = """\
# Conformance

What specifications demand of the server and its client, and the tests that prove it. Written by
`scripts/lib/checks/conformance.py --write` from the requirements in `Tests/TestSupport/Requirements` and the tests that
name them.

Who may attack, and what stops them, is in the
[threat model](../Sources/StaticAuthServer/StaticAuthServer.docc/ThreatModel.md), also with the test of each claim.
"""
AREA = re.compile(
    r"// MARK: (?P<title>[^\n]*)\n\n/// (?P<purpose>[^\n]*)\nextension Requirement \{\n(?P<body>.*)^\}", re.S | re.M)
STRING = r'"((?:[^"\\]|\\.)*)"'
ENTRY = re.compile(rf"static let (?P<name>\w+) = Self\(\s*{STRING},\s*source:\s*{STRING}\)")


@dataclass
class Requirement:
    name: str
    text: str
    source: str


@dataclass
class Area:
    title: str
    purpose: str
    requirements: list[Requirement]


def areas() -> list[Area]:
    found = []
    for path in sorted(REQUIREMENTS.glob("*Requirements.swift")):
        source = path.read_text()
        area = AREA.search(source)
        entries = [] if not area else [
            Requirement(name, text.replace('\\"', '"'), origin.replace('\\"', '"'))
            for name, text, origin in ENTRY.findall(area["body"])
        ]
        if not area or len(entries) != source.count("static let "):
            sys.exit(f"  {path} has an entry, or a head, of another form than the other files")
        found.append(Area(area["title"], area["purpose"], entries))
    return found


def proofs() -> dict[str, list[str]]:
    """The files whose tests prove each requirement, by its name."""
    files: dict[str, list[str]] = defaultdict(list)
    for path in sorted(Path("Tests").rglob("*.swift"), key=lambda path: path.stem):
        if "TestSupport" in path.parts:
            continue
        for trait in re.findall(r"\.proves\(([^)]*)\)", path.read_text()):
            for name in re.findall(r"\.(\w+)", trait):
                if path.stem not in files[name]:
                    files[name].append(path.stem)
    return files


def page(all_areas: list[Area], proven: dict[str, list[str]]) -> str:
    lines = [HEAD]
    for area in all_areas:
        lines += [f"## {area.title}", "", area.purpose, "", "| Requirement | Source | Tests |", "| --- | --- | --- |"]
        for one in area.requirements:
            files = ", ".join(f"`{file}`" for file in proven[one.name])
            lines.append(f"| {one.text} | {one.source} | {files} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    all_areas, proven = areas(), proofs()
    requirements = [one for area in all_areas for one in area.requirements]
    problems = [f"  no test proves .{one.name}: {one.text}" for one in requirements if one.name not in proven]
    problems += [f"  .{one.name} names no source: {one.text}" for one in requirements if not one.source]
    text = page(all_areas, proven)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        problems.append(f"  {PAGE} is out of date: run scripts/lib/checks/conformance.py --write")
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return int(bool(problems))


sys.exit(main())
