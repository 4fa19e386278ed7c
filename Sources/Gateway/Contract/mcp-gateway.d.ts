/** The documents of the gateway's five routes, as in /openapi.json. */

/** `POST /api/mcp/auth/connect` */
export interface ConnectRequest {
  serverUrl: string;
  callbackUrl: string;
  sessionId?: string;
}

export interface ConnectSuccess {
  success: true;
  sessionId: string;
}

/** The user has to log in at `authUrl`; the session goes on after its callback. */
export interface ConnectAuthRequired {
  requiresAuth: true;
  authUrl: string;
  sessionId: string;
}

export type ErrorCode =
  | "invalid_request"
  | "unknown_session"
  | "session_expired"
  | "authorization_required"
  | "server_unreachable"
  | "server_error"
  | "timeout"
  | "too_many_requests";

/** The answer of every route that fails. */
export interface GatewayError {
  error: string;
  code: ErrorCode;
  authUrl?: string;
}

export type ConnectError = GatewayError;
export type ConnectResult = ConnectSuccess | ConnectAuthRequired | ConnectError;

/** `GET` and `POST /api/mcp/auth/callback`, `POST /api/mcp/auth/disconnect` */
export interface Done {
  success: true;
  message: string;
}

/** `POST /api/mcp/auth/disconnect` */
export interface SessionRequest {
  sessionId: string;
}

export interface Tool {
  name: string;
  title?: string;
  description?: string;
  inputSchema?: Record<string, unknown>;
  [member: string]: unknown;
}

/** `GET /api/mcp/tool/list?sessionId=` */
export interface ToolList {
  tools: Tool[];
}

/** `POST /api/mcp/tool/call` */
export interface CallRequest {
  sessionId: string;
  toolName: string;
  toolArgs?: Record<string, unknown>;
}

export interface CallResult {
  content: Record<string, unknown>[];
  structuredContent?: unknown;
  isError: boolean;
}

/** `event: progress` of a call with `Accept: text/event-stream`; then `event: result` or `event: error`. */
export interface Progress {
  progress?: number;
  total?: number;
  message?: string;
}

/** What the page at the end of a login posts to the page that opened it. */
export interface LoginMessage {
  type: "mcp-auth";
  success: boolean;
  error?: string;
  code?: ErrorCode;
}

export declare function isConnectSuccess(result: unknown): result is ConnectSuccess;
export declare function isConnectAuthRequired(result: unknown): result is ConnectAuthRequired;
export declare function isConnectError(result: unknown): result is ConnectError;
