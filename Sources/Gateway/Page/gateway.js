// The page that tries the gateway by hand, with nothing but its five routes.
import { isConnectAuthRequired, isConnectError } from "/mcp-gateway.js";
import { makeForm } from "/form.js";

const at = (id) => document.getElementById(id);
const callbackUrl = `${location.origin}/api/mcp/auth/callback`;
let sessionId = sessionStorage.getItem("session");
let serverUrl = sessionStorage.getItem("server");
let authUrl;
let readArguments = () => ({});

function say(text, failed = false) {
  at("status").textContent = text;
  at("status").classList.toggle("failed", failed);
  at("status").hidden = false;
}

function show(part, isShown) { at(part).hidden = !isShown; }

function remember() {
  for (const [name, value] of [["session", sessionId], ["server", serverUrl]]) {
    if (value) sessionStorage.setItem(name, value); else sessionStorage.removeItem(name);
  }
}

async function post(path, document, accept = "application/json") {
  const response = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json", Accept: accept }, body: JSON.stringify(document),
  });
  return response;
}

/** Shows a failure; offers the login where the answer has its URL. */
function failed({ error, code, authUrl: url }) {
  say(`${error} (${code})`, true);
  authUrl = url;
  show("login", Boolean(url));
  if (code === "unknown_session" || code === "session_expired") forget();
}

function forget() {
  sessionId = undefined;
  remember();
  for (const part of ["session", "tool", "login"]) show(part, false);
}

async function connect(event) {
  event.preventDefault();
  const server = at("server").value;
  if (server !== serverUrl) sessionId = undefined;
  serverUrl = server;
  show("tool", false);
  say("Connecting …");
  const answer = await post("/api/mcp/auth/connect", { serverUrl, callbackUrl, ...(sessionId && { sessionId }) });
  const result = await answer.json();
  if (isConnectError(result)) return failed(result);
  sessionId = result.sessionId;
  remember();
  if (isConnectAuthRequired(result)) {
    authUrl = result.authUrl;
    show("login", true);
    return say("The server wants you to log in.");
  }
  await connected();
}

async function connected() {
  show("login", false);
  show("session", true);
  say(`Connected to ${serverUrl}.`);
  await list();
}

function logIn() {
  if (!window.open(authUrl, "mcp-login", "popup,width=520,height=720")) say("The browser blocked the window.", true);
}

window.addEventListener("message", (event) => {
  if (event.origin !== location.origin || event.data?.type !== "mcp-auth") return;
  if (event.data.success) connected(); else say(event.data.error, true);
});

async function list() {
  const answer = await fetch(`/api/mcp/tool/list?sessionId=${encodeURIComponent(sessionId)}`);
  const result = await answer.json();
  if (!answer.ok) return failed(result);
  at("tools").replaceChildren(...result.tools.map((tool) => {
    const [item, button, name] = ["li", "button", "b"].map((kind) => document.createElement(kind));
    name.textContent = tool.title ?? tool.name;
    button.type = "button";
    button.append(name, tool.description ?? "");
    button.addEventListener("click", () => choose(tool, button));
    item.append(button);
    return item;
  }));
}

function choose(tool, button) {
  for (const other of at("tools").querySelectorAll("button")) other.setAttribute("aria-pressed", other === button);
  at("tool-name").textContent = tool.name;
  at("tool-description").textContent = tool.description ?? "";
  at("fields").replaceChildren();
  at("progress").replaceChildren();
  show("result", false);
  readArguments = makeForm(tool.inputSchema, at("fields"));
  show("tool", true);
}

async function call(event) {
  event.preventDefault();
  at("progress").replaceChildren();
  show("result", false);
  let toolArgs;
  try { toolArgs = readArguments(); } catch (error) { return say(`An argument is no JSON: ${error.message}`, true); }
  say("Calling …");
  const answer = await post(
    "/api/mcp/tool/call", { sessionId, toolName: at("tool-name").textContent, toolArgs }, "text/event-stream");
  if (!answer.ok) return failed(await answer.json());
  for await (const [name, data] of events(answer.body)) {
    if (name === "progress") progress(data);
    else if (name === "error") failed(data);
    else finish(data);
  }
}

function progress({ progress: done, total, message }) {
  const item = document.createElement("li");
  item.textContent = [total === undefined ? done : `${done} of ${total}`, message].filter(Boolean).join(": ");
  at("progress").append(item);
}

function finish(result) {
  say(result.isError ? "The tool reports a failure." : "Done.", result.isError);
  at("result").textContent = JSON.stringify(result, null, 2);
  show("result", true);
}

/** The events of a stream, each with its name and document. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const field = (name) => block.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (field("data")) yield [field("event"), JSON.parse(field("data"))];
    }
  }
}

async function disconnect() {
  const answer = await post("/api/mcp/auth/disconnect", { sessionId });
  const result = await answer.json();
  if (!answer.ok) return failed(result);
  forget();
  say("Disconnected.");
}

at("connect").addEventListener("submit", connect);
at("call").addEventListener("submit", call);
at("log-in").addEventListener("click", logIn);
at("list").addEventListener("click", list);
at("disconnect").addEventListener("click", disconnect);
/** Says so while Redis is away: what is opened now is only in the memory of one gateway. */
async function look() {
  const { status } = await (await fetch("/healthz")).json();
  if (status === "degraded") say("Redis is away. Sessions are in memory until it is back.", true);
}

if (serverUrl) at("server").value = serverUrl;
look();
if (sessionId) connected();
