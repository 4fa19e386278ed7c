"""A running static-auth-server for pytest. Copy this file; it needs nothing but the server's binary."""

import json
import os
import subprocess
import time
import urllib.request
from dataclasses import dataclass

import pytest

BINARY = os.environ.get("STATIC_AUTH_SERVER", "static-auth-server")


@dataclass
class Server:
    base_url: str
    mcp_url: str

    def debug(self, path: str, document: dict | None = None) -> dict:
        """Calls a debug endpoint: server.debug("tokens/issue", {"scope": "user"})."""
        body = json.dumps(document or {}).encode()
        with urllib.request.urlopen(f"{self.base_url}/debug/{path}", body) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def running_server(tmp_path_factory):
    """One process for all tests, on a free port."""
    folder = tmp_path_factory.mktemp("static-auth-server")
    ready = folder / "ready.json"
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen([BINARY, "--port", "0", "--ready-file", ready], cwd=folder, stderr=log)
    try:
        end = time.monotonic() + 20
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < end, (folder / "log.txt").read_text()
            time.sleep(0.01)
        facts = json.loads(ready.read_text())
        assert facts["pid"] == process.pid, "another server uses this folder"
        yield Server(facts["base_url"], facts["mcp_url"])
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def auth_server(running_server):
    """The server in its initial state, for each test."""
    running_server.debug("reset")
    return running_server
