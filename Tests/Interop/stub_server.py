"""A small MCP server of revision 2025-11-25 without OAuth, whose lists have pages and whose calls report progress."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOSTILE = "<b>upstream\x1b[2J words"
TOOLS = [{"name": name, "title": name.title(), "description": f"The tool {name}.", "inputSchema": {"type": "object"}}
         for name in ("count", "fail", "refuse", "break", "forbid", "wait", "plain")]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method, params = message.get("method"), message.get("params", {})
        if "id" not in message:
            return self.send(202, b"")
        if method == "initialize":
            return self.result(message, {
                "protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                "serverInfo": {"name": "stub", "version": "1"}})
        if method == "tools/list":
            start = int(params.get("cursor", "0"))
            more = {"nextCursor": str(start + 2)} if start + 2 < len(TOOLS) else {}
            return self.result(message, {"tools": TOOLS[start:start + 2], **more})
        if method != "tools/call":
            return self.error(message, -32601, "no such method", 200)
        return getattr(self, f"call_{params['name']}", self.call_refuse)(message, params)

    def do_GET(self):
        self.send(405, b"")

    do_DELETE = do_GET

    def call_count(self, message, params):
        token = params.get("_meta", {}).get("progressToken")
        events = [{"jsonrpc": "2.0", "method": "notifications/progress", "params": {
            "progressToken": token, "progress": number, "total": 3, "message": f"step {number}"}}
            for number in (1, 2, 3) if token]
        result = {"content": [{"type": "text", "text": "counted"}]}
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for event in [*events, {"jsonrpc": "2.0", "id": message["id"], "result": result}]:
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
            time.sleep(0.02)
        self.close_connection = True

    def call_plain(self, message, params):
        self.result(message, {"content": []})

    def call_fail(self, message, params):
        self.result(message, {"content": [{"type": "text", "text": "no luck"}], "isError": True})

    def call_wait(self, message, params):
        time.sleep(params["arguments"]["seconds"])
        self.result(message, {"content": [{"type": "text", "text": "waited"}]})

    def call_refuse(self, message, params):
        self.error(message, -32602, "not\x1b[2J so", 200)

    def call_break(self, message, params):
        self.send(500, HOSTILE.encode(), "text/html")

    def call_forbid(self, message, params):
        self.send(403, HOSTILE.encode(), "text/html")

    def result(self, message, result):
        self.send(200, json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode())

    def error(self, message, code, words, status):
        error = {"code": code, "message": words}
        self.send(status, json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error}).encode())

    def send(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Stub:
    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/mcp"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
