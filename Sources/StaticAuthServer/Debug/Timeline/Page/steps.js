// The steps of a flow, each a row that opens to the whole request.

import { element } from "./dom.js";
import { openEntry } from "./entry.js";

const browser = ["authorization", "login", "callback"];
const resource = ["message", "challenge", "stream"];

const breach = (rule) => `Breaks ${rule.rule} (${rule.reference}, ${rule.level}): ${rule.problem}`;

/** The steps with their marks: what was done on purpose, and scenarios, which are named where they begin and end. */
export function marked(steps) {
  let before;
  return steps.map((step) => {
    const change = step.scenario ? `scenario ${step.scenario} from here on` : "no scenario from here on";
    const marks = [
      ...purposes(step).map((purpose) => `on purpose: ${purpose}`), step.intervention && `after ${step.intervention}`,
      step.scenario !== before && change,
    ].filter(Boolean);
    before = step.scenario;
    return { ...step, marks, breaches: (step.broken_rules ?? []).map(breach) };
  });
}

// The cause of a refusal is a fault, a scenario or an intervention; a fault need not be the cause.
const purposes = ({ fault, cause, intervention }) =>
  [...new Set([fault, cause === intervention ? undefined : cause])].filter(Boolean);

/** What a filter finds a step by, in lower case. */
export function stepText(step) {
  return [step.title, step.outcome, step.kind, step.status, verdict(step), step.trace_id ?? "", ...step.marks, ...step.breaches].join(" ")
    .toLowerCase();
}

const verdict = (step) => (step.corrected ? "corrected" : step.verdict);

/** Makes the rows of a flow, or brings them up to date. */
export function showSteps(flow) {
  flow.drawn = flow.data;
  flow.steps.forEach((step, index) => showStep(flow, step, flow.hits?.[index] ?? true));
  const entries = new Set(flow.steps.map((step) => step.entry));
  for (const [entry, row] of flow.rows) {
    if (!entries.has(entry)) {
      row.element.remove();
      flow.rows.delete(entry);
    }
  }
}

function showStep(flow, step, isHit) {
  const row = flow.rows.get(step.entry) ?? createRow(flow, step);
  const problem = flow.data.first_problem;
  const isFirst = problem !== null && problem.entry === step.entry;
  // The full text is above, and the status has a column of its own.
  const name = step.cause ? "failed on purpose" : "first problem";
  const outcome = (isFirst ? `${step.outcome.split(": ")[0]} ← ${name}` : step.outcome)
    .replace(new RegExp(`^${step.status}( |$)`), "");
  row.outcome.textContent = outcome;
  row.code.textContent = step.status;
  row.milliseconds.textContent = `${step.duration_ms < 10 ? step.duration_ms.toFixed(1) : Math.round(step.duration_ms)} ms`;
  row.milliseconds.title = step.count > 1 ? `the slowest of ${step.count}` : "from the request to its answer";
  row.title.textContent = step.title + (step.count > 1 ? ` (${step.count} times)` : "");
  tell(row.marks, step.marks.length > 0 && [step.marks.join(" · ")]);
  tell(row.breaches, step.breaches);
  tell(row.correction, step.corrected && [step.corrected.text]);
  row.element.className = ["step", verdict(step), step.breaches.length > 0 && "breach", row.isNew && "new"]
    .filter(Boolean).join(" ");
  row.element.hidden = !isHit;
}

// A part that most rows do not have is made when it is needed.
function tell(place, texts) {
  place.replaceChildren(...(texts || []).map((textContent) => element("span", { textContent })));
  place.hidden = !texts || texts.length === 0;
}

function createRow(flow, step) {
  const from = browser.includes(step.kind) ? "Browser" : "Client";
  const to = resource.includes(step.kind) ? "MCP server" : "auth server";
  const part = (className) => element("span", { className });
  const row = {
    title: part("title"), outcome: part("outcome"), code: part("code"), milliseconds: part("ms"), marks: part("marks"),
    breaches: part("breaches"), correction: part("correction"), isNew: flow.isFresh || flow.rows.size > 0,
  };
  const summary = element("summary", {},
    element("span", { className: "time", textContent: offset(flow, step), title: step.time }),
    element("span", { className: "parties", textContent: `${from} → ${to}` }), row.title, row.code, row.outcome,
    row.milliseconds, row.marks, row.breaches, row.correction);
  const details = element("details", {}, summary);
  details.addEventListener("toggle", () => details.open && openEntry(details, step.entry));
  row.element = element("li", {}, details);
  flow.list.append(row.element);
  flow.rows.set(step.entry, row);
  return row;
}

function offset(flow, step) {
  const milliseconds = Date.parse(step.time) - flow.began;
  return milliseconds < 10000 ? `+${milliseconds} ms` : `+${(milliseconds / 1000).toFixed(1)} s`;
}
