// Requests to the server. The debug token is kept in a variable only.

let token = null;
let pageToken = document.body.dataset.pageToken;

export const hasToken = () => token !== null;
export const useToken = (value) => { token = value; };

/** Sends a request to a path of the debug features; a change shows the token of this page. */
export async function ask(path, options = {}) {
  const answer = await send(path, options);
  if (answer.status === 401) throw Object.assign(new Error("it needs the debug token"), { needsToken: true });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  if (problem.error === "page_token_needed" && !options.isSecond && await renewPageToken()) {
    return ask(path, { ...options, isSecond: true });
  }
  throw Object.assign(new Error(sentence(problem) || `the server answered ${answer.status}`), { problem });
}

function send(path, { method = "GET", body, accept } = {}) {
  const headers = {};
  if (accept) headers.Accept = accept;
  if (token) headers.Authorization = `Bearer ${token}`;
  if (method !== "GET") headers["Debug-Page-Token"] = pageToken;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(path, { method, headers, body, cache: "no-store" });
}

// A server that was started again has another token in its page.
async function renewPageToken() {
  const text = await (await fetch("/debug", { cache: "no-store" })).text();
  const page = new DOMParser().parseFromString(text, "text/html");
  const renewed = page.body.dataset.pageToken;
  if (!renewed || renewed === pageToken) return false;
  pageToken = renewed;
  return true;
}

function sentence({ error_description: description, member, expected, hint }) {
  const wanted = expected && `${member ? `${member}: ` : ""}expected ${expected}.`;
  return [description, wanted, hint].filter(Boolean).join(" ");
}

/** The events of a stream, as pairs of name and data. */
export async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const lines = part.split("\n");
      const data = lines.find((line) => line.startsWith("data: "));
      const name = lines.find((line) => line.startsWith("event: "));
      if (data && name) yield [name.slice(7), JSON.parse(data.slice(6))];
    }
  }
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The words of the command that sends the same request, for a script. */
export function curl({ method = "GET", path, body }) {
  const parts = ["curl -s"];
  if (method !== "GET" && !(method === "POST" && body !== undefined)) parts.push(`-X ${method}`);
  if (document.body.dataset.needsToken === "yes") parts.push('-H "Authorization: Bearer $MCP_STATIC_DEBUG_TOKEN"');
  parts.push(location.origin + path);
  if (body !== undefined) parts.push(`-d ${quoted(body)}`);
  return parts;
}
