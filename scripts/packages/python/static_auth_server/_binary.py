"""Where the program is."""

from __future__ import annotations

import os
import shutil
import sysconfig
from importlib import metadata
from pathlib import Path

NAME = "static-auth-server"


def executable() -> str:
    """The path of the program: that of ``STATIC_AUTH_SERVER``, the one of this package, or one on the ``PATH``.

    Raises ``FileNotFoundError`` when there is none.
    """
    if named := os.environ.get("STATIC_AUTH_SERVER"):
        found = shutil.which(named)
        if not found:
            raise FileNotFoundError(f"STATIC_AUTH_SERVER is {named!r}, which is no program")
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
