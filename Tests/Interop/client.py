"""The client of this project as a program, with its own home."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import server as demo

BINARY = os.environ.get("STATIC_AUTH_CLIENT", ".build/release/static-auth-client")


@dataclass
class Client:
    """Runs commands that share a home directory."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.home), "MCP_CLIENT_SECRET": demo.CLIENT_SECRET, "PATH": "/nonexistent"}

    @property
    def binary(self) -> str:
        return str(Path(BINARY).resolve())

    def run(self, *arguments: str, stdin: str = "", code: int = 0) -> str:
        done = subprocess.run(
            [self.binary, *arguments], input=stdin, capture_output=True, text=True, timeout=60, env=self.environment,
            cwd=self.home,
        )
        assert done.returncode == code, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> dict:
        return json.loads(self.run(*arguments, "--output", "json"))

    def log_in(self, url: str) -> None:
        self.run(
            "login", url, "--client-id", demo.CLIENT_ID, "--headless", "--username", demo.USERNAME, "--password-stdin",
            stdin=demo.PASSWORD + "\n",
        )


class Pasting:
    """Logs in with --no-browser: takes the URL that is shown, and pastes the one where the browser ends."""

    def __init__(self, client: Client):
        self.client = client

    def log_in(self, url: str, browse: Callable[[str], str], *arguments: str) -> str:
        process = subprocess.Popen(
            [self.client.binary, "login", url, "--no-browser", *arguments], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.client.environment,
            cwd=self.client.home,
        )
        try:
            shown = next(line.strip() for line in process.stderr if line.strip().startswith("http"))
            said, errors = process.communicate(browse(shown) + "\n", timeout=60)
        finally:
            process.kill()
        assert process.returncode == 0, errors
        return said
