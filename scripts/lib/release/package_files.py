"""What the makers of packages share: the version, the time, and archives that are the same each time."""

import gzip
import io
import os
import re
import subprocess
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ROOT / "scripts/packages"
SUMMARY = (
    "An OAuth 2.1 authorization server and a protected MCP server on one port, to test MCP clients against"
)
#: No archive has an earlier time: zip knows none before 1980.
EARLIEST = 315532800


def version() -> str:
    """The version of all artefacts, from the one place where it is written."""
    source = (ROOT / "Sources/StaticAuthServer/Base/Version.swift").read_text()
    return re.search(r'current = "([^"]+)"', source)[1]


def epoch() -> int:
    """The time of every file in an archive, in seconds: that of the commit."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return max(int(seconds), EARLIEST)


def program(path: Path) -> bytes:
    """The content of a program, after it has said that it is of this version."""
    said = subprocess.run([path.resolve(), "--version"], capture_output=True, text=True, timeout=60).stdout.strip()
    if said != version():
        raise SystemExit(f"{path} says that its version is {said!r}, and Version.swift says {version()!r}")
    return path.read_bytes()


def sources(folder: Path) -> dict[str, bytes]:
    """The files of a package's folder by their paths in it, without what a run leaves there."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


def tar_of(files: dict[str, bytes], programs: set[str]) -> bytes:
    """A tar whose bytes depend on the contents alone; `programs` are the files that can be executed."""
    inside = io.BytesIO()
    with tarfile.open(fileobj=inside, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(content), epoch()
            entry.mode = 0o755 if name in programs else 0o644
            tar.addfile(entry, io.BytesIO(content))
    return inside.getvalue()


def gzipped(content: bytes) -> bytes:
    """Compressed, with a header that has neither a name nor a time."""
    return gzip.compress(content, compresslevel=9, mtime=0)
