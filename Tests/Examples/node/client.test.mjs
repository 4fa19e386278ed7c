// An example of a client's tests; `callEcho` stands for the client.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { startServer } from "./static-auth-server.mjs";

let server;
before(async () => { server = await startServer(); });
after(() => server.stop());
beforeEach(() => server.debug("reset"));

function callEcho(token) {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
  };
  return fetch(server.mcpURL, {
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
}

test("a tool answers", async () => {
  const { access_token: token } = await server.debug("tokens/issue");
  const { result } = await (await callEcho(token)).json();
  assert.equal(result.structuredContent.echo, "hello");
});

test("an expired token is refused", async () => {
  const { access_token: token } = await server.debug("tokens/issue");
  await server.debug("clock", { advance: 3600 });
  const refusal = await callEcho(token);
  assert.equal(refusal.status, 401);
  assert.match(refusal.headers.get("WWW-Authenticate"), /error="invalid_token"/);
});
