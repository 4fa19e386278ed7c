"""Tells code, comments and text of a Swift file apart."""

import re
from pathlib import Path

CODE, COMMENT, TEXT = "c", "/", '"'

_OPENING = re.compile(r'//|/\*|#*"""|#*"')
_IN_COMMENT = re.compile(r"/\*|\*/")


def kinds(source: str) -> str:
    """For each character `CODE`, `COMMENT` or `TEXT`, which is inside a string literal; an interpolation is code.

    A regular expression literal is read as code, so it must not hold a quotation mark.
    """
    result = bytearray(CODE.encode() * len(source))

    def mark(kind: str, start: int, end: int) -> int:
        result[start:end] = kind.encode() * (end - start)
        return end

    def code(at: int, until: str = "") -> int:
        """Reads code up to the end, or to the parenthesis that closes an interpolation."""
        depth = 0
        while at < len(source):
            if until and source[at] in "()":
                depth += 1 if source[at] == "(" else -1
                if depth < 0:
                    return at + 1
            found = _OPENING.match(source, at)
            if not found:
                at += 1
            elif found[0] == "//":
                end = source.find("\n", at)
                at = mark(COMMENT, at, len(source) if end < 0 else end)
            elif found[0] == "/*":
                at = mark(COMMENT, at, block(at + 2))
            else:
                at = text(found.end(), found[0])
        return at

    def block(at: int) -> int:
        depth = 1
        while depth and (found := _IN_COMMENT.search(source, at)):
            depth += 1 if found[0] == "/*" else -1
            at = found.end()
        return len(source) if depth else at

    def text(at: int, opening: str) -> int:
        marks = opening.count("#")
        closing, escape = opening[marks:] + "#" * marks, "\\" + "#" * marks
        while at < len(source):
            if source.startswith(closing, at):
                return at + len(closing)
            if source.startswith(escape + "(", at):
                at = code(at + len(escape) + 1, until=")")
            elif source.startswith(escape, at):
                at = mark(TEXT, at, min(at + len(escape) + 1, len(source)))
            else:
                at = mark(TEXT, at, at + 1)
        return at

    code(0)
    return result.decode()


def code(source: str) -> str:
    """The same text with spaces in place of comments and string contents; lines and columns stay."""
    return "".join(
        character if kind == CODE or character == "\n" else " " for character, kind in zip(source, kinds(source))
    )


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.swift") if not path.is_symlink())
