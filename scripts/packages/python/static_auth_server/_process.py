"""A server process: its start, its end, and requests to it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from ._binary import executable

#: Seconds for the server to accept connections, to answer, and to end.
PATIENCE = 30.0


class ServerError(Exception):
    """The server did not start, ended too early, or refused what it was asked."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


#: Never by a proxy: the server is on this machine.
_http = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


class Process:
    """A running server with a folder of its own."""

    #: What the server asks for at its debug features, if it was started with a token for them.
    debug_token: str | None = None

    def __init__(self, popen: subprocess.Popen[bytes], folder: Path):
        self.popen, self._folder = popen, folder
        #: The content of the ready file.
        self.ready = self._wait_until_ready()

    @classmethod
    @contextmanager
    def start(cls, flags: Sequence[str], binary: str | os.PathLike[str] | None) -> Iterator[Process]:
        """Starts a server on a free port; see ``AuthServer.start``."""
        folder = Path(tempfile.mkdtemp(prefix="static-auth-server-"))
        popen = None
        try:
            program = executable(binary)
            variables = {name: value for name, value in os.environ.items() if not name.startswith("MCP_STATIC_")}
            with (folder / "log.txt").open("wb") as log:
                popen = subprocess.Popen(
                    [program, "--port", "0", "--ready-file", str(folder / "ready.json"), *flags], cwd=folder,
                    env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                )
            yield cls(popen, folder)
        finally:
            if popen is not None:
                _end(popen)
            shutil.rmtree(folder, ignore_errors=True)

    def _wait_until_ready(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.popen.poll() is None:
            try:
                ready: dict[str, Any] = json.loads((self._folder / "ready.json").read_text())
                if ready.get("pid") == self.popen.pid:
                    return ready
            except FileNotFoundError:
                pass
            time.sleep(0.01)
        raise ServerError(f"static-auth-server {self._state()}")

    def _state(self) -> str:
        status = self.popen.poll()
        what = f"ended with exit code {status}" if status is not None else f"did not get ready in {PATIENCE:g} s"
        return f"{what}; its log:\n{self.log}"

    @property
    def log(self) -> str:
        """What the server has logged."""
        return (self._folder / "log.txt").read_text(errors="replace")

    def json(
        self, method: str, url: str, body: str | None, headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        status, text, _ = self.fetch(method, url, body, {"Accept": "application/json", **(headers or {})})
        if not 200 <= status < 300:
            raise ServerError(explain(text) or f"{method} {urlsplit(url).path} answered {status}")
        answer: dict[str, Any] = json.loads(text)
        return answer

    def fetch(
        self, method: str, url: str, body: str | None = None, headers: Mapping[str, str] | None = None,
        patience: float = 0,
    ) -> tuple[int, str, str | None]:
        """Status, body and the address of a redirect, which is not followed."""
        fields = dict(headers or {})
        if self.debug_token and url.startswith(f"{self.ready['base_url']}/debug/"):
            fields["Authorization"] = f"Bearer {self.debug_token}"
        request = urllib.request.Request(url, body.encode() if body is not None else None, fields, method=method)
        try:
            with _http.open(request, timeout=PATIENCE + patience) as answer:
                return answer.status, answer.read().decode(), None
        except urllib.error.HTTPError as refusal:
            with refusal:
                location = refusal.headers.get("Location")
                target = urljoin(url, location) if location else None
                return refusal.code, refusal.read().decode(errors="replace"), target
        except OSError as error:
            if self.popen.poll() is not None:
                raise ServerError(f"static-auth-server {self._state()}") from error
            raise


def _end(popen: subprocess.Popen[bytes]) -> None:
    popen.terminate()
    try:
        popen.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()


def explain(text: str) -> str:
    """The server's error as a line."""
    try:
        error = json.loads(text)
        parts = [error["error_description"]]
        parts += [f"{name}: {error[name]}" for name in ("expected", "received", "hint") if name in error]
        return " ".join(parts)
    except (ValueError, KeyError, TypeError):
        return text.strip()
