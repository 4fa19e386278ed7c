// A running server for the tests of MCP clients, with node:test or vitest.
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Report, ruleText } from "./report.mjs";
import { AuthServer, ServerError, startServer } from "./server.mjs";

export { AuthServer, Report, ServerError, startServer };

/** A broken rule; the message has the finding. */
export class VerdictError extends Error {
  name = "VerdictError";

  constructor(rules) {
    super(`An MCP client broke a rule.\n${rules.map(ruleText).join("\n")}`);
    this.rules = rules;
    this.stack = `${this.name}: ${this.message}`;
  }
}

const runner = process.env.VITEST ? await import("vitest") : await import("node:test");

/**
 * Starts one server for a test file, resets it before each test, and stops it at the end. Returns an object whose
 * members are those of the server while tests run.
 */
export function mcpAuth(options = {}) {
  const { flags, binary, scenario, allow = [], hooks = runner } = options;
  const strict = options.strict ?? /^(1|true|yes)$/.test(process.env.MCP_AUTH_STRICT ?? "");
  const folder = options.report ?? process.env.MCP_AUTH_REPORT;
  const whole = new Report();
  let server;

  const first = hooks.before ?? hooks.beforeAll;
  const last = hooks.after ?? hooks.afterAll;
  first(async () => {
    try {
      server = await startServer({ flags, binary });
    } catch (error) {
      // Node 18 does not say why a hook failed.
      if (process.version.startsWith("v18.")) console.log(error.message);
      throw error;
    }
  });
  hooks.beforeEach(async () => {
    await server.reset();
    if (scenario) await server.scenario(scenario);
  });
  hooks.afterEach(async (context) => {
    const report = await server.report();
    whole.add(report, context?.name ?? context?.task?.name);
    const broken = report.failed.filter(({ id }) => !allow.includes(id));
    if (!broken.length) return;
    const error = new VerdictError(broken);
    // Of a test that has failed by itself, node:test shows no error of a hook.
    context?.diagnostic?.(error.message);
    if (strict) throw error;
  });
  last(async () => {
    await server?.stop();
    if (folder) await write(folder, whole);
  });

  return new Proxy({}, {
    get(_, name) {
      if (typeof name === "symbol" || name === "then") return undefined;
      if (!server) throw new Error("mcpAuth: the server runs in tests and their hooks, not before");
      const member = server[name];
      return typeof member === "function" ? member.bind(server) : member;
    },
  });
}

/** One file for each test file: runners give each a process of its own. */
async function write(folder, report) {
  const file = process.argv[1] && !process.env.VITEST ? basename(process.argv[1]) : `vitest-${process.pid}`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${file}.xml`), report.toJUnit());
}
