// The flows on the page. The steps of a folded flow are made when it is opened.

import { clock, element, find, plural } from "./dom.js";
import { explanation, purposes } from "./entry.js";
import { menu } from "./menu.js";
import { marked, showSteps, stepText } from "./steps.js";

/** The flows by number. */
export const shown = new Map();

const listeners = [];
let isQueued = false;

/** Calls a function after flows have changed, once for many changes. */
export const onChange = (listener) => { listeners.push(listener); };

// Not an animation frame, because the title of a tab in the background changes as well.
function changed() {
  if (isQueued) return;
  isQueued = true;
  setTimeout(() => {
    isQueued = false;
    for (const listener of listeners) listener();
  }, 20);
}

/** Whether a flow needs a person's attention. */
export const isProblem = (flow) => ["broken", "silent"].includes(flow.status);

export function keepOnly(ids) {
  for (const [id, flow] of shown) {
    if (!ids.has(id)) {
      flow.element.remove();
      shown.delete(id);
    }
  }
  changed();
}

export function show(data) {
  const flow = shown.get(data.id) ?? create(data);
  flow.data = data;
  flow.began = Date.parse(data.began);
  flow.steps = marked(data.steps);
  flow.text = flow.steps.map((step) => stepText(step));
  flow.name = data.client || "a client without a name";
  flow.client.textContent = data.client_version ? `${flow.name} ${data.client_version}` : flow.name;
  const follows = data.follows === null ? "" : ` · goes on from flow ${data.follows}`;
  const omitted = data.omitted > 0 ? ` · ${data.omitted} left out` : "";
  const corrected = data.recovered.length > 0 ? ` · ${data.recovered.length} corrected` : "";
  flow.facts.textContent =
    `${clock(data.began)} · ${plural(data.requests, "request")}${follows}${omitted}${corrected}`;
  const isOfProblem = (rule) => data.first_problem !== null && rule.entry === data.first_problem.entry;
  tellProblem(flow, data.first_problem, data.broken_rules.filter(isOfProblem));
  tellRules(flow, data.broken_rules.filter((rule) => !isOfProblem(rule)));
  tellState(flow, data.status, data.silence && data.silence.text);
  if (flow.element.open) showSteps(flow);
  changed();
}

function create(data) {
  const flow = {
    id: data.id, rows: new Map(), client: element("span", { className: "name" }),
    facts: element("span", { className: "dim" }),
    badge: element("span", { className: "badge" }), list: element("ol"), isFresh: shown.size > 0,
    problem: element("div", { className: "says wrong", hidden: true }),
    rules: element("p", { className: "says rules", hidden: true }),
    silence: element("p", { className: "says silence", hidden: true }),
  };
  flow.summary = element("summary", {}, element("h2", { textContent: `Flow ${data.id}` }), flow.client, flow.facts,
    flow.badge);
  flow.element = element("details", { className: "flow", id: `flow-${data.id}` }, flow.summary, flow.problem, flow.rules,
    flow.silence, flow.list, menu(flow));
  flow.element.addEventListener("toggle", () => flow.element.open && flow.drawn !== flow.data && showSteps(flow));
  // A click, also by key, is a person's choice; it stays.
  flow.summary.addEventListener("click", () => { flow.choice = !flow.element.open; });
  const next = [...shown].filter(([id]) => id < data.id).sort(([a], [b]) => b - a)[0];
  find("list").insertBefore(flow.element, next ? next[1].element : null);
  shown.set(data.id, flow);
  return flow;
}

function tellProblem(flow, problem, rules) {
  flow.problem.hidden = !problem;
  flow.problem.replaceChildren();
  if (!problem) return;
  // What the server was told to do is no mistake of the client.
  flow.problem.className = problem.cause ? "says purpose" : "says wrong";
  const heading = problem.cause ? "Failed on purpose" : "First problem";
  flow.problem.append(element("h3", { textContent: `${heading}: ${problem.title}` }),
    element("p", { textContent: problem.outcome }), ...purposes(problem), explanation(problem.explanation, rules));
}

function tellRules(flow, rules) {
  const names = rules.map((rule) => `${rule.rule} in request ${rule.entry}`).join(", ");
  flow.rules.replaceChildren(
    element("b", { textContent: `${plural(rules.length, "broken rule")}: ` }), names);
  flow.rules.hidden = rules.length === 0;
}

// The status changes with time, too: an open flow becomes a silent one.
export function tellState(flow, status, silence) {
  if (!flow) return;
  flow.status = status;
  flow.badge.textContent = status;
  flow.badge.className = `badge ${status}`;
  flow.silence.textContent = silence ?? "";
  flow.silence.hidden = !silence;
  changed();
}

/** Opens or folds a flow; its steps are there at once. */
export function unfold(flow, isOpen) {
  if (flow.element.open === isOpen) return;
  flow.element.open = isOpen;
  if (isOpen) showSteps(flow);
}
