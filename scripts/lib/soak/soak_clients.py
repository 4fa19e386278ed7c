"""The clients of the soak test: each function runs one client from its first connection to its last."""

import asyncio
import base64
import hashlib
import json
import random
import secrets
import socket
import urllib.parse
from functools import partial

from soak_http import Connection, Unexpected, request

CLIENT_ID, CLIENT_SECRET = "static-mcp-client-001", "your-secret-key-change-this-in-production"
REDIRECT = "http://localhost:3031/callback"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAIR = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
BASIC = FORM | {"Authorization": f"Basic {PAIR}"}
LARGE = "x" * 900_000


def form(**values: str) -> str:
    return urllib.parse.urlencode(values)


def message(method: str, params: dict | None = None, id: int | None = 1) -> str:
    parts = {"jsonrpc": "2.0", "id": id, "method": method, "params": params}
    return json.dumps({k: v for k, v in parts.items() if v is not None})


def bearer(token: str, **fields: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream", **{k.replace("_", "-"): v for k, v in fields.items()},
    }


def modern(token: str, method: str, params: dict = {}, **fields: str) -> tuple[dict, str]:
    """The fields and the body of a request of revision 2026-07-28."""
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    name = {"Mcp_Name": params["name"]} if "name" in params else {}
    fields = bearer(token, MCP_Protocol_Version="2026-07-28", Mcp_Method=method, **name, **fields)
    return fields, message(method, params | {"_meta": meta})


def echo(token: str, text: str, **fields: str) -> tuple[dict, str]:
    return modern(token, "tools/call", {"name": "echo", "arguments": {"message": text}}, **fields)


def call_bytes(fields: dict, body: str) -> bytes:
    return request("POST", "/mcp", fields, body)


INITIALIZE = message(
    "initialize",
    {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "soak", "version": "1"}},
)


def authorization(verifier: str) -> dict[str, str]:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return {
        "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": REDIRECT, "scope": "user",
        "state": secrets.token_hex(8), "code_challenge": challenge, "code_challenge_method": "S256",
    }


def code_of(location: str) -> str:
    return urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["code"][0]


