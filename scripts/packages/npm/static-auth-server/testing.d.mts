/** A rule and the verdict on it. */
export interface Rule {
  /** A short name, such as `pkce-s256`. */
  id: string;
  /** What the rule asks for. */
  text: string;
  /** The section of the specification. */
  reference: string;
  level: "MUST" | "SHOULD";
  /** `NOTE`: a recommendation was not followed, which fails nothing. */
  verdict: "PASS" | "NOTE" | "FAIL" | "NOT SEEN";
  /** What was wrong, each with the number of the request. */
  problems: string[];
}

/** The verdict on every rule. */
export class Report {
  constructor(rules?: Rule[]);
  rules: Rule[];
  /** The rules that a client broke. */
  readonly failed: Rule[];
  /** The rules that clients followed. */
  readonly passed: Rule[];
  /** Takes over the verdicts of another report; `place` says in front of each problem where it was seen. */
  add(other: Report, place?: string): void;
  /** The broken rules, and the numbers. */
  toString(): string;
  /** The report as JUnit's XML. */
  toJUnit(): string;
}

/** The server did not start, ended too early, or refused what it was asked. */
export class ServerError extends Error {}

/** A client broke a rule; the message has the finding. */
export class VerdictError extends Error {
  readonly rules: Rule[];
}

export interface ServerOptions {
  /** Flags of the server. */
  flags?: string[];
  /** The program; by default that of `STATIC_AUTH_SERVER`, or the one of this platform's package. */
  binary?: string;
}

export interface Tokens {
  accessToken: string;
  /** Missing when the server was told to issue none (`--refresh none`). */
  refreshToken: string | undefined;
  /** The lifetime of the access token in seconds, as the server says it. */
  expiresIn: number | string | undefined;
  /** The scopes, separated by spaces. */
  scope: string;
}

export type Endpoint =
  | "token" | "authorize" | "login" | "introspect" | "revoke" | "register" | "metadata" | "resource-metadata" | "mcp"
  | "callback" | "home" | "health" | "other";

/** Which requests are meant. A list is one of several values. */
export interface Filters {
  endpoint?: Endpoint | Endpoint[];
  /** A code such as 401, or a class such as `4xx`. */
  status?: number | string;
  flow?: number;
  /** The id of a trace: 32 hexadecimal digits. */
  trace?: string;
  /** The id of a request, or a time. */
  since?: number | string;
  /** The last so many. */
  limit?: number;
}

/** A recorded request. Secrets and tokens are shown as fingerprints. */
export interface RecordedRequest {
  id: number;
  time: string;
  flow: number | null;
  endpoint: Endpoint;
  method: string;
  path: string;
  status: number;
  [member: string]: unknown;
}

/** What to break; the members are those of the server's documentation, under Faults. */
export interface FaultOptions {
  endpoint?: Endpoint | "any";
  match?: Record<string, unknown>;
  times?: number | "always";
  delay_ms?: number;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  drop?: "before-headers" | "mid-body";
  preset?: string;
  mcp?: "jsonrpc-error" | "401-once" | "403-always" | "session-lost";
}

/** Something that goes on until it is ended. */
export interface Handle {
  end(): Promise<void>;
}

export interface Fault extends Handle {
  readonly id: number;
  /** Whether it still waits for a request. */
  isQueued(): Promise<boolean>;
}

/** A running server. Every promise resolves when the server has carried it out. */
export class AuthServer {
  private constructor();
  /** The URL of the MCP server, for the client under test. */
  readonly url: string;
  /** Scheme, host and port. */
  readonly baseURL: string;
  readonly issuer: string;
  /** The timeline, a live page. */
  readonly debugURL: string;
  readonly clientID: string;
  readonly clientSecret: string;
  /** The first person who can log in. */
  readonly username: string;
  readonly password: string;
  /** An access token without a login. The report does not count it as something that a client did. */
  token(options?: { scope?: string | string[]; subject?: string; client?: string; ttl?: number }): Promise<string>;
  /** The tokens of a person, as after a login; the first person by default. The report does not count it. */
  login(user?: string, options?: { scope?: string | string[]; ttl?: number }): Promise<Tokens>;
  /** Plays the person: logs in at a client's authorization URL, approves, and returns the callback URL. */
  approve(authorizationURL: string | URL, user?: string): Promise<string>;
  /** Plays a person who refuses; returns the callback URL. */
  deny(authorizationURL: string | URL): Promise<string>;
  /** Moves the server's time forward. */
  advance(seconds: number): Promise<void>;
  /** Lets a token, those of a subject, or all expire at once; returns how many. */
  expire(options?: {
    token?: string; subject?: string; kind?: "access" | "refresh" | "code" | "all";
  }): Promise<number>;
  /** Revokes a token, those of a subject, or all. */
  revoke(options?: { token?: string; subject?: string }): Promise<void>;
  /** Breaks the next answers of an endpoint, during a function or until the handle is ended. */
  fault(options: FaultOptions): Promise<Fault>;
  fault<T>(options: FaultOptions, body: (fault: Fault) => T | Promise<T>): Promise<T>;
  /** Lets the server behave like a server that breaks clients, during a function or until the handle is ended. */
  scenario(name: string): Promise<Handle>;
  scenario<T>(name: string, body: () => T | Promise<T>): Promise<T>;
  /** The recorded requests, the oldest first. */
  requests(filters?: Filters): Promise<RecordedRequest[]>;
  /** Waits until there are that many requests; `timeout` is in seconds, 10 by default. */
  awaitRequests(count?: number, options?: Filters & { timeout?: number }): Promise<RecordedRequest[]>;
  /** Which rules the clients followed since the last reset: in this test. */
  report(): Promise<Report>;
  /** Restores the state of the start. */
  reset(): Promise<void>;
  /** Asks for a debug feature that has no method here: `debug("sessions/drop", { all: true })`. */
  debug(path: string, document?: object, method?: "GET" | "POST" | "PUT" | "DELETE"): Promise<any>;
  /** What the server has logged. */
  log(): Promise<string>;
  /** Ends the server. */
  stop(): Promise<void>;
}

/** Starts a server on a free port; resolves once it accepts connections. */
export function startServer(options?: ServerOptions): Promise<AuthServer>;

type Hook = (body: (context: any) => unknown) => unknown;

/** The hooks of a test runner, under the names of node:test or those of vitest and Jest. */
export interface Hooks {
  before?: Hook;
  beforeAll?: Hook;
  beforeEach: Hook;
  afterEach: Hook;
  after?: Hook;
  afterAll?: Hook;
}

export interface TestingOptions extends ServerOptions {
  /** A scenario that is on during each test. */
  scenario?: string;
  /** Whether a test fails when a client broke a rule in it; by default as the variable `MCP_AUTH_STRICT` says. */
  strict?: boolean;
  /** Rules that tests may break. */
  allow?: string[];
  /** A folder for the verdict, as JUnit's XML; by default that of the variable `MCP_AUTH_REPORT`. */
  report?: string;
  /** The test runner; by default vitest under vitest, and node:test elsewhere. */
  hooks?: Hooks;
}

/**
 * Starts one server for a test file, resets it before each test, and stops it at the end. Returns the server, for use in
 * tests and their hooks.
 */
export function mcpAuth(options?: TestingOptions): AuthServer;
