// An example of a client's tests, with the package for npm; `callEcho` stands for the client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mcpAuth } from "static-auth-server/testing";

const server = mcpAuth();

function callEcho(token) {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
  };
  return fetch(server.url, {
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
  const { result } = await (await callEcho(await server.token())).json();
  assert.equal(result.structuredContent.echo, "hello");
});

test("an expired token is refused", async () => {
  const token = await server.token();
  await server.advance(3600);
  const refusal = await callEcho(token);
  assert.equal(refusal.status, 401);
  assert.match(refusal.headers.get("WWW-Authenticate"), /error="invalid_token"/);
});
