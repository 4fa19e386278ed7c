"""Writes the archive of a release: archive.py DIST OUT

It unpacks into one folder: the programs in `bin`, manual pages and completions in `share`, the licence, the list of
components, and checksums of all these.
"""

import hashlib
import sys
from pathlib import Path

from package_files import ROOT, gzipped, program, sources, tar_of, version

PROGRAMS = ["static-auth-server", "static-auth-server-full", "static-auth-client"]


def main(dist: Path, out: Path) -> None:
    files = {f"bin/{name}": program(dist / name) for name in PROGRAMS}
    files |= {f"share/{path}": content for path, content in sources(dist / "share").items()}
    files |= {"LICENSE": (ROOT / "LICENSE").read_bytes(), "CHANGELOG.md": (ROOT / "CHANGELOG.md").read_bytes()}
    files["static-auth-server.spdx.json"] = (dist / "static-auth-server.spdx.json").read_bytes()
    sums = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items())]
    files["SHA256SUMS"] = "".join(sums).encode()
    folder = f"static-auth-server-{version()}-linux-x86_64"
    inside = tar_of(
        {f"{folder}/{path}": content for path, content in files.items()},
        {f"{folder}/bin/{name}" for name in PROGRAMS})
    (out / f"{folder}.tar.gz").write_bytes(gzipped(inside))
    print(f"{folder}.tar.gz")


main(*map(Path, sys.argv[1:3]))
