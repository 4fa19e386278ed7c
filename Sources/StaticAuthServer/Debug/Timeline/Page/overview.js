// The header: counts, filters, the way to the next problem, the tab's title, and the keys.

import { button, element, find } from "./dom.js";
import { isProblem, onChange, shown, unfold } from "./flows.js";
import { showSteps } from "./steps.js";

const title = document.title;
const statuses = ["broken", "silent", "open", "recovered", "fine"];

const words = () => find("filter").value.toLowerCase().split(/\s+/).filter(Boolean);

/** The flows in the order of the page: the latest first. */
const flows = () => [...shown.values()].sort((one, other) => other.id - one.id);
const visible = () => flows().filter((flow) => !flow.element.hidden);

export function tellOverview() {
  const all = [...shown.values()];
  const problems = all.filter(isProblem).length;
  document.title = problems > 0 ? `(${problems}) ${title}` : title;
  find("counts").replaceChildren(...statuses.flatMap((status) => {
    const count = all.filter((flow) => flow.status === status).length;
    return count > 0 ? [element("span", { className: `badge ${status}`, textContent: `${count} ${status}` })] : [];
  }));
  find("counts").hidden = all.length === 0;
  offerClients(all);
  filterAll(all);
  find("next").disabled = !visible().some(isProblem);
}

function filterAll(all) {
  const sought = words();
  const [status, client] = [find("status").value, find("client").value];
  for (const flow of all) {
    const hits = flow.text.map((text) => sought.every((word) => text.includes(word)));
    const isHit = sought.length === 0 || hits.includes(true);
    const isChange = flow.hits?.join() !== hits.join();
    flow.hits = hits;
    flow.element.hidden = !isHit || (status && flow.status !== status) || (client && flow.name !== client)
      || (find("problems").checked && !isProblem(flow));
    if (flow.element.hidden) continue;
    unfold(flow, flow.choice ?? (sought.length > 0 || flow.status !== "fine" || isInUse(flow)));
    if (flow.element.open && isChange) showSteps(flow);
  }
}

// Nothing folds under a person's hands.
const isInUse = ({ element: made }) =>
  made.open && (made.contains(document.activeElement) || made.querySelector("details[open]") !== null);

// A chosen client stays chosen until its last flow is gone.
function offerClients(all) {
  const names = [...new Set(all.map((flow) => flow.name))].sort();
  const offered = [...find("client").options].slice(1).map((option) => option.value);
  if (names.join("\n") === offered.join("\n")) return;
  const chosen = names.includes(find("client").value) ? find("client").value : "";
  find("client").replaceChildren(find("client").options[0],
    ...names.map((name) => element("option", { value: name, textContent: name })));
  find("client").value = chosen;
}

let current = null;
document.addEventListener("focusin", (event) => { current = event.target.closest(".flow")?.id ?? current; });

/** Goes to the next flow, or back, from the one that had the focus; begins anew at the end. */
function go(isWanted, direction = 1) {
  const list = visible();
  const here = list.findIndex((flow) => flow.element.id === current);
  const start = here < 0 && direction < 0 ? list.length : here;
  for (let step = 1; step <= list.length; step += 1) {
    const flow = list[(((start + direction * step) % list.length) + list.length) % list.length];
    if (isWanted(flow)) return visit(flow, isProblem(flow));
  }
  return undefined;
}

function visit(flow, isOpened) {
  if (isOpened) {
    flow.choice = true;
    unfold(flow, true);
  }
  flow.summary.focus({ preventScroll: true });
  flow.element.scrollIntoView({ block: "start" });
}

let sought = /^#flow-(\d+)$/.exec(location.hash)?.[1];

/** Goes to the flow that the address names, once it is there. */
export function followHash(id) {
  if (sought !== String(id)) return;
  sought = undefined;
  visit(shown.get(id), true);
}

addEventListener("hashchange", () => {
  const id = Number(/^#flow-(\d+)$/.exec(location.hash)?.[1]);
  if (shown.has(id)) visit(shown.get(id), true);
});

// MARK: Keys

const keys = {
  n: ["the next problem", () => go(isProblem)],
  p: ["the problem before", () => go(isProblem, -1)],
  j: ["the next flow", () => go(() => true)],
  k: ["the flow before", () => go(() => true, -1)],
  "/": ["the filter", () => find("filter").focus()],
  s: ["steer the server", () => find("steer").click()],
  "?": ["these keys", () => find("keys").click()],
};

let areKeysOn = true;

function keyList() {
  const check = element("input", { type: "checkbox", checked: areKeysOn });
  check.addEventListener("change", () => { areKeysOn = check.checked; });
  const list = element("dl", {}, ...Object.entries(keys).flatMap(([key, [meaning]]) => [
    element("dt", {}, element("kbd", { textContent: key })), element("dd", { textContent: meaning }),
  ]));
  const dialog = element("dialog", { ariaLabel: "Keys" }, element("h2", { textContent: "Keys" }), list,
    element("p", {}, "Enter or the space bar opens and folds what has the focus."),
    element("label", { className: "check" }, check, " Single keys are on"),
    element("p", {}, button("Close", () => dialog.close())));
  dialog.addEventListener("close", () => { dialog.remove(); });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), select, textarea, dialog");
  if (!areKeysOn || isTyping || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key][1]();
});

find("filter").addEventListener("input", tellOverview);
for (const id of ["problems", "status", "client"]) find(id).addEventListener("change", tellOverview);
find("next").addEventListener("click", () => go(isProblem));
find("keys").addEventListener("click", keyList);
onChange(tellOverview);

// What is scrolled to stays clear of the header, which grows with what is in force.
const bar = document.querySelector(".bar");
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
}).observe(bar);
