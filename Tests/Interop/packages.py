"""The packages of a release, and fresh places to install them in; nothing here reaches a registry."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: The folder with the artefacts of scripts/release.
DIST = Path(os.environ.get("DIST", ROOT / "dist")).resolve()
VERSION = re.search(r'current = "([^"]+)"', (ROOT / "Sources/StaticAuthServer/Base/Version.swift").read_text())[1]
ARCHIVE = DIST / f"static-auth-server-{VERSION}-linux-x86_64.tar.gz"
NPM = [DIST / f"static-auth-server-{VERSION}.tgz", DIST / f"static-auth-server-linux-x64-{VERSION}.tgz"]
BUILDERS = ROOT / "scripts/lib/release"
#: Variables that no test may inherit: they would name another server, or let an installer ask a registry.
FOREIGN = ("MCP_STATIC_", "MCP_AUTH_", "STATIC_AUTH_", "PIP_", "UV_", "NPM_", "npm_", "PYTEST_", "GITHUB_", "NODE_")


def wheel() -> Path:
    """The only wheel."""
    [found] = DIST.glob("*.whl")
    return found


def environment(**more: str) -> dict[str, str]:
    """The variables of this process without foreign ones; registries are at a port where nothing listens."""
    nowhere = "http://127.0.0.1:9/"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | {"PIP_INDEX_URL": nowhere, "UV_INDEX_URL": nowhere, "npm_config_registry": nowhere} | more


def run(*command: str | Path, passes: bool | None = True, **more) -> subprocess.CompletedProcess:
    """Runs a command; `passes` says whether it has to succeed, has to fail, or may do either."""
    more.setdefault("env", environment())
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=110, **more)
    if passes is not None:
        assert (ended.returncode == 0) == passes, f"{command}:\n{ended.stdout}\n{ended.stderr}"
    return ended


def python_with_the_wheel(folder: Path) -> Path:
    """The Python of a clean virtual environment with the wheel, in which pytest is that of this process."""
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin/python"
    run(python, "-m", "pip", "install", "--no-index", "--no-cache-dir", "--disable-pip-version-check", wheel())
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    Path(packages, "pytest-of-the-suite.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


#: A client in Python: a whole login, which breaks a rule that the server lets pass unless it `follows` it, and a call.
CLIENT = '''
import base64, hashlib, json, secrets, urllib.error, urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit

http = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url, body=None, headers={}):
    try:
        with http.open(urllib.request.Request(url, body, headers)) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read(), refusal.headers


def echo(url, token, message="hello"):
    """Status and result of a call."""
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "echo", "arguments": {"message": message}, "_meta": meta}}
    status, body, _ = fetch(url, json.dumps(call).encode(), {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call", "Mcp-Name": "echo"})
    return status, json.loads(body).get("result", {}).get("structuredContent", {}).get("echo")


def log_in(server, follows=True):
    """An access token, by discovery, a person who approves, and the token endpoint."""
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    status, _, _ = fetch(server.url, b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}', headers)
    assert status == 401
    _, body, _ = fetch(server.base_url + "/.well-known/oauth-protected-resource/mcp")
    issuer = json.loads(body)["authorization_servers"][0]
    metadata = json.loads(fetch(issuer + "/.well-known/oauth-authorization-server")[1])
    verifier = secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    callback = "http://localhost:3031/callback"
    resource = {"resource": server.url} if follows else {}
    query = urlencode({"response_type": "code", "client_id": server.client_id, "redirect_uri": callback,
                       "scope": "user", "state": secrets.token_urlsafe(8), "code_challenge": challenge,
                       "code_challenge_method": "S256", **resource})
    answer = parse_qs(urlsplit(server.approve(metadata["authorization_endpoint"] + "?" + query)).query)
    status, body, _ = fetch(metadata["token_endpoint"], urlencode({
        "grant_type": "authorization_code", "code": answer["code"][0], "code_verifier": verifier,
        "redirect_uri": callback, "client_id": server.client_id, "client_secret": server.client_secret,
        **resource}).encode())
    assert status == 200, body
    return json.loads(body)["access_token"]
'''
