// A running static-auth-server for node:test. Copy this file; it needs Node 20 and the server's binary.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const binary = process.env.STATIC_AUTH_SERVER ?? "static-auth-server";

/** Starts a server on a port of its own and resolves once it accepts connections. */
export async function startServer(...flags) {
  const folder = await mkdtemp(join(tmpdir(), "static-auth-server-"));
  const ready = join(folder, "ready.json");
  const child = spawn(binary, ["--port", "0", "--ready-file", ready, ...flags], {
    cwd: folder, stdio: ["ignore", "ignore", "inherit"],
  });
  const failed = once(child, "error").then(([error]) => { throw error; });
  failed.catch(() => {});
  const facts = await Promise.race([failed, waitFor(ready, child)]);
  return {
    baseURL: facts.base_url,
    mcpURL: facts.mcp_url,
    /** Asks for one of the debug features: server.debug("tokens/issue", { scope: "user" }). */
    async debug(path, document = {}) {
      const answer = await fetch(`${facts.base_url}/debug/${path}`, {
        method: "POST", body: JSON.stringify(document),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, "exit");
      }
      await rm(folder, { recursive: true });
    },
  };
}

async function waitFor(file, child) {
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  for (const end = Date.now() + 20_000; Date.now() < end && isRunning(); await setTimeout(10)) {
    try {
      const facts = JSON.parse(await readFile(file, "utf8"));
      if (facts.pid === child.pid) return facts;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  throw new Error("static-auth-server did not get ready");
}
