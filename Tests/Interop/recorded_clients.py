"""Records clients without a suite: fastmcp, mcp-proxy, and a page in Chromium that acts as the TypeScript SDK does.

    STATIC_AUTH_SERVER=… python3 recorded_clients.py fastmcp ../FlowRecorderTests/Recordings

Each needs its own package (fastmcp, mcp-proxy, playwright), which no requirements file names.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import person
import recording
import server as demo


def fastmcp(server: demo.Server, folder: Path) -> None:
    import webbrowser

    from fastmcp import Client
    from fastmcp.client.auth import OAuth

    def log_in(url: str) -> None:
        callback = person.log_in(url)
        for _ in range(50):
            try:
                return person.fetch("GET", callback)
            except ConnectionRefusedError:
                time.sleep(0.1)

    def open_browser(url: str) -> None:
        threading.Thread(target=log_in, args=(url,)).start()

    webbrowser.open = open_browser

    async def use() -> None:
        auth = OAuth(
            client_id=demo.CLIENT_ID, client_secret=demo.CLIENT_SECRET, callback_port=3031, issuer=server.issuer,
        )
        async with Client(server.mcp_url, auth=auth) as client:
            await client.list_tools()
            await client.call_tool("echo", {"message": "hello"})

    asyncio.run(use())


def mcp_proxy(server: demo.Server, folder: Path) -> None:
    command = [
        Path(sys.executable).with_name("mcp-proxy"), "--transport", "streamablehttp", "--client-id", demo.CLIENT_ID,
        "--client-secret", demo.CLIENT_SECRET, "--token-url", server.url("/token"), server.mcp_url,
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def send(message: dict) -> None:
        process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n")
        process.stdin.flush()

    client = {"name": "a-host", "version": "1.0"}
    send({"id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}})
    process.stdout.readline()
    send({"method": "notifications/initialized"})
    send({"id": 1, "method": "tools/list"})
    process.stdout.readline()
    send({"id": 2, "method": "tools/call", "params": {"name": "echo", "arguments": {"message": "hello"}}})
    process.stdout.readline()
    process.stdin.close()
    process.wait(timeout=20)


PAGE = """<!DOCTYPE html><title>client</title><script>
const version = "2025-11-25", store = window.localStorage
const base64 = bytes => btoa(String.fromCharCode(...bytes)).replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=/g, "")
const random = () => base64(crypto.getRandomValues(new Uint8Array(32)))
async function metadata(mcp) {
  const headers = {"MCP-Protocol-Version": version}
  const resource = await (await fetch(new URL("/.well-known/oauth-protected-resource/mcp", mcp), {headers})).json()
  const issuer = resource.authorization_servers[0]
  return (await fetch(new URL("/.well-known/oauth-authorization-server", issuer), {headers})).json()
}
async function call(mcp, message, token, session) {
  const headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
  if (token) headers["Authorization"] = "Bearer " + token
  if (session) Object.assign(headers, {"Mcp-Session-Id": session, "MCP-Protocol-Version": version})
  return fetch(mcp, {method: "POST", headers, body: JSON.stringify({jsonrpc: "2.0", ...message})})
}
const initialize = {id: 0, method: "initialize", params: {
  protocolVersion: version, capabilities: {}, clientInfo: {name: "a-page", version: "0.9"}}}
async function connect(mcp, client) {
  await call(mcp, initialize)
  const server = await metadata(mcp)
  const verifier = random()
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))
  const request = {response_type: "code", client_id: client, redirect_uri: location.origin + "/oauth/callback",
    code_challenge: base64(new Uint8Array(digest)), code_challenge_method: "S256", state: random(), scope: "user",
    resource: mcp}
  store.setItem("login", JSON.stringify({mcp, client, verifier, redirect: request.redirect_uri}))
  location.href = server.authorization_endpoint + "?" + new URLSearchParams(request)
}
async function tokens(mcp, form) {
  const server = await metadata(mcp)
  const body = new URLSearchParams({...form, resource: mcp})
  const answer = await fetch(server.token_endpoint, {method: "POST", body})
  return answer.json()
}
async function finish(secret) {
  const {mcp, client, verifier, redirect} = JSON.parse(store.getItem("login"))
  const code = new URLSearchParams(location.search).get("code")
  const credentials = {client_id: client, client_secret: secret}
  let token = await tokens(mcp, {
    ...credentials, grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirect})
  const opened = await call(mcp, initialize, token.access_token)
  const session = opened.headers.get("Mcp-Session-Id")
  const use = (message) => call(mcp, message, token.access_token, session)
  await use({method: "notifications/initialized"})
  await use({id: 1, method: "tools/list"})
  token = await tokens(mcp, {...credentials, grant_type: "refresh_token", refresh_token: token.refresh_token})
  await use({id: 2, method: "tools/call", params: {name: "echo", arguments: {message: "hello"}}})
  return "done"
}
</script>"""


class Page(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *arguments) -> None:
        pass


def browser(server: demo.Server, folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    pages = ThreadingHTTPServer(("localhost", 0), Page)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    origin = f"http://localhost:{pages.server_port}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto(origin + "/")
        page.evaluate("([mcp, client]) => { connect(mcp, client) }", [server.mcp_url, demo.CLIENT_ID])
        page.wait_for_url("**/login?**")
        page.fill("[name=username]", demo.USERNAME)
        page.fill("[name=password]", demo.PASSWORD)
        page.click("button[value=approve]")
        page.wait_for_url(f"{origin}/oauth/callback**")
        assert page.evaluate("secret => finish(secret)", demo.CLIENT_SECRET) == "done"
        chromium.close()
    pages.shutdown()


CLIENTS = {"fastmcp": fastmcp, "mcp-proxy": mcp_proxy, "browser": browser}

if __name__ == "__main__":
    name, target = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        running = demo.start(Path(folder, "server"))
        try:
            CLIENTS[name](running, Path(folder))
            journal = person.fetch("GET", running.url("/debug/requests?format=ndjson")).text
            Path(target, f"{name}.ndjson").write_text(recording.write(journal))
        finally:
            running.stop()
