"""An HTTP/1.1 client for the soak test: it reuses connections, reads streams, and can disconnect abruptly."""

import asyncio
import json
import socket
import struct
import time
from dataclasses import dataclass


class Unexpected(Exception):
    """An outcome that the server should not have; it fails the soak test."""


@dataclass
class Answer:
    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def request(method: str, path: str, fields: dict[str, str] = {}, body: bytes | str = b"") -> bytes:
    """The bytes of a request, for localhost unless the fields have another Host."""
    body = body.encode() if isinstance(body, str) else body
    fields = {"Host": "localhost"} | fields
    lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in fields.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection:
    """One connection to the server, with a timeout of a minute."""

    def __init__(self, port: int, log=None):
        self.port, self.log = port, log

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    def vanish(self) -> None:
        """Disconnects with a reset, as a process does that is killed with unread bytes."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def ask(self, method: str, path: str, fields: dict = {}, body=b"", status: int | tuple = 200) -> Answer:
        """Sends a request and reads its whole answer, whose status must be the expected one."""
        start = time.perf_counter()
        await self.send(request(method, path, fields, body))
        answer = await asyncio.wait_for(self.answer(head=method == "HEAD"), 60)
        if self.log is not None:
            self.log.append(time.perf_counter() - start)
        if answer.status not in (status if isinstance(status, tuple) else (status,)):
            raise Unexpected(f"{method} {path.partition('?')[0]}: {answer.status} {answer.body[:300]!r}")
        return answer

    async def head(self) -> tuple[int, dict[str, str]]:
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:] if line)
        return int(lines[0].split()[1]), {name.lower(): value for name, value in fields.items()}

    async def answer(self, head: bool = False) -> Answer:
        status, fields = await self.head()
        if head or status in (204, 304):
            return Answer(status, fields, b"")
        if fields.get("transfer-encoding") == "chunked":
            chunks = []
            while chunk := await self.chunk():
                chunks.append(chunk)
            return Answer(status, fields, b"".join(chunks))
        return Answer(status, fields, await self.reader.readexactly(int(fields["content-length"])))

    async def chunk(self) -> bytes:
        """The next chunk of a stream; empty at its end."""
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        return (await self.reader.readexactly(size + 2))[:-2]

    async def event(self, text: bytes) -> None:
        """Reads a stream until a text arrives."""
        async with asyncio.timeout(60):
            seen = b""
            while text not in seen:
                chunk = await self.chunk()
                if not chunk:
                    raise Unexpected(f"a stream ended before {text!r}; it said {seen[-300:]!r}")
                seen += chunk

    async def end(self) -> bytes:
        """The bytes until the server closes."""
        return await asyncio.wait_for(self.reader.read(-1), 90)


def pipeline(port: int, requests, status: int, batch: int = 100) -> list[bytes]:
    """Pipelines many requests over one connection, in batches, and returns the bodies of the answers."""
    bodies = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(60)
        file = connection.makefile("rb")
        requests = list(requests)
        for start in range(0, len(requests), batch):
            part = requests[start : start + batch]
            connection.sendall(b"".join(part))
            for _ in part:
                line = file.readline()
                if not line.startswith(b"HTTP/1.1 %d " % status):
                    raise Unexpected(f"filling: {line!r} {file.read1(500)!r}")
                length = 0
                while (field := file.readline()) != b"\r\n":
                    if field.lower().startswith(b"content-length:"):
                        length = int(field.split(b":")[1])
                bodies.append(file.read(length))
    return bodies
