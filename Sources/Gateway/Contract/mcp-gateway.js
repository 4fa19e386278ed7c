// The type guards of mcp-gateway.d.ts.

const isObject = (value) => typeof value === "object" && value !== null;

export const isConnectSuccess = (result) =>
  isObject(result) && result.success === true && typeof result.sessionId === "string";

export const isConnectAuthRequired = (result) =>
  isObject(result) && result.requiresAuth === true && typeof result.authUrl === "string" &&
  typeof result.sessionId === "string";

export const isConnectError = (result) =>
  isObject(result) && typeof result.error === "string" && typeof result.code === "string";
