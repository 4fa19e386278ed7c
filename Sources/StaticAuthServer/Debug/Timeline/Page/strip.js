// The strip below the header: what is in force, each with the way to undo it.

import { button, element, find } from "./dom.js";
import { ask, curl } from "./server.js";
import { markScenario } from "./scenarios.js";

/** Shows the state: the scenario, the queued faults, and the offset of the clock. */
export function showControl(state) {
  const items = [];
  if (state.scenario !== null) {
    const isOfStart = state.scenario === state.first_scenario;
    items.push(item(["Scenario ", element("b", { textContent: state.scenario }), `: ${state.effect}`],
      isOfStart ? null : "Undo", { method: "DELETE", path: "/debug/scenario" }));
  } else if (state.first_scenario !== null) {
    items.push(item([`The scenario of the start, ${state.first_scenario}, is off.`], "Undo",
      { method: "DELETE", path: "/debug/scenario" }));
  }
  for (const fault of state.faults) {
    const times = fault.remaining === null ? "every time" : fault.remaining === 1 ? "once" : `${fault.remaining} times`;
    items.push(item([element("b", { textContent: `Fault ${fault.id}` }), ` for ${fault.requests}, ${times}: ${fault.effect}`],
      "Remove", { method: "DELETE", path: `/debug/faults/${fault.id}` }));
  }
  if (state.offset_seconds !== 0) {
    items.push(item(["The clock is ", element("b", { textContent: span(state.offset_seconds) })], "Real time",
      { method: "DELETE", path: "/debug/clock" }));
  }
  find("strip").replaceChildren(...items);
  find("strip").hidden = items.length === 0;
  markScenario(state.scenario);
}

function item(parts, undo, request) {
  const made = element("p", {}, element("span", {}, ...parts));
  if (undo) {
    made.append(" ", button(undo, async (pressed) => {
      try {
        await ask(request.path, request);
      } catch (error) {
        pressed.after(element("span", { className: "bad", role: "alert", textContent: ` ${error.message}` }));
      }
    }, { title: curl(request).join(" ") }));
  }
  return made;
}

/** A number of seconds in words: `2 h 30 min ahead`. */
function span(seconds) {
  let rest = Math.abs(seconds);
  const words = [];
  for (const [unit, size] of [["days", 86400], ["h", 3600], ["min", 60], ["s", 1]]) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count} ${count === 1 && unit === "days" ? "day" : unit}`);
  }
  return `${words.slice(0, 3).join(" ")} ${seconds > 0 ? "ahead" : "behind"}`;
}
