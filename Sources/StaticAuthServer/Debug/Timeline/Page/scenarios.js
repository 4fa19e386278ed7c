// The list of scenarios in the drawer.

import { button, element } from "./dom.js";
import { ask } from "./server.js";
import { outcome } from "./actions.js";

let running = null;
let items = [];

/** Marks the running scenario; null for none. */
export function markScenario(name) {
  running = name;
  for (const { scenario, element: made, start } of items) {
    const isOn = scenario.name === running;
    made.classList.toggle("on", isOn);
    start.textContent = isOn ? "Start anew" : "Switch on";
  }
}

/** The section of the drawer. */
export function scenarioSection() {
  const search = element("input", { type: "search", placeholder: "refresh, iss, client name …", autocomplete: "off" });
  const list = element("ul", { className: "scenarios", tabIndex: 0, ariaLabel: "Scenarios" });
  const count = element("span", { className: "dim", role: "status" });
  const told = outcome();
  search.addEventListener("input", () => filter(search.value, count));
  load(list, count, told);
  return element("section", {}, element("h3", { textContent: "Scenario" }),
    element("p", { className: "dim", textContent: "The server behaves as real servers do on which real clients break." }),
    element("label", { className: "wide" }, "Find ", search, " ", count), list, told.element);
}

async function load(list, count, told) {
  try {
    const { scenarios } = await (await ask("/debug/scenarios")).json();
    items = scenarios.map((scenario) => make(scenario, told));
    list.replaceChildren(...items.map((item) => item.element));
    markScenario(running);
    filter("", count);
  } catch (error) {
    list.replaceChildren(element("li", { textContent: `not loaded: ${error.message}` }));
  }
}

function make(scenario, told) {
  const request = { method: "PUT", path: "/debug/scenario", body: JSON.stringify({ name: scenario.name }) };
  const start = button("Switch on", () => told.send(request), { ariaLabel: `Switch on ${scenario.name}` });
  start.addEventListener("focus", () => told.preview(request));
  const facts = element("dl");
  const rows = [
    ["Specification", `${scenario.reference}: ${scenario.reason}`],
    ["Affected", scenario.affected.join(", ") || "no report is known"], ["A correct client", scenario.correct_client],
  ];
  for (const [name, text] of rows) {
    facts.append(element("dt", { textContent: name }), element("dd", { textContent: text }));
  }
  const made = element("li", {}, element("div", { className: "line" }, element("h4", { textContent: scenario.name }), start),
    element("p", { textContent: scenario.effect }), facts);
  const text = Object.values(scenario).flat().join(" ").toLowerCase();
  return { scenario, element: made, start, text };
}

function filter(sought, count) {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of items) item.element.hidden = !words.every((word) => item.text.includes(word));
  count.textContent = `${items.filter((item) => !item.element.hidden).length} of ${items.length}`;
}
