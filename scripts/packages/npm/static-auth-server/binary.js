"use strict";

const path = require("node:path");

/** The program for tests: that of STATIC_AUTH_SERVER, or the one of the package for this platform. */
exports.executable = function executable() {
  const named = process.env.STATIC_AUTH_SERVER;
  if (!named) return exports.packaged();
  return named.includes("/") ? path.resolve(named) : named;
};

/** The program of the package for this platform, which npm installed as an optional dependency. */
exports.packaged = function packaged() {
  const name = `static-auth-server-${process.platform}-${process.arch}`;
  try {
    return require.resolve(`${name}/bin/static-auth-server`);
  } catch {
    throw new Error(
      `static-auth-server: the package ${name} is not installed. Either there is none for this platform, or optional ` +
      "dependencies were left out (--omit=optional). For tests STATIC_AUTH_SERVER can name a program.");
  }
};
