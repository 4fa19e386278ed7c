"""Writes the wheel for PyPI: wheel.py SERVER SBOM OUT

The program is one of the wheel's scripts, so an installer puts it into `bin` as it is. The rest is Python: where the
program is, and the pytest plugin.
"""

import base64
import hashlib
import sys
import time
import zipfile
from pathlib import Path

from package_files import PACKAGES, ROOT, SUMMARY, epoch, program, sources, version

NAME = "static_auth_server"
#: A static program needs no C library; these tags say so to every installer, on Debian as on Alpine.
PLATFORMS = ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64"]
CLASSIFIERS = [
    "Development Status :: 4 - Beta", "Framework :: Pytest", "Intended Audience :: Developers",
    "Operating System :: POSIX :: Linux", "Programming Language :: Python :: 3",
    "Topic :: Software Development :: Testing", "Typing :: Typed",
]


def metadata() -> str:
    lines = [
        "Metadata-Version: 2.4", "Name: static-auth-server", f"Version: {version()}", f"Summary: {SUMMARY}",
        "License-Expression: MIT", "License-File: LICENSE", "Keywords: mcp,oauth,testing,pytest",
        *(f"Classifier: {one}" for one in CLASSIFIERS), "Requires-Python: >=3.9", "Provides-Extra: pytest",
        'Requires-Dist: pytest>=8; extra == "pytest"', "Description-Content-Type: text/markdown", "",
    ]
    return "\n".join(lines) + "\n" + (PACKAGES / "python/README.md").read_text()


def files(server: Path, sbom: Path) -> dict[str, bytes]:
    """The files of the wheel, except RECORD, in the order in which they are written."""
    info = f"{NAME}-{version()}.dist-info"
    tags = "".join(f"Tag: py3-none-{platform}\n" for platform in PLATFORMS)
    texts = {
        f"{info}/METADATA": metadata(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: scripts/release\nRoot-Is-Purelib: false\n{tags}",
        f"{info}/entry_points.txt": f"[pytest11]\nstatic-auth-server = {NAME}.pytest_plugin\n",
        f"{info}/top_level.txt": f"{NAME}\n",
    }
    return {
        **{f"{NAME}/{path}": content for path, content in sources(PACKAGES / "python" / NAME).items()},
        f"{NAME}-{version()}.data/scripts/static-auth-server": program(server),
        **{path: text.encode() for path, text in texts.items()},
        f"{info}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes(),
        f"{info}/sboms/static-auth-server.spdx.json": sbom.read_bytes(),
    }


def record(contents: dict[str, bytes], path: str) -> bytes:
    """The list of all files with their hashes; itself without one."""
    lines = []
    for name, content in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{path},,", ""]).encode()


def write(path: Path, contents: dict[str, bytes]) -> None:
    when = time.gmtime(epoch())[:6]
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, when)
            entry.create_system = 3  # Unix, so that the mode is read.
            entry.external_attr = (0o100755 if ".data/scripts/" in name else 0o100644) << 16
            wheel.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)


def main(server: Path, sbom: Path, out: Path) -> None:
    contents = files(server, sbom)
    listed = f"{NAME}-{version()}.dist-info/RECORD"
    contents[listed] = record(contents, listed)
    path = out / f"{NAME}-{version()}-py3-none-{'.'.join(PLATFORMS)}.whl"
    write(path, contents)
    print(path.name)


main(*map(Path, sys.argv[1:4]))
