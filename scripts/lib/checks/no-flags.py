"""Fails on the name of a flag or of a program in a string literal of a library that an embedder uses: no-flags.py

Such a library says what is wrong; the command that uses it knows how a setting is called, and says so with `Wording`.
"""

import re
import sys
from pathlib import Path

from swift_source import TEXT, files, kinds

COMMANDS = {"ServerCommand", "ClientCommand"}
NAME = re.compile(r"(?<![-\w])--[a-z][-a-z]+|static-auth-(server|client)")
# The names by which the products call themselves on the wire.
PRODUCTS = {
    "Sources/StaticAuthServer/Base/Product.swift",
    "Sources/MCPClient/Base/ClientDescription.swift",
    "Sources/StoreRedis/RedisStore.swift",
}
# Flags of other programs: curl, Docker, Claude Code and mcp-remote.
FOREIGN = {
    "--data-raw", "--data-urlencode", "--path-as-is", "--ulimit", "--callback-port", "--disable-resource-parameter",
}


def may_name(path: Path, name: str) -> bool:
    return name in FOREIGN or (not name.startswith("--") and path.as_posix() in PRODUCTS)


def main() -> int:
    is_clean = True
    for path in files(Path("Sources")):
        if path.parts[1] in COMMANDS:
            continue
        source = path.read_text()
        text = kinds(source)
        for found in NAME.finditer(source):
            if text[found.start()] == TEXT and not may_name(path, found[0]):
                line = source.count("\n", 0, found.start()) + 1
                print(f"  {path}:{line}: a library may not name {found[0]}", file=sys.stderr)
                is_clean = False
    return int(not is_clean)


sys.exit(main())
