"""Writes the packages for npm, as `npm pack` would: npm.py SERVER SBOM OUT

One package has the program for a platform; the other, which people install, names it as an optional dependency.
"""

import json
import sys
from pathlib import Path

from package_files import PACKAGES, ROOT, gzipped, program, sources, tar_of, version

PARENT = "static-auth-server"
PLATFORM = "static-auth-server-linux-x64"
PROGRAM = "bin/static-auth-server"


def package(name: str, more: dict[str, bytes], **members: object) -> dict[str, bytes]:
    """The files of a package, with the version and further members in its package.json."""
    files = sources(PACKAGES / "npm" / name) | {"LICENSE": (ROOT / "LICENSE").read_bytes()} | more
    described = json.loads(files["package.json"])
    if "version" in described:
        raise SystemExit(f"the package.json of {name} has a version; it belongs into Version.swift alone")
    described = {"name": name, "version": version()} | described | members
    return files | {"package.json": (json.dumps(described, indent=2) + "\n").encode()}


def main(server: Path, sbom: Path, out: Path) -> None:
    packages = {
        PLATFORM: package(PLATFORM, {PROGRAM: program(server), "static-auth-server.spdx.json": sbom.read_bytes()}),
        PARENT: package(PARENT, {}, optionalDependencies={PLATFORM: version()}),
    }
    for name, files in packages.items():
        path = out / f"{name}-{version()}.tgz"
        inside = {f"package/{file}": content for file, content in files.items()}
        path.write_bytes(gzipped(tar_of(inside, {f"package/{PROGRAM}"})))
        print(path.name)


main(*map(Path, sys.argv[1:4]))
