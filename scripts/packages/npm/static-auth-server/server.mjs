// A server process, and everything that a test asks of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readReport } from "./report.mjs";

const { executable } = createRequire(import.meta.url)("./binary.js");

/** Milliseconds for the server to accept connections and to end. */
const patience = 30_000;
/** The longest that the server lets a request for /debug/requests/await wait, in seconds. */
const longestWait = 60;

/** Signals that end a process without "exit". */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The server did not start, ended too early, or refused what it was asked. */
export class ServerError extends Error {
  name = "ServerError";
}

/** Starts a server on a free port; resolves once it accepts connections. */
export async function startServer({ flags = [], binary } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "static-auth-server-"));
  const server = new AuthServer(folder, flags);
  try {
    await server.start(binary ? resolve(binary) : executable());
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

export class AuthServer {
  #folder;
  #flags;
  #child;
  #failure;
  #passwords;
  #token;

  constructor(folder, flags) {
    this.#folder = folder;
    this.#flags = flags;
  }

  async start(program) {
    const variables = Object.entries(process.env).filter(([name]) => !name.startsWith("MCP_STATIC_"));
    const log = await open(join(this.#folder, "log.txt"), "w");
    try {
      const file = join(this.#folder, "ready.json");
      this.#child = spawn(program, ["--port", "0", "--ready-file", file, ...this.#flags], {
        cwd: this.#folder, env: Object.fromEntries(variables), stdio: ["ignore", "ignore", log.fd],
      });
      this.#child.on("error", (error) => { this.#failure = error; });
    } finally {
      await log.close();
    }
    // Neither a forgotten server nor this process waits for the other.
    this.#child.unref();
    process.once("exit", this.#kill);
    for (const signal of signals) process.once(signal, this.#killAndEnd);
    const ready = await this.#ready();
    const options = values(this.#flags);
    this.url = ready.mcp_url;
    this.baseURL = ready.base_url;
    this.issuer = ready.issuer;
    this.debugURL = ready.debug_url ?? `${ready.base_url}/debug`;
    this.clientID = ready.client_id;
    // The ready file never has a secret or a password of one's own.
    this.clientSecret = ready.client_secret ?? options("--client-secret")[0] ?? "";
    const users = options("--user").map((user) => user.split(/:(.*)/s, 2));
    this.#passwords = new Map(users.length ? users : [[ready.username ?? "", ready.password ?? ""]]);
    [[this.username, this.password]] = this.#passwords;
    this.#token = options("--debug-token")[0];
  }

  async #ready() {
    for (const end = Date.now() + patience; Date.now() < end && this.#isRunning; await pause(10)) {
      try {
        const ready = JSON.parse(await readFile(join(this.#folder, "ready.json"), "utf8"));
        if (ready.pid === this.#child.pid) return ready;
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
      }
    }
    if (this.#failure) throw new ServerError(`static-auth-server: ${this.#failure.message}`);
    throw new ServerError(`static-auth-server ${await this.#state()}`);
  }

  get #isRunning() {
    return !this.#failure && this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  #kill = () => this.#child?.kill("SIGKILL");

  /** Passes a signal on, and ends this process by it unless others handle it. */
  #killAndEnd = (signal) => {
    this.#kill();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };

  async #state() {
    const { exitCode, signalCode } = this.#child;
    const what = this.#isRunning ? `did not get ready in ${patience / 1000} s` : `ended (${exitCode ?? signalCode})`;
    return `${what}; its log:\n${await this.log()}`;
  }

  log() {
    return readFile(join(this.#folder, "log.txt"), "utf8");
  }

  async stop() {
    if (this.#isRunning) {
      const ended = once(this.#child, "exit");
      this.#child.ref();
      this.#child.kill();
      const timer = setTimeout(this.#kill, patience);
      await ended;
      clearTimeout(timer);
    }
    process.removeListener("exit", this.#kill);
    for (const signal of signals) process.removeListener(signal, this.#killAndEnd);
    await rm(this.#folder, { recursive: true, force: true });
  }

  // Tokens and logins

  async token({ scope, subject, client, ttl } = {}) {
    return (await this.#issue({ scope: scopeText(scope), subject, client, ttl })).accessToken;
  }

  login(user, { scope, ttl } = {}) {
    return this.#issue({ subject: this.#person(user), scope: scopeText(scope), ttl, refresh_token: true });
  }

  async approve(authorizationURL, user) {
    const username = this.#person(user);
    return this.#decide(authorizationURL, { username, password: this.#passwords.get(username) });
  }

  async deny(authorizationURL) {
    return this.#decide(authorizationURL, { action: "deny" });
  }

  async #decide(authorizationURL, form) {
    const page = await this.#fetch(authorizationURL, { headers: { Accept: "text/html" }, redirect: "manual" });
    const location = page.headers.get("Location");
    const text = await page.text();
    if (!location) throw new ServerError(`/authorize answered ${page.status}: ${text}`);
    const target = new URL(location, authorizationURL);
    if (target.pathname !== "/login") return target.href; // An error, or the code with --auto-approve.
    const answer = await this.#json(target, { method: "POST", body: new URLSearchParams(form) });
    return answer.redirect_to;
  }

  #person(user) {
    if (user !== undefined && !this.#passwords.has(user)) {
      const known = [...this.#passwords.keys()].join(", ");
      throw new RangeError(`there is no user "${user}", only ${known}; add one with --user`);
    }
    return user ?? this.username;
  }

  async #issue(document) {
    const answer = await this.debug("tokens/issue", document);
    return {
      accessToken: answer.access_token, refreshToken: answer.refresh_token, expiresIn: answer.expires_in,
      scope: answer.scope ?? "",
    };
  }

  // Time and expiry

  async advance(seconds) {
    await this.debug("clock", { advance: seconds });
  }

  async expire({ token, subject, kind = "access" } = {}) {
    return (await this.debug("tokens/expire", { ...which(token, subject), kind })).expired;
  }

  async revoke({ token, subject } = {}) {
    await this.debug("tokens/revoke", which(token, subject));
  }

  // Broken answers

  async fault({ endpoint, match, times, ...fault }, body) {
    const { id } = await this.debug("faults", { endpoint, match, times, fault });
    const isQueued = async () => (await this.debug("faults", undefined, "GET")).faults.some((one) => one.id === id);
    return during({ id, isQueued, end: () => this.#remove(`faults/${id}`) }, body);
  }

  async scenario(name, body) {
    const { scenario: former } = await this.debug("scenario", undefined, "GET");
    await this.debug("scenario", { name }, "PUT");
    const end = async () => {
      if (former) await this.debug("scenario", { name: former.name }, "PUT");
      else await this.#remove("scenario");
    };
    return during({ end }, body);
  }

  // What the client did

  async requests(filters = {}) {
    return (await this.debug(`requests?${query(filters)}`, undefined, "GET")).requests;
  }

  async awaitRequests(count = 1, { timeout = 10, ...filters } = {}) {
    for (const end = Date.now() + timeout * 1000; ;) {
      const left = Math.min(Math.max((end - Date.now()) / 1000, 0), longestWait);
      const wait = { count, timeout: Math.max(1, Math.round(left)), ...filters };
      const answer = await this.#fetch(`${this.baseURL}/debug/requests/await?${query(wait)}`);
      const text = await answer.text();
      if (answer.status === 200) return JSON.parse(text).requests;
      if (answer.status !== 504) throw new ServerError(explanation(text));
      if (Date.now() < end) continue;
      const came = JSON.parse(text).requests;
      const seen = came.map(({ method, path, status }) => `\n  ${method} ${path} -> ${status}`).join("");
      const wanted = Object.keys(filters).length ? ` with ${JSON.stringify(filters)}` : "";
      throw new Error(`${came.length} of ${count} requests${wanted} came within ${timeout} s${seen}`);
    }
  }

  async report() {
    return readReport(await this.debug("report?format=json", undefined, "GET"));
  }

  async reset() {
    await this.debug("reset");
  }

  // Requests

  debug(path, document = {}, method = "POST") {
    const body = method === "GET" ? undefined : JSON.stringify(document);
    return this.#json(`${this.baseURL}/debug/${path}`, { method, body });
  }

  /** Removes what may be gone by itself. */
  async #remove(path) {
    const answer = await this.#fetch(`${this.baseURL}/debug/${path}`, { method: "DELETE" });
    const text = await answer.text();
    if (!answer.ok && answer.status !== 404) throw new ServerError(explanation(text));
  }

  async #json(url, options) {
    const answer = await this.#fetch(url, { ...options, headers: { Accept: "application/json" } });
    const text = await answer.text();
    if (!answer.ok) throw new ServerError(explanation(text) || `${url} answered ${answer.status}`);
    return JSON.parse(text);
  }

  async #fetch(url, options = {}) {
    const isDebug = String(url).startsWith(`${this.baseURL}/debug/`);
    const authorization = this.#token && isDebug ? { Authorization: `Bearer ${this.#token}` } : {};
    try {
      return await fetch(url, { ...options, headers: { ...options.headers, ...authorization } });
    } catch (error) {
      if (this.#isRunning) throw error;
      throw new ServerError(`static-auth-server ${await this.#state()}`, { cause: error });
    }
  }
}

/** Ends something after a function, or leaves that to the caller when there is none. */
async function during(handle, body) {
  if (!body) return handle;
  try {
    return await body(handle);
  } finally {
    await handle.end();
  }
}

/** The values of an option, written "--name value" or "--name=value". */
function values(flags) {
  return (name) => flags.flatMap((flag, index) => {
    if (flag === name) return [flags[index + 1]];
    return flag.startsWith(`${name}=`) ? [flag.slice(name.length + 1)] : [];
  });
}

const which = (token, subject) => (token === undefined && subject === undefined ? { all: true } : { token, subject });

const scopeText = (scope) => (Array.isArray(scope) ? scope.join(" ") : scope);

const query = (filters) => new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== undefined));

/** The server's error as a line. */
function explanation(text) {
  try {
    const error = JSON.parse(text);
    const more = ["expected", "received", "hint"].filter((name) => name in error);
    return [error.error_description, ...more.map((name) => `${name}: ${error[name]}`)].join(" ");
  } catch {
    return text.trim();
  }
}
