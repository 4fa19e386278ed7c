// What can be taken from a flow: a diagram for a bug report, commands that repeat it, an archive of HTTP.

import { button, copy, element, save } from "./dom.js";
import { ask } from "./server.js";

const text = async (path) => (await ask(path)).text();

export function menu(flow) {
  const here = `/debug/flows/${flow.id}`;
  const said = element("span", { className: "bad", role: "alert" });
  const item = (title, act) => button(title, async (pressed) => {
    try {
      said.textContent = "";
      await act(pressed);
    } catch (error) {
      said.textContent = `Not possible: ${error.message}`;
    }
  });
  return element("div", { className: "menu", role: "group", ariaLabel: `Flow ${flow.id} as` },
    item("Copy diagram", async (pressed) => copy(await text(`${here}?format=markdown`), pressed)),
    item("Copy as curl", async (pressed) => copy(await text(`${here}?format=curl`), pressed)),
    item("Save HAR", async () => save(`flow-${flow.id}.har`, "application/json",
      await text(`/debug/requests?format=har&flow=${flow.id}`))),
    said);
}
