"""Everything that a test asks of a server."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlencode, urlsplit

from ._process import Process, ServerError, explain
from ._report import Report

#: The longest that the server lets a request for `/debug/requests/await` wait, in seconds.
_LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class Tokens:
    """What a login gives a client."""

    access_token: str
    #: Missing when the server was told to issue none (``--refresh none``).
    refresh_token: str | None
    #: The lifetime of the access token in seconds, as the server says it.
    expires_in: Any
    #: The scopes, separated by spaces.
    scope: str


class AuthServer:
    """A running server. Every method returns when the server has carried it out."""

    #: The URL of the MCP server, for the client under test.
    url: str
    #: Scheme, host and port.
    base_url: str
    #: The issuer of the authorization server.
    issuer: str
    #: The timeline, a live page.
    debug_url: str
    #: The registered client, and its secret.
    client_id: str
    client_secret: str
    #: The first person who can log in.
    username: str
    password: str

    def __init__(self, process: Process, flags: Sequence[str]):
        self._process = process
        options = _values(flags)
        process.debug_token = next(iter(options.get("--debug-token", [])), None)
        ready = process.ready
        self.url, self.base_url, self.issuer = ready["mcp_url"], ready["base_url"], ready["issuer"]
        self.debug_url = ready.get("debug_url", f"{self.base_url}/debug")
        self.client_id = ready["client_id"]
        # The ready file never has a secret or a password of one's own.
        self.client_secret = ready.get("client_secret") or next(iter(options.get("--client-secret", [])), "")
        users = [user.partition(":")[::2] for user in options.get("--user", [])]
        self._passwords = dict(users or [(ready.get("username", ""), ready.get("password", ""))])
        self.username, self.password = next(iter(self._passwords.items()))

    @classmethod
    @contextmanager
    def start(cls, *flags: str, binary: str | os.PathLike[str] | None = None) -> Iterator[AuthServer]:
        """Starts a server on a free port, with the given flags, and stops it at the end.

        It reads no ``.env`` file, and no ``MCP_STATIC_…`` variable of this process, so that it is the same everywhere.
        Raises ``ServerError`` with the server's log when it does not start.
        """
        with Process.start(flags, binary) as process:
            yield cls(process, flags)

    @property
    def log(self) -> str:
        """What the server has logged."""
        return self._process.log

    # Tokens and logins

    def token(
        self, scope: str | Iterable[str] | None = None, *, subject: str | None = None, client: str | None = None,
        ttl: int | None = None,
    ) -> str:
        """An access token without a login. The report does not count it as something that a client did."""
        return self._issue(scope=_scope(scope), subject=subject, client=client, ttl=ttl).access_token

    def login(
        self, user: str | None = None, *, scope: str | Iterable[str] | None = None, ttl: int | None = None,
    ) -> Tokens:
        """The tokens of a person, as after a login; the first person by default. The report does not count it.

        For a client that logs in itself, see ``approve``.
        """
        return self._issue(subject=self._person(user), scope=_scope(scope), ttl=ttl, refresh_token=True)

    def approve(self, authorization_url: str, user: str | None = None) -> str:
        """Plays the person: opens a client's authorization URL, logs in, approves, and returns the callback URL.

        Nothing opens the callback URL: give it to the client.
        """
        name = self._person(user)
        return self._decide(authorization_url, {"username": name, "password": self._passwords[name]})

    def deny(self, authorization_url: str) -> str:
        """Plays a person who refuses; returns the callback URL, with ``error=access_denied``."""
        return self._decide(authorization_url, {"action": "deny"})

    def _decide(self, authorization_url: str, form: Mapping[str, str]) -> str:
        status, body, location = self._process.fetch("GET", authorization_url, headers={"Accept": "text/html"})
        if location and urlsplit(location).path != "/login":
            return location  # An error, or the code with --auto-approve.
        if not location:
            raise ServerError(f"/authorize answered {status}: {body}")
        content = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._process.json("POST", location, urlencode(form), content)
        return str(answer["redirect_to"])

    def _person(self, user: str | None) -> str:
        if user is not None and user not in self._passwords:
            raise ValueError(f"there is no user {user!r}, only {', '.join(self._passwords)}; add one with --user")
        return self.username if user is None else user

    def _issue(self, **document: Any) -> Tokens:
        answer = self.debug("tokens/issue", document)
        return Tokens(
            answer["access_token"], answer.get("refresh_token"), answer.get("expires_in"), answer.get("scope", ""))

    # Time and expiry

    def advance(self, seconds: float) -> None:
        """Moves the server's time forward: what would have expired by then has expired."""
        self.debug("clock", {"advance": seconds})

    def expire(self, token: str | None = None, *, subject: str | None = None, kind: str = "access") -> int:
        """Lets a token, those of a subject, or all expire at once; returns how many.

        ``kind`` is ``access``, ``refresh``, ``code`` or ``all``.
        """
        return int(self.debug("tokens/expire", {**_which(token, subject), "kind": kind})["expired"])

    def revoke(self, token: str | None = None, *, subject: str | None = None) -> None:
        """Revokes a token, those of a subject, or all."""
        self.debug("tokens/revoke", _which(token, subject))

    # Broken answers

    @contextmanager
    def fault(
        self, endpoint: str | None = None, *, status: int | None = None, headers: Mapping[str, str] | None = None,
        body: str | None = None, delay_ms: int | None = None, drop: str | None = None, preset: str | None = None,
        mcp: str | None = None, match: Mapping[str, Any] | None = None, times: int | str | None = None,
    ) -> Iterator[Fault]:
        """Breaks the next answers of an endpoint: ``with mcp_auth.fault("token", status=503): …``.

        The members are those of the server's documentation, under Faults. What is left at the end is removed.
        """
        fault = _present(
            status=status, headers=headers, body=body, delay_ms=delay_ms, drop=drop, preset=preset, mcp=mcp)
        queued = self.debug("faults", _present(endpoint=endpoint, match=match, times=times, fault=fault))
        try:
            yield Fault(self, int(queued["id"]))
        finally:
            self._remove(f"faults/{queued['id']}")

    @contextmanager
    def scenario(self, name: str) -> Iterator[None]:
        """Lets the server behave like a server that breaks clients; restores the former behaviour at the end."""
        former = self.debug("scenario", method="GET")["scenario"]
        self.debug("scenario", {"name": name}, method="PUT")
        try:
            yield
        finally:
            if former:
                self.debug("scenario", {"name": former["name"]}, method="PUT")
            else:
                self._remove("scenario")

    # What the client did

    def requests(self, **filters: Any) -> list[dict[str, Any]]:
        """The recorded requests, the oldest first.

        The filters are ``endpoint``, ``status``, ``flow``, ``trace``, ``since`` and ``limit``; a list is one of
        several values.
        """
        return list(self.debug(f"requests?{_query(filters)}", method="GET")["requests"])

    def await_requests(self, count: int = 1, *, timeout: float = 10, **filters: Any) -> list[dict[str, Any]]:
        """Waits until there are that many requests, and returns them; an ``AssertionError`` says which did come.

        It blocks. In asynchronous tests use ``await asyncio.to_thread(mcp_auth.await_requests, …)``.
        """
        end = time.monotonic() + timeout
        while True:
            left = min(max(end - time.monotonic(), 0), _LONGEST_WAIT)
            query = _query({"count": count, "timeout": max(1, round(left)), **filters})
            status, text, _ = self._process.fetch("GET", f"{self.base_url}/debug/requests/await?{query}", patience=left)
            if status == 200:
                return list(json.loads(text)["requests"])
            if status != 504:
                raise ServerError(explain(text))
            if time.monotonic() >= end:
                break
        came = json.loads(text)["requests"]
        seen = "".join(f"\n  {one['method']} {one['path']} -> {one['status']}" for one in came)
        wanted = f" with {filters}" if filters else ""
        raise AssertionError(f"{len(came)} of {count} requests{wanted} came within {timeout:g} s{seen}")

    def report(self) -> Report:
        """Which rules the clients followed since the last reset: in this test."""
        return Report.from_document(self.debug("report?format=json", method="GET"))

    def reset(self) -> None:
        """Restores the state of the start: no grants, sessions, requests, faults and verdicts, and the real time."""
        self.debug("reset")

    # Requests

    def debug(self, path: str, document: Mapping[str, Any] | None = None, *, method: str = "POST") -> dict[str, Any]:
        """Asks for a debug feature that has no method here: ``mcp_auth.debug("sessions/drop", {"all": True})``.

        Members that are ``None`` are left out. Raises ``ServerError`` with the server's words when it refuses.
        """
        body = None if method == "GET" else json.dumps(_present(**(document or {})))
        return self._process.json(method, f"{self.base_url}/debug/{path}", body)

    def _remove(self, path: str) -> None:
        """Removes what may be gone by itself."""
        status, text, _ = self._process.fetch("DELETE", f"{self.base_url}/debug/{path}")
        if status not in (200, 204, 404):
            raise ServerError(explain(text))


@dataclass(frozen=True)
class Fault:
    """A queued fault."""

    _server: AuthServer
    id: int

    @property
    def is_queued(self) -> bool:
        """Whether it still waits for a request; false once it was applied as often as it was asked for."""
        return any(one["id"] == self.id for one in self._server.debug("faults", method="GET")["faults"])


def _values(flags: Sequence[str]) -> dict[str, list[str]]:
    """The values of options, written `--name value` or `--name=value`."""
    found: dict[str, list[str]] = {}
    for flag, following in zip(flags, [*flags[1:], ""]):
        name, equals, value = flag.partition("=")
        if name.startswith("--"):
            found.setdefault(name, []).append(value if equals else following)
    return found


def _present(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _which(token: str | None, subject: str | None) -> dict[str, Any]:
    return _present(token=token, subject=subject) or {"all": True}


def _scope(scope: str | Iterable[str] | None) -> str | None:
    return scope if scope is None or isinstance(scope, str) else " ".join(scope)


def _query(filters: Mapping[str, Any]) -> str:
    return urlencode({
        name: ",".join(map(str, value)) if isinstance(value, (list, tuple, set)) else str(value)
        for name, value in filters.items() if value is not None
    })
