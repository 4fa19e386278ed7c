"use strict";
const find = (id) => document.getElementById(id);
const shown = new Map();
let token = null;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// MARK: Requests to the server

async function ask(path, options = {}) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(path, { ...options, headers, cache: "no-store" });
  if (answer.status === 401) throw Object.assign(new Error("token"), { needsToken: true });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer;
}

async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const lines = part.split("\n");
      const data = lines.find((line) => line.startsWith("data: "));
      const name = lines.find((line) => line.startsWith("event: "));
      if (data && name) yield [name.slice(7), JSON.parse(data.slice(6))];
    }
  }
}

async function follow() {
  for (;;) {
    try {
      const answer = await ask("/debug/events");
      say("live", true);
      for await (const [name, data] of events(answer)) receive(name, data);
      say("the server has stopped", false);
    } catch (error) {
      if (error.needsToken) return openGate();
      say(`not connected: ${error.message}`, false);
    }
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
}

function receive(name, data) {
  if (name === "flows") keepOnly(new Set(data));
  else if (name === "flow") show(data);
  else if (name === "silence") tellState(shown.get(data.id), data.status, data.text);
  else if (name === "unrecorded") tellUnrecorded(data);
}

function say(text, isLive) {
  find("state").textContent = text;
  find("state").className = isLive ? "live" : "";
}

function tellUnrecorded(count) {
  find("unrecorded").hidden = count === 0;
  find("unrecorded").textContent =
    `Counted but not recorded, since they came so fast: ${plural(count, "call")} that went well.`;
}

function openGate() {
  find("refused").hidden = token === null;
  token = null;
  find("gate").hidden = false;
  find("empty").hidden = true;
  say("waiting for the debug token", false);
  find("token").focus();
}

// MARK: Flows

function keepOnly(ids) {
  for (const [id, flow] of shown) {
    if (!ids.has(id)) {
      flow.element.remove();
      shown.delete(id);
    }
  }
  find("empty").hidden = shown.size > 0;
  offerClients();
}

function show(data) {
  const flow = shown.get(data.id) ?? create(data);
  tellName(flow, data.client || "a client without a name", data.client_version);
  const follows = data.follows === null ? "" : ` · goes on from flow ${data.follows}`;
  const omitted = data.omitted > 0 ? ` · ${data.omitted} left out` : "";
  const corrected = data.recovered.length > 0 ? ` · ${data.recovered.length} corrected` : "";
  flow.facts.textContent =
    `${clock(data.began)} · ${plural(data.requests, "request")}${follows}${omitted}${corrected}`;
  flow.began = Date.parse(data.began);
  const isOfProblem = (rule) => data.first_problem !== null && rule.entry === data.first_problem.entry;
  tellProblem(flow, data.first_problem, data.broken_rules.filter(isOfProblem));
  tellRules(flow, data.broken_rules.filter((rule) => !isOfProblem(rule)));
  tellState(flow, data.status, data.silence && data.silence.text);
  let scenario;
  for (const step of data.steps) {
    showStep(flow, step, data.first_problem, marks(step, scenario));
    scenario = step.scenario;
  }
  const entries = new Set(data.steps.map((step) => step.entry));
  for (const [entry, step] of flow.steps) {
    if (!entries.has(entry)) {
      step.element.remove();
      flow.steps.delete(entry);
    }
  }
  filter(flow);
}

function create(data) {
  const flow = {
    steps: new Map(), client: element("span"), facts: element("span", { className: "dim" }),
    badge: element("span", { className: "badge" }), list: element("ol"), isFresh: shown.size > 0,
    problem: element("div", { className: "says wrong", hidden: true }),
    rules: element("p", { className: "says rules", hidden: true }),
    silence: element("p", { className: "says silence", hidden: true }),
  };
  const summary = element("summary", {}, element("b", { textContent: `Flow ${data.id}` }), flow.client,
    flow.facts, flow.badge);
  flow.element = element("details", { className: "flow", open: true }, summary, flow.problem, flow.rules,
    flow.silence, flow.list);
  flow.element.id = `flow-${data.id}`;
  const next = [...shown].filter(([id]) => id < data.id).sort(([a], [b]) => b - a)[0];
  find("flows").insertBefore(flow.element, next ? next[1].element : null);
  shown.set(data.id, flow);
  find("empty").hidden = true;
  return flow;
}

function tellName(flow, name, version) {
  flow.client.textContent = version ? `${name} ${version}` : name;
  if (flow.name === name) return;
  flow.name = name;
  offerClients();
}

function tellProblem(flow, problem, rules) {
  if (problem) {
    flow.problem.replaceChildren(
      element("h3", { textContent: `First problem: ${problem.title}` }),
      element("p", { textContent: problem.outcome }), ...purposes(problem), explanation(problem.explanation, rules));
  }
  flow.problem.hidden = !problem;
}

function tellRules(flow, rules) {
  const names = rules.map((rule) => `${rule.rule} in request ${rule.entry}`).join(", ");
  flow.rules.replaceChildren(
    element("b", { textContent: `${plural(rules.length, "broken rule")}: ` }), names);
  flow.rules.hidden = rules.length === 0;
}

const breach = (rule) => `${rule.rule} (${rule.reference}, ${rule.level}): ${rule.problem}`;

// The status changes with time, too: an open flow becomes a silent one.
function tellState(flow, status, silence) {
  if (!flow) return;
  const isChange = flow.status !== status;
  flow.status = status;
  flow.badge.textContent = status;
  flow.badge.className = `badge ${status}`;
  flow.silence.textContent = silence ?? "";
  flow.silence.hidden = !silence;
  if (isChange) filter(flow);
}

function explanation(parts, rules = []) {
  const list = element("dl");
  for (const [name, title] of [["expected", "Expected"], ["received", "Received"], ["hint", "Hint"]]) {
    if (parts && parts[name]) {
      list.append(element("dt", { textContent: title }), element("dd", { textContent: parts[name] }));
    }
  }
  for (const rule of rules) {
    list.append(element("dt", { textContent: "Breaks" }),
      element("dd", { textContent: `${rule.rule} (${rule.reference}, ${rule.level})` }));
  }
  list.hidden = list.childElementCount === 0;
  return list;
}
const browser = ["authorization", "login", "callback"];
const resource = ["message", "challenge", "stream"];

// Faults and scenarios; a scenario is named where it begins and ends.
function marks(step, before) {
  const change = step.scenario ? `scenario ${step.scenario} from here on` : "no scenario from here on";
  const intervention = step.intervention && `after ${step.intervention}`;
  return [step.fault && `on purpose: ${step.fault}`, intervention, step.scenario !== before && change].filter(Boolean);
}

function showStep(flow, data, problem, marks) {
  const step = flow.steps.get(data.entry) ?? createStep(flow, data);
  const isFirst = problem !== null && problem.entry === data.entry;
  // The full text is above.
  step.outcome.textContent = isFirst ? `${data.outcome.split(": ")[0]} ← first problem` : data.outcome;
  const times = data.count > 1 ? ` (${data.count} times)` : "";
  step.title.textContent = data.title + times;
  step.marks.textContent = marks.join(" · ");
  step.marks.hidden = marks.length === 0;
  const breaches = (data.broken_rules ?? []).map((rule) => `Breaks ${breach(rule)}`);
  step.breaches.replaceChildren(...breaches.map((textContent) => element("span", { textContent })));
  step.breaches.hidden = breaches.length === 0;
  step.correction.textContent = data.corrected ? data.corrected.text : "";
  step.correction.hidden = !data.corrected;
  const verdict = data.corrected ? "corrected" : data.verdict;
  step.element.className = ["step", verdict, breaches.length > 0 && "breach", step.isNew && "new"]
    .filter(Boolean).join(" ");
  step.text = [data.title, data.outcome, data.kind, data.status, verdict, ...marks, ...breaches].join(" ")
    .toLowerCase();
}

function createStep(flow, data) {
  const from = browser.includes(data.kind) ? "Browser" : "Client";
  const to = resource.includes(data.kind) ? "MCP server" : "auth server";
  const step = {
    title: element("span", { className: "title" }), outcome: element("span", { className: "outcome" }),
    marks: element("span", { className: "marks" }), breaches: element("span", { className: "breaches" }),
    correction: element("span", { className: "correction" }), isNew: flow.isFresh || flow.steps.size > 0,
  };
  const time = element("span", { className: "time", textContent: offset(flow, data), title: data.time });
  const summary = element("summary", {}, time,
    element("span", { className: "dim", textContent: `${from} → ${to}` }), step.title, step.outcome, step.marks,
    step.breaches, step.correction);
  const details = element("details", {}, summary);
  details.addEventListener("toggle", () => details.open && open(details, data));
  step.element = element("li", {}, details);
  flow.list.append(step.element);
  flow.steps.set(data.entry, step);
  return step;
}

async function open(details, data) {
  if (details.childElementCount > 1) return;
  const place = element("div", { className: "entry", textContent: "…" });
  details.append(place);
  try {
    const entry = await (await ask(`/debug/requests/${data.entry}`)).json();
    place.replaceChildren(...request(entry));
  } catch (error) {
    place.textContent = "The journal does not hold this request any more.";
  }
}

function request(entry) {
  const facts = `Request ${entry.id} from ${entry.peer}, answered in ${entry.duration_ms.toFixed(1)} ms`;
  return [
    element("p", { className: "dim", textContent: facts }), ...purposes(entry), explanation(entry.explanation),
    element("h4", { textContent: `${entry.method} ${entry.path}` }), ...message(entry.request),
    element("h4", { textContent: `Answer ${entry.status}` }), ...message(entry.response),
  ];
}

function purposes(entry) {
  const fault = entry.fault && `The server did this on purpose: ${entry.fault}.`;
  const scenario = entry.scenario && `The scenario ${entry.scenario} was on.`;
  const intervention = entry.intervention && `${entry.intervention} had ended this before.`;
  return [fault, intervention, scenario].filter(Boolean)
    .map((textContent) => element("p", { className: "marks", textContent }));
}

function message(side) {
  const parts = [pairs(side.query), pairs(side.headers)];
  if (side.body && side.body.form) parts.push(pairs(side.body.form));
  if (side.body && side.body.text) parts.push(element("pre", { textContent: pretty(side.body.text) }));
  return parts;
}

function pairs(list = []) {
  const made = element("dl");
  for (const { name, value } of list) {
    made.append(element("dt", { textContent: name }),
      element("dd", {}, element("code", { textContent: value })));
  }
  return made;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function offset(flow, data) {
  const milliseconds = Date.parse(data.time) - flow.began;
  return milliseconds < 10000 ? `+${milliseconds} ms` : `+${(milliseconds / 1000).toFixed(1)} s`;
}

const clock = (time) => new Date(time).toLocaleTimeString([], { hour12: false });
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
// MARK: Input

function filterAll() {
  for (const flow of shown.values()) filter(flow);
}

function filter(flow) {
  const words = find("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [status, client] = [find("status").value, find("client").value];
  let hits = 0;
  for (const step of flow.steps.values()) {
    const isHit = words.every((word) => step.text.includes(word));
    step.element.hidden = !isHit;
    hits += isHit;
  }
  const isChosen = (!status || flow.status === status) && (!client || flow.name === client)
    && (!find("problems").checked || ["broken", "silent"].includes(flow.status));
  flow.element.hidden = !isChosen || (words.length > 0 && hits === 0);
}

// A chosen client stays chosen until its last flow is gone.
function offerClients() {
  const names = [...new Set([...shown.values()].map((flow) => flow.name))].sort();
  const chosen = names.includes(find("client").value) ? find("client").value : "";
  find("client").replaceChildren(find("client").options[0],
    ...names.map((name) => element("option", { value: name, textContent: name })));
  find("client").value = chosen;
  filterAll();
}

find("filter").addEventListener("input", filterAll);
for (const id of ["problems", "status", "client"]) find(id).addEventListener("change", filterAll);
find("clear").addEventListener("click", async () => {
  try {
    await ask("/debug/requests", { method: "DELETE" });
  } catch (error) {
    say(`could not clear: ${error.message}`, false);
  }
});
find("gate").addEventListener("submit", (event) => {
  event.preventDefault();
  token = find("token").value;
  find("token").value = "";
  find("gate").hidden = true;
  find("empty").hidden = shown.size > 0;
  follow();
});
if (document.body.dataset.needsToken === "yes") openGate();
else follow();
