// The timeline: follows the server's events, and asks for the debug token where one is needed.

import { find, plural } from "./timeline/dom.js";
import { ask, curl, events, hasToken, useToken } from "./timeline/server.js";
import { keepOnly, show, shown, tellState } from "./timeline/flows.js";
import { followHash, tellOverview } from "./timeline/overview.js";
import { showControl } from "./timeline/strip.js";
import { followLinks } from "./timeline/visit.js";
import "./timeline/drawer.js";

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

async function follow() {
  for (;;) {
    try {
      const answer = await ask("/debug/events");
      say("live", true);
      find("steer").disabled = false;
      find("links").hidden = false;
      for await (const [name, data] of events(answer)) receive(name, data);
      say("the server has stopped", false);
    } catch (error) {
      if (error.needsToken) return openGate();
      say(`not connected: ${error.message}`, false);
    }
    await pause(1500);
  }
}

function receive(name, data) {
  if (name === "flows") {
    keepOnly(new Set(data));
    find("empty").hidden = data.length > 0;
  } else if (name === "flow") {
    show(data);
    followHash(data.id);
  } else if (name === "silence") tellState(shown.get(data.id), data.status, data.text);
  else if (name === "unrecorded") tellUnrecorded(data);
  else if (name === "control") showControl(data);
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
  find("refused").hidden = !hasToken();
  useToken(null);
  find("gate").hidden = false;
  find("empty").hidden = true;
  find("steer").disabled = true;
  find("links").hidden = true;
  say("waiting for the debug token", false);
  find("token").focus();
}

find("clear").title = curl({ method: "DELETE", path: "/debug/requests" }).join(" ");
find("clear").addEventListener("click", async () => {
  try {
    await ask("/debug/requests", { method: "DELETE" });
  } catch (error) {
    say(`could not clear: ${error.message}`, false);
  }
});
find("gate").addEventListener("submit", (event) => {
  event.preventDefault();
  useToken(find("token").value);
  find("token").value = "";
  find("gate").hidden = true;
  follow();
});
tellOverview();
if (document.body.dataset.needsToken === "yes") {
  followLinks(document);
  openGate();
} else follow();