class Clients:
    def __init__(self, port: int, latencies: list[float]):
        self.port, self.latencies = port, latencies

    def connect(self, timed: bool = True) -> Connection:
        return Connection(self.port, self.latencies if timed else None)

    async def token(self, connection: Connection) -> str:
        return (await connection.ask("POST", "/debug/tokens/issue", {}, "{}")).json["access_token"]

    async def say(self, connection: Connection, token: str, text: str, **fields: str) -> None:
        answer = await connection.ask("POST", "/mcp", *echo(token, text, **fields))
        if answer.json["result"]["structuredContent"]["echo"] != text:
            raise Unexpected(f"echo: {answer.body[:300]!r}")

    # Correct clients

    async def person(self) -> None:
        """Discovery, login, tokens, both eras, a refresh, introspection and revocation."""
        verifier = secrets.token_urlsafe(48)
        asked = authorization(verifier)
        async with self.connect() as c:
            await c.ask("POST", "/mcp", status=401)
            await c.ask("GET", "/.well-known/oauth-protected-resource/mcp")
            await c.ask("GET", "/.well-known/oauth-authorization-server")
            await c.ask("GET", "/authorize?" + form(**asked), status=302)
            await c.ask("GET", "/login?" + form(**asked))
            user = {"username": "demo_user", "password": "demo_password"}
            login = await c.ask("POST", "/login", FORM | {"Accept": "application/json"}, form(**asked, **user))
            code = code_of(login.json["redirect_to"])
            redeemed = form(
                grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=REDIRECT)
            tokens = (await c.ask("POST", "/token", BASIC, redeemed)).json
            await self.say(c, tokens["access_token"], "hello")
            await self.legacy_session(c, tokens["access_token"])
            refresh = form(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
            renewed = (await c.ask("POST", "/token", BASIC, refresh)).json
            await self.say(c, renewed["access_token"], "hello again")
            introspect = form(token=renewed["access_token"])
            if not (await c.ask("POST", "/introspect", BASIC, introspect)).json["active"]:
                raise Unexpected("a good token is not active")
            await c.ask("POST", "/revoke", BASIC, form(token=renewed["refresh_token"]))
            if (await c.ask("POST", "/introspect", BASIC, introspect)).json["active"]:
                raise Unexpected("a revoked token is active")
            await c.ask("POST", "/mcp", *echo(renewed["access_token"], "revoked"), status=401)

    async def legacy_session(self, c: Connection, token: str) -> None:
        fields = bearer(token)
        session = (await c.ask("POST", "/mcp", fields, INITIALIZE)).fields["mcp-session-id"]
        fields |= {"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"}
        await c.ask("POST", "/mcp", fields, message("notifications/initialized", id=None), status=202)
        await c.ask("POST", "/mcp", fields, message("tools/list", {}))
        call = {"name": "echo", "arguments": {"message": "hi"}}
        await c.ask("POST", "/mcp", fields, message("tools/call", call))
        await c.ask("DELETE", "/mcp", fields, status=(200, 204))
        await c.ask("POST", "/mcp", fields, message("tools/list", {}), status=404)

    async def machine(self) -> None:
        """A token and a series of calls, one of them large."""
        async with self.connect() as c:
            answer = await c.ask("POST", "/token", BASIC, form(grant_type="client_credentials"))
            token = answer.json["access_token"]
            for size in (5, 500, 5, 100_000, 5, 5):
                await self.say(c, token, "x" * size)
            await c.ask("POST", "/revoke", BASIC, form(token=token))

    async def listener(self) -> None:
        """A stream of each era that gets a notification and is ended properly."""
        async with self.connect() as c, self.connect() as modern_stream, self.connect() as legacy_stream:
            # This token outlives the stream by far: state that is kept for a stream until its token ends would show as
            # growth.
            issued = await c.ask("POST", "/debug/tokens/issue", {}, '{"ttl": 7200}')
            token = issued.json["access_token"]
            listen = modern(token, "subscriptions/listen", {"notifications": {"toolsListChanged": True}})
            await modern_stream.send(call_bytes(*listen))
            await modern_stream.head()
            await modern_stream.event(b"notifications/subscriptions/acknowledged")
            session = (await c.ask("POST", "/mcp", bearer(token), INITIALIZE)).fields["mcp-session-id"]
            fields = bearer(token, Mcp_Session_Id=session, MCP_Protocol_Version="2025-11-25")
            await legacy_stream.send(request("GET", "/mcp", fields | {"Accept": "text/event-stream"}))
            await legacy_stream.head()
            await asyncio.sleep(random.uniform(0, 4))
            await c.ask("POST", "/debug/tools/list-changed")
            for stream in (modern_stream, legacy_stream):
                await stream.event(b"notifications/tools/list_changed")
            await c.ask("DELETE", "/mcp", fields, status=(200, 204))
            while await asyncio.wait_for(legacy_stream.chunk(), 60):
                pass
            await c.ask("POST", "/debug/tokens/revoke", {}, json.dumps({"token": token}))

    async def onlooker(self) -> None:
        """Reads the debug pages about the others."""
        async with self.connect(timed=False) as c, self.connect(timed=False) as live:
            await live.send(request("GET", "/debug/events", {"Accept": "text/event-stream"}))
            await live.head()
            debugging = ("/debug/requests?limit=20", "/debug/flows", "/debug/report?format=json")
            for path in (*debugging, "/metrics", "/healthz"):
                await c.ask("GET", path)
            await asyncio.sleep(1)

    # Wrong clients

    async def mistaken(self) -> None:
        name = secrets.token_hex(8)
        async with self.connect() as c:
            wrong = form(**authorization(name), username=name, password="wrong")
            await c.ask("POST", "/login", FORM | {"Accept": "application/json"}, wrong, status=403)
            stranger = form(grant_type="refresh_token", client_id=name, client_secret="x")
            await c.ask("POST", "/token", FORM, stranger, status=401)
            await c.ask("POST", "/token", BASIC, form(grant_type="refresh_token", refresh_token=name), status=400)
            await c.ask("POST", "/mcp", *echo(name, "hi"), status=401)
            await c.ask("POST", "/mcp", bearer(await self.token(c)), "{", status=400)
            await c.ask("POST", "/register", {}, "{}", status=403)
            await c.ask("GET", "/nowhere", status=404)

    async def unlucky(self) -> None:
        """Meets a fault that it has queued."""
        name = secrets.token_hex(8)
        fault, status = random.choice(
            [({"status": 503}, 503), ({"preset": "html-500"}, 500), ({"preset": "empty-200"}, 200),
             ({"preset": "truncated-json"}, 200), ({"preset": "invalid-utf8"}, 200), ({"delay_ms": 300}, 200),
             ({"mcp": "401-once"}, 401), ({"mcp": "jsonrpc-error"}, 200), ({"drop": "before-headers"}, None),
             ({"drop": "mid-body"}, None)])
        async with self.connect(timed=False) as c:
            token = await self.token(c)
            plant = {"endpoint": "mcp", "match": {"headers": {"X-Soak": name}}, "fault": fault}
            await c.ask("POST", "/debug/faults", {}, json.dumps(plant), status=(200, 201))
            call = echo(token, "hi", X_Soak=name)
            if status is not None:
                await c.ask("POST", "/mcp", *call, status=status)
            else:
                await c.send(call_bytes(*call))
                answer = await c.end()
                if b'"echo":"hi"}' in answer:
                    raise Unexpected("a dropped answer came whole")
        async with self.connect() as c:
            await self.say(c, token, "and now?")

    # Clients that disconnect, stall or are slow

    async def vanishing(self) -> None:
        async with self.connect(timed=False) as c:
            token = await self.token(c)
            call = call_bytes(*echo(token, "hi"))
            large = call_bytes(*echo(token, LARGE))
            chunked = request("POST", "/mcp", bearer(token) | {"Transfer-Encoding": "chunked"}).replace(
                b"Content-Length: 0\r\n", b"") + b"ff\r\n{"
            part = random.choice([call[:40], call[:-30], call, large[:200_000], large, call * 20, chunked])
            await c.send(part)
            if part is large:
                await asyncio.wait_for(c.reader.readexactly(1000), 60)
            await asyncio.sleep(random.choice([0, 0.01, 0.2]))
            c.vanish()

    async def impatient(self) -> None:
        """Disconnects while its answer is delayed, and with a stream open."""
        name = secrets.token_hex(8)
        connect = partial(self.connect, timed=False)
        async with connect() as c, connect() as waiting, connect() as stream:
            token = await self.token(c)
            plant = {"endpoint": "mcp", "match": {"headers": {"X-Soak": name}}, "fault": {"delay_ms": 30_000}}
            await c.ask("POST", "/debug/faults", {}, json.dumps(plant), status=(200, 201))
            await waiting.send(call_bytes(*echo(token, "hi", X_Soak=name)))
            wanted = {"notifications": {"toolsListChanged": True}}
            await stream.send(call_bytes(*modern(token, "subscriptions/listen", wanted)))
            await stream.head()
            await asyncio.sleep(random.uniform(0, 1))
            waiting.vanish()
            stream.vanish()

    async def silent(self) -> None:
        """Sends nothing, or an incomplete request, until the server times out."""
        said = random.choice([b"", b"POST /mcp HTTP/1.1\r\nHo"])
        async with self.connect(timed=False) as c:
            await c.send(said)
            answer = await c.end()
            if answer.startswith(b"HTTP/1.1 408 ") != bool(said):
                raise Unexpected(f"silence after {said!r} was answered with {answer!r}")

    async def dawdling(self) -> None:
        """Sends its request slowly, half-closes, and still gets its answer."""
        async with self.connect(timed=False) as c:
            call = call_bytes(*echo(await self.token(c), "hi"))
            for start in range(0, len(call), 50):
                await c.send(call[start : start + 50])
                await asyncio.sleep(0.05)
            c.writer.write_eof()
            if b'"echo":"hi"' not in await c.end():
                raise Unexpected("a slow request was not answered")

    async def deaf(self) -> None:
        """Sends requests and reads nothing, until the server closes the connection."""
        async with self.connect(timed=False) as c:
            token = await self.token(c)
            c.writer.transport.pause_reading()
            c.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            c.writer.write(call_bytes(*echo(token, LARGE)) * 6)
            await asyncio.sleep(40)
            c.vanish()


# The frequency of each client, in rounds of this list.
MIX = (
    ["person"] * 6 + ["machine"] * 6 + ["listener"] * 3 + ["unlucky"] * 4 + ["vanishing"] * 6 + ["impatient"] * 2
    + ["mistaken"] * 2 + ["dawdling"] * 2 + ["onlooker"] + ["silent"]
)
