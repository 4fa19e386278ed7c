"use strict";

// Puts the program in place of bin/static-auth-server, so that no Node process stays between it and its caller. Where
// that fails, bin/static-auth-server starts it.
const fs = require("node:fs");
const path = require("node:path");

const link = path.join(__dirname, "bin", "static-auth-server");
const temporary = `${link}.${process.pid}`;
try {
  const program = require("./binary.js").packaged();
  try {
    fs.linkSync(program, temporary);
  } catch {
    fs.copyFileSync(program, temporary);
  }
  fs.chmodSync(temporary, 0o755);
  fs.renameSync(temporary, link);
} catch {
  fs.rmSync(temporary, { force: true });
}
