// The drawer: every way to steer the server, each with the command that a script would send.

import { button, element, find } from "./dom.js";
import { actionForm, groups } from "./actions.js";
import { scenarioSection } from "./scenarios.js";

const drawer = find("drawer");
const opener = find("steer");

function build() {
  const sections = groups.map(({ title, note, actions }) => element("section", {},
    element("h3", { textContent: title }), ...(note ? [element("p", { className: "dim", textContent: note })] : []),
    ...actions.map(actionForm)));
  const heading = element("h2", { id: "drawer-title", textContent: "Steer the server", tabIndex: -1 });
  drawer.append(
    element("div", { className: "line" }, heading, button("Close", () => toggle(false))),
    element("p", { className: "dim", textContent: "Each action shows the command that does the same in a script." }),
    scenarioSection(), ...sections);
}

function toggle(isOpen) {
  if (isOpen && drawer.childElementCount === 0) build();
  drawer.hidden = !isOpen;
  opener.setAttribute("aria-expanded", String(isOpen));
  document.body.classList.toggle("steering", isOpen);
  if (isOpen) find("drawer-title").focus();
  else opener.focus();
}

opener.addEventListener("click", () => toggle(drawer.hidden));
drawer.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.type !== "search") toggle(false);
});
