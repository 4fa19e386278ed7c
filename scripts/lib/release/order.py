"""Writes release.order, by which scripts/release lays out the programs: python3 scripts/lib/release/order.py

Linux maps a file in pieces of at least 64 KiB, however little of a piece is used. So what a server uses belongs side by
side, in the order of its first use: to start, to answer once, and for a login and a call. qemu-user tells, since it
names each function when it first translates it for the processor.

The list may be older than the code: the linker ignores a name that no longer exists, and leaves a new function among
those that are rarely used. test_release.py fails when more than a tenth of the names are gone, or when too much is
resident. Then run scripts/release, this, and scripts/release again.
"""

import json
import platform
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[3]
BUILD, ORDER = ROOT / ".build-static", Path(__file__).with_name("release.order")
QEMU = f"qemu-{platform.machine()}"
HEADER = "# Made by order.py, never edited: of each section that a server uses, the function that it uses first.\n"


def watched(folder: Path) -> list[str]:
    """The functions that a server used, the first one first."""
    ready, log = folder / "ready.json", folder / "log"
    server = [BUILD / "release/static-auth-server", "--port", "0", "--log-level", "error", "--ready-file", ready]
    with subprocess.Popen([QEMU, "-d", "in_asm", "-D", log, *server], env={}, stderr=subprocess.DEVNULL) as process:
        try:
            while not ready.exists():
                if process.poll() is not None:
                    raise SystemExit("order.py: the server did not start")
                time.sleep(0.1)
            facts = json.loads(ready.read_text())
            urllib.request.urlopen(f"{facts['base_url']}/healthz", timeout=60).close()
            login = ["login", facts["mcp_url"], "--headless", "--client-id", facts["client_id"]]
            client(folder, *login, "--username", "demo_user", "--password-stdin", text="demo_password")
            client(folder, "call", facts["mcp_url"], "echo", "message=hello")
        finally:
            process.terminate()
    return list(dict.fromkeys(re.findall(r"^IN: (\S+)$", log.read_text(errors="replace"), re.MULTILINE)))


def client(home: Path, *arguments: str, text: str = "") -> None:
    secret = "your-secret-key-change-this-in-production"
    subprocess.run(
        [ROOT / "dist/static-auth-client", *arguments], input=text, text=True, check=True, stdout=subprocess.DEVNULL,
        env={"HOME": str(home), "XDG_DATA_HOME": str(home), "MCP_CLIENT_SECRET": secret},
    )


def sections(of_map: Path) -> dict[str, set[int]]:
    """For each name the lines of the linker's map where the sections begin that have it."""
    found, section = {}, 0
    for number, line in enumerate(of_map.read_text(errors="replace").splitlines()):
        # After two addresses, size and alignment: 9 spaces and a section, or 17 and a name in it.
        if entry := re.match(r"(?: *[0-9a-f]+){3} +\d+(?: {9}| {17})(\S.*)", line):
            if ":(" in entry[1]:
                section = number
            else:
                found.setdefault(entry[1], set()).add(section)
    return found


def main() -> None:
    if not shutil.which(QEMU):
        raise SystemExit(f"order.py: there is no {QEMU}; Debian has it in the package qemu-user")
    holders = sections(BUILD / "static-auth-server.map")
    with tempfile.TemporaryDirectory() as folder:
        used = watched(Path(folder))
    first = {}
    for name in used:
        # Some names are those of many functions, each private to its file.
        if len(holders.get(name, ())) == 1:
            first.setdefault(min(holders[name]), name)
    ORDER.write_text(HEADER + "\n".join(first.values()) + "\n")
    print(f"{len(used)} functions in {len(first)} sections: {ORDER.relative_to(ROOT)}")


main()
