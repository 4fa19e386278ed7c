"""Fails on the name of a flag or of a program in a string literal of a library that an embedder uses: no-flags.py

Such a library says what is wrong; the command that uses it knows how a setting is called.
"""

import re
import sys
from pathlib import Path

from swift_source import TEXT, files, kinds

LIBRARIES = ["Primitives", "OAuth", "OAuthServer", "MCPCore", "HTTPEdge", "MCPClient", "StoreSQLite", "StoreRedis"]
NAME = re.compile(r"--[a-z][-a-z]+|static-auth-(server|client)")
# Two names stand on the wire: the one that the client gives itself, and the prefix of keys in Redis.
ON_THE_WIRE = {"Sources/MCPClient/Base/ClientDescription.swift", "Sources/StoreRedis/RedisStore.swift"}


def main() -> int:
    is_clean = True
    for library in LIBRARIES:
        for path in files(Path("Sources") / library):
            if str(path) in ON_THE_WIRE:
                continue
            source = path.read_text()
            text = kinds(source)
            for found in NAME.finditer(source):
                if text[found.start()] == TEXT:
                    line = source.count("\n", 0, found.start()) + 1
                    print(f"  {path}:{line}: {library} may not name {found[0]}", file=sys.stderr)
                    is_clean = False
    return int(not is_clean)


sys.exit(main())
