// Faults to choose from: what real servers and proxies do wrong.

const refresh = { grant_type: "refresh_token" };
const code = { grant_type: "authorization_code" };
const call = { jsonrpc_method: "tools/call" };

export const presets = [
  ["The next token request gets 503", { endpoint: "token", fault: { status: 503, headers: { "Retry-After": "2" } } }],
  ["The next refresh gets 503", { endpoint: "token", match: refresh, fault: { status: 503 } }],
  ["The next refresh is too many (429)", { endpoint: "token", match: refresh, fault: { preset: "too-many-requests" } }],
  ["The next code is redeemed 2 s late", { endpoint: "token", match: code, fault: { delay_ms: 2000 } }],
  ["The next token answer is half a document", { endpoint: "token", fault: { preset: "truncated-json" } }],
  ["The next token answer is a proxy's page (500)", { endpoint: "token", fault: { preset: "html-500" } }],
  ["The next token answer is an error with 200", { endpoint: "token", fault: { preset: "token-200-error" } }],
  ["The next token answer never comes", { endpoint: "token", fault: { drop: "before-headers" } }],
  ["The next token answer ends in the middle", { endpoint: "token", fault: { drop: "mid-body" } }],
  ["The next metadata are half a document", { endpoint: "metadata", fault: { preset: "truncated-json" } }],
  ["The next metadata come 2 s late", { endpoint: "metadata", fault: { delay_ms: 2000 } }],
  ["The next metadata are a web page with 200", { endpoint: "metadata", fault: { preset: "html-200" } }],
  ["The next metadata lead in a circle", { endpoint: "metadata", fault: { preset: "redirect-loop" } }],
  ["The next metadata of the resource are text", { endpoint: "resource-metadata", fault: { preset: "wrong-content-type" } }],
  ["The next call gets 401, as if the token had expired", { fault: { mcp: "401-once" } }],
  ["Every call gets 403, as from a firewall", { fault: { mcp: "403-always" } }],
  ["The next message is answered by an error of JSON-RPC", { fault: { mcp: "jsonrpc-error" } }],
  ["The next message finds its session lost", { fault: { mcp: "session-lost" } }],
  ["The next tool call takes 5 s", { endpoint: "mcp", match: call, fault: { delay_ms: 5000 } }],
  ["The next tool call gets 502", { endpoint: "mcp", match: call, fault: { status: 502, body: "bad gateway" } }],
  ["The next tool call's answer ends in the middle", { endpoint: "mcp", match: call, fault: { drop: "mid-body" } }],
  ["The next message is answered slowly, byte by byte", { endpoint: "mcp", match: { bearer: true }, fault: { preset: "slow-body" } }],
  ["Every answer comes 500 ms late", { endpoint: "any", times: "always", fault: { delay_ms: 500 } }],
].map(([title, document]) => ({ title, document }));
