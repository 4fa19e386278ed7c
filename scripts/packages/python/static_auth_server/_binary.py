"""Where the program is."""

from __future__ import annotations

import os
import shutil
import sysconfig
from importlib import metadata
from pathlib import Path

NAME = "static-auth-server"


def executable(named: str | os.PathLike[str] | None = None) -> str:
    """The path of the program.

    It is the one that is named, here or by ``STATIC_AUTH_SERVER``; else that of this package, or one on the ``PATH``.
    Raises ``FileNotFoundError`` when there is none.
    """
    named = named or os.environ.get("STATIC_AUTH_SERVER")
    if named:
        found = shutil.which(named)
        if not found:
            raise FileNotFoundError(f"{os.fspath(named)!r} is no program, and was named for {NAME}")
        return os.path.abspath(found)
    # The last is where `pip install --target` puts it, whose notes are wrong.
    beside = Path(__file__).resolve().parents[1] / "bin" / NAME
    for path in (_installed(), Path(sysconfig.get_path("scripts"), NAME), beside):
        if path and os.access(path, os.X_OK):
            return str(path)
    if found := shutil.which(NAME):
        return os.path.abspath(found)
    raise FileNotFoundError(f"{NAME} is neither in this package nor on the PATH; STATIC_AUTH_SERVER can name it")


def _installed() -> Path | None:
    """The program as the installer noted it, which also knows an installation by ``--user``."""
    try:
        files = metadata.files(NAME) or []
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(file.locate())).resolve() for file in files if file.name == NAME), None)
