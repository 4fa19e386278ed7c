"""Fails when folders inside a target refer to each other in circles: folder-circles.py [--graph] [TARGET...]

Each folder counts by itself, at any depth: Debug and Debug/Flows are two. Files directly in a target's root are its
composition root: they may know every folder, and no folder may know them.

What counts as a reference from one folder to another, outside comments and string literals:
  - the name of a type (struct, class, enum, actor, protocol, typealias) that the other folder declares at file level;
    not if it is private, nor behind another type's name (`Other.Name`), nor in a file with a nested type of that name;
  - the name of a function or variable that the other folder declares at file level, if nothing else in Sources has it;
  - a member that the other folder adds, in an extension, to a type that it does not declare: as `.name`, or by its name
    alone in a file that declares or extends the same type. Only if nothing else in Sources has its name, nor a label.
What does not: a nested type, since its user names, or extends, the type around it; initializers, subscripts, operators
and members whose name is not unique; a type that is only inferred.

--graph prints every reference between folders, with its first place.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from swift_source import code, files

SOURCES = Path("Sources")
TARGETS = ["StaticAuthServer", "FlowRecorder", "MCPClient", "Gateway", "OAuthServer", "HTTPEdge"]
ROOT = "."

# The number of folders in circles or with references to the root, by target. It may only decrease.
STILL_IN_CIRCLES: dict[str, int] = {}

TYPES = {"struct", "class", "enum", "actor", "protocol", "typealias", "extension"}
EVENT = re.compile(
    r"(?P<brace>[{}])|(?P<private>\b(?:private|fileprivate) +)?(?:\b(?:final|indirect|static|mutating|nonisolated) +)*"
    r"\b(?P<kind>struct|class|enum|actor|protocol|typealias|extension|func|var|let|case) +(?P<name>[\w.]+)"
)
LABEL = re.compile(r"(?<!var )(?<!let )\b([a-z]\w*) *:")
WORD = re.compile(r"(?:\b(?P<outer>\w+)\.|(?P<dot>\.))?\b(?P<name>[A-Za-z_]\w*)")


@dataclass
class Declaration:
    """A name and the types or extensions around it, outermost first; None inside a function."""

    name: str
    kind: str
    around: "list[Declaration] | None"
    is_private: bool

    @property
    def is_type(self) -> bool:
        return self.kind in TYPES and self.kind != "extension"


@dataclass
class Place:
    path: Path
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.name}"


class File:
    """A file as code, and its declarations."""

    def __init__(self, path: Path) -> None:
        self.path, self.text = path, code(path.read_text())
        self.target, *rest = path.relative_to(SOURCES).parts
        self.folder = "/".join(rest[:-1]) or ROOT
        self.declared = list(self.read())
        self.extends = {one.name.split(".")[0] for one in self.declared if one.kind in TYPES and not one.around}
        self.has_its_own = {one.name for one in self.declared if one.is_type and (one.around != [] or one.is_private)}

    def read(self):
        around: list[Declaration | None] = []
        opened = None
        for event in EVENT.finditer(self.text):
            if event["brace"] == "{":
                around.append(opened)
                opened = None
            elif event["brace"]:
                del around[-1:]
            elif event["name"] not in ("func", "var", "let", "subscript"):
                kind, names = event["kind"], [event["name"]]
                if kind == "case":
                    names = re.findall(r"\w+", self.text[event.start("name") : self.text.find("\n", event.end())])
                for name in names:
                    inside = None if None in around else list(around)
                    opened = Declaration(name, kind, inside, bool(event["private"]))
                    yield opened
                if kind not in TYPES or kind == "typealias":
                    opened = None

    def words(self):
        """Each word with its line, what is before its dot, and whether there is a dot."""
        line, at = 1, 0
        for word in WORD.finditer(self.text):
            line, at = line + self.text.count("\n", at, word.start()), word.start()
            if word["outer"]:
                yield Place(self.path, line, word["outer"]), "", False
            yield Place(self.path, line, word["name"]), word["outer"] or "", bool(word["outer"] or word["dot"])


def unique_names(all_files: list[File]) -> set[str]:
    """The names that are declared once in all of Sources."""
    count = Counter(one.name for file in all_files for one in file.declared if one.kind != "extension")
    labels = {label for file in all_files for label in LABEL.findall(file.text)}
    return {name for name, times in count.items() if times == 1} - labels


def references(target: str, all_files: list[File]) -> dict[str, dict[str, list[Place]]]:
    """The folders that each folder refers to, and where."""
    own, unique = [file for file in all_files if file.target == target], unique_names(all_files)
    types, functions, members = defaultdict(set), {}, {}
    for file in own:
        for one in file.declared:
            if one.around == [] and not one.is_private:
                if one.is_type:
                    types[one.name].add(file.folder)
                elif one.kind != "extension" and one.name in unique:
                    functions[one.name] = file.folder
    for file in own:
        for one in file.declared:
            if one.around and len(one.around) == 1 and one.around[0].kind == "extension" and one.name in unique:
                extended, is_private = one.around[0].name.split(".")[0], one.is_private or one.around[0].is_private
                if not one.is_type and not is_private and file.folder not in types.get(extended, ()):
                    members[one.name] = (file.folder, extended)

    def named(file: File, name: str, outer: str, has_dot: bool) -> str:
        """The folder that a word refers to; empty without any."""
        if name in types and name not in file.has_its_own and len(types[name]) == 1:
            return next(iter(types[name])) if not has_dot or outer == target or outer[:1].islower() else ""
        if name in functions and not has_dot:
            return functions[name]
        if name in members and (has_dot or members[name][1] in file.extends):
            return members[name][0]
        return ""

    found: dict[str, dict[str, list[Place]]] = {file.folder: defaultdict(list) for file in own}
    for file in own:
        for place, outer, has_dot in file.words():
            other = named(file, place.name, outer, has_dot)
            if other and other != file.folder:
                found[file.folder][other].append(place)
    return found


def circle(start: str, graph: dict[str, dict[str, list[Place]]]) -> list[str]:
    """The shortest path from a folder back to itself, not through the root; empty without any."""
    ways = [[start]]
    seen = {ROOT}
    for way in ways:
        for other in graph[way[-1]]:
            if other == start:
                return [*way, start]
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []


def check(target: str, all_files: list[File]) -> bool:
    """Reports the circles of a target; false when there are more folders in them than before."""
    graph = references(target, all_files)
    circles = {folder: way for folder in graph if folder != ROOT and (way := circle(folder, graph))}
    above = {folder: places[ROOT][0] for folder, places in graph.items() if ROOT in places}
    count, known = len(circles.keys() | above.keys()), STILL_IN_CIRCLES.get(target, 0)
    if count < known:
        print(f"  {target} has {count} folders in circles: lower the number in folder-circles.py", file=sys.stderr)
    if count <= known:
        return True
    total = len(graph.keys() - {ROOT})
    print(f"  {target}: {count} of {total} folders are in circles or know the root; {known} may be", file=sys.stderr)
    for folder, place in above.items():
        print(f"    {folder} knows the root: {place}", file=sys.stderr)
    told: set[str] = set()
    for way in sorted(circles.values(), key=len):
        if not told.issuperset(way):
            told.update(way)
            print(f"    {' -> '.join(way)}", file=sys.stderr)
            for one, other in zip(way, way[1:]):
                print(f"      {one} -> {other}: {graph[one][other][0]}", file=sys.stderr)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument("targets", metavar="TARGET", nargs="*")
    parser.add_argument("--graph", action="store_true")
    options = parser.parse_args()
    all_files = [File(path) for path in files(SOURCES)]
    targets = options.targets or [target for target in TARGETS if (SOURCES / target).is_dir()]
    if options.graph:
        for target in targets:
            for folder, others in sorted(references(target, all_files).items()):
                for other, places in sorted(others.items()):
                    print(f"{target}: {folder} -> {other}, {len(places)} times, {places[0]}")
        return 0
    return int(not all([check(target, all_files) for target in targets]))


sys.exit(main())
