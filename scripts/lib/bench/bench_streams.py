"""Opens many event streams at once, half of them of each era, to measure a server's memory."""

import socket
import time

from bench_subjects import OURS, Running
from soak_clients import bearer, call_bytes, modern
from soak_http import request

LISTEN = {"notifications": {"toolsListChanged": True}}
# Our server allows one subject 256 streams.
SUBJECTS = 4


class Streams:
    """Readers of a server: half of them listen in the way of 2026-07-28, the others with a GET in a session of
    2025-11-25.
    """

    def __init__(self, server: Running, count: int):
        self.server, host = server, {"Host": f"127.0.0.1:{server.port}"}
        self.connections: list[socket.socket] = []
        tokens = [self.token(number) for number in range(SUBJECTS)]
        self.requests = []
        for number in range(count // 2):
            token = tokens[number % SUBJECTS]
            self.requests.append(call_bytes(*modern(token, "subscriptions/listen", LISTEN, **host)))
            session = server.subject.session(server, token)
            fields = bearer(token, Mcp_Session_Id=session, MCP_Protocol_Version="2025-11-25", **host)
            self.requests.append(request("GET", "/mcp", fields | {"Accept": "text/event-stream"}))

    def token(self, number: int) -> str:
        if self.server.subject is not OURS:
            return self.server.caller()
        return self.server.ask("/debug/tokens/issue", f'{{"subject": "reader-{number}"}}')[1]["access_token"]

    def open(self) -> None:
        for each in self.requests:
            connection = socket.create_connection(("127.0.0.1", self.server.port))
            connection.settimeout(10)
            connection.sendall(each)
            head = connection.recv(4096)
            if not head.startswith(b"HTTP/1.1 200 ") or b"text/event-stream" not in head.lower():
                raise ConnectionError(f"no stream: {head[:500]!r}")
            self.connections.append(connection)

    def close(self) -> None:
        for connection in self.connections:
            connection.close()
        self.connections.clear()
        time.sleep(1)  # the server is to notice it
