"""The gateway keeps to its own contract: the OpenAPI document, the declarations and their guards."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONTRACT = Path(__file__).parents[2] / "Sources/Gateway/Contract"
DOCUMENT = json.loads((CONTRACT / "openapi.json").read_text())
DECLARATIONS = (CONTRACT / "mcp-gateway.d.ts").read_text()
#: The names of the schemas in the declarations, where they differ.
SPELLING = {"Error": "GatewayError"}


@pytest.fixture
def gateway(start_gateway):
    return start_gateway("--log-level", "warning")


def test_the_contract_is_served_as_it_is_in_the_repository(gateway):
    for path, file in (("/openapi.json", "openapi.json"), ("/mcp-gateway.d.ts", "mcp-gateway.d.ts"),
                       ("/mcp-gateway.js", "mcp-gateway.js")):
        answer = gateway.fetch("GET", path)
        assert answer.status == 200 and answer.body == (CONTRACT / file).read_bytes()


def test_the_routes_follow_the_document(gateway, stub, tmp_path):
    """Schemathesis sends what the document allows and forbids, also with a real session."""
    session = gateway.connect(stub.url)["sessionId"]
    (tmp_path / "hooks.py").write_text(f'''
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    """Half of the valid requests are about a session that exists."""
    for part in (case.body, case.query):
        if isinstance(part, dict) and "sessionId" in part and len(str(part)) % 2 and "toolArgs" not in part:
            if case.operation.path.startswith("/api/mcp/tool"):
                part["sessionId"] = {session!r}
''')
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{gateway.port}/openapi.json",
         # A failure at the server is 502, and a state or a callback that is not known is 400, whatever its form.
         "--exclude-checks", "not_a_server_error,positive_data_acceptance",
         "--max-examples", "60", "--workers", "1", "--seed", "1", "--no-color"],
        capture_output=True, text=True, timeout=240, cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path),
             "SCHEMATHESIS_HOOKS": "hooks"})
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def members(name: str) -> tuple[set[str], set[str]]:
    """All members of an interface, and those that may be absent."""
    body = re.search(rf"export interface {name} \{{\n(.*?)^\}}", DECLARATIONS, re.DOTALL | re.MULTILINE)[1]
    found = re.findall(r"^  (\w+)(\??):", body, re.MULTILINE)
    return {one for one, _ in found}, {one for one, mark in found if mark}


def test_the_declarations_have_the_members_of_the_document():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if schema.get("type") != "object" or name == "Health":
            continue
        every, optional = members(SPELLING.get(name, name))
        assert every == set(schema["properties"]), name
        assert every - optional == set(schema.get("required", [])), name
    codes = re.search(r"export type ErrorCode =\n(.*?);", DECLARATIONS, re.DOTALL)[1]
    assert re.findall(r'"(\w+)"', codes) == DOCUMENT["components"]["schemas"]["ErrorCode"]["enum"]


@pytest.mark.skipif(not shutil.which("tsc"), reason="node-typescript is missing")
def test_the_declarations_compile_and_the_guards_narrow(tmp_path):
    for file in ("mcp-gateway.d.ts", "mcp-gateway.js"):
        shutil.copy(CONTRACT / file, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "use.ts").write_text('''
import { isConnectAuthRequired, isConnectError, isConnectSuccess, type ConnectResult } from "./mcp-gateway.js";

declare function connect(): ConnectResult;
export function use(): string {
  const result: ConnectResult = connect();
  if (isConnectSuccess(result)) return result.sessionId;
  if (isConnectAuthRequired(result)) return result.authUrl;
  if (isConnectError(result)) return result.code;
  const nothing: never = result;
  return nothing;
}
''')
    done = subprocess.run(
        ["tsc", "--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext",
         "use.ts"], cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
    (tmp_path / "run.js").write_text('''
import assert from "node:assert";
import * as guards from "./mcp-gateway.js";
const documents = [
  { success: true, sessionId: "a" }, { requiresAuth: true, authUrl: "https://a.example/", sessionId: "a" },
  { error: "No.", code: "invalid_request" }, { success: true, message: "Done." }, null, "text", {},
];
const found = documents.map((one) => [guards.isConnectSuccess(one), guards.isConnectAuthRequired(one),
  guards.isConnectError(one)].indexOf(true));
assert.deepStrictEqual(found, [0, 1, 2, -1, -1, -1, -1]);
''')
    done = subprocess.run(["node", "run.js"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
