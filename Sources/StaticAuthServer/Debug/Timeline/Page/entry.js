// One whole request with its answer.

import { copyButton, element, pairs, pretty } from "./dom.js";
import { ask } from "./server.js";

/** Shows the request of a step, which is asked for when it is opened. */
export async function openEntry(details, number) {
  if (details.childElementCount > 1) return;
  const place = element("div", { className: "entry", textContent: "…" });
  details.append(place);
  try {
    place.replaceChildren(...request(await (await ask(`/debug/requests/${number}`)).json()));
  } catch {
    place.textContent = "The journal does not hold this request any more.";
  }
}

function request(entry) {
  const facts = `Request ${entry.id} from ${entry.peer}, answered in ${entry.duration_ms.toFixed(1)} ms`;
  const page = element("a", { href: `/debug/requests/${entry.id}`, textContent: "its own page" });
  return [
    element("p", { className: "dim" }, facts, " ", page), ...purposes(entry), explanation(entry.explanation),
    ...trace(entry.trace),
    element("h3", { textContent: `${entry.method} ${entry.path}` }), ...message(entry.request),
    element("h3", { textContent: `Answer ${entry.status}` }), ...message(entry.response),
  ];
}

// The trace context of the header and of the message.
function trace(context) {
  if (!context) return [];
  const list = element("dl");
  for (const [place, parts] of [["header", context.header], ["_meta", context._meta]]) {
    for (const name of ["traceparent", "tracestate", "baggage"]) {
      if (parts && parts[name]) {
        list.append(element("dt", { textContent: `${name} in ${place}` }),
          element("dd", {}, element("code", { textContent: parts[name] })));
      }
    }
  }
  for (const note of context.notes ?? []) {
    list.append(element("dt", { textContent: "Trace" }), element("dd", { textContent: note }));
  }
  return [list];
}

/** What the server did on purpose. */
export function purposes(entry) {
  const fault = entry.fault && `The server did this on purpose: ${entry.fault}.`;
  const scenario = entry.scenario && `The scenario ${entry.scenario} was on.`;
  const intervention = entry.intervention && `${entry.intervention} had ended this before.`;
  return [fault, intervention, scenario].filter(Boolean)
    .map((textContent) => element("p", { className: "marks", textContent }));
}

/** What was expected, what arrived, the likely cause, and the rules that were broken. */
export function explanation(parts, rules = []) {
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

function message(side) {
  const parts = [pairs(side.query), pairs(side.headers)];
  if (side.body && side.body.form) parts.push(pairs(side.body.form));
  if (side.body && side.body.text) {
    const text = pretty(side.body.text);
    const note = side.body.cut ? "\n… (cut off)" : "";
    parts.push(element("div", { className: "copied" }, element("pre", { textContent: text + note }), copyButton(text)));
  }
  return parts;
}
