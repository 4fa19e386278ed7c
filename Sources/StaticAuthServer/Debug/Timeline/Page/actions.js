// The actions of the drawer: their fields, the requests that they make, and what came back.

import { copyButton, element } from "./dom.js";
import { ask, curl } from "./server.js";
import { presets } from "./presets.js";

const json = (document) => JSON.stringify(document);
const post = (path, document = {}) => ({ method: "POST", path, body: json(document) });

/** The document without members that are empty. */
const filled = (document) => Object.fromEntries(Object.entries(document).filter(([, value]) => value !== "" && value !== false));

const number = (text) => (text === "" ? "" : Number(text));

const subject = { name: "subject", label: "of", placeholder: "everybody" };
const whose = ({ subject: name }) => (name === "" ? { all: true } : { subject: name });

/** The sections. An action has fields and buttons, each with a function from the fields' values to its request. */
export const groups = [
  {
    title: "Fault",
    note: "The next request that matches gets a wrong answer; the flow names it as made on purpose.",
    actions: [{
      fields: [
        { name: "preset", label: "Fault", options: presets.map(({ title }, index) => [String(index), title]) },
        { name: "times", label: "times", value: "1", placeholder: "1, always" },
      ],
      buttons: {
        Plant({ preset, times }) {
          const wanted = times === "" || times === "1" ? {} : { times: times === "always" ? times : number(times) };
          return post("/debug/faults", { ...presets[Number(preset)].document, ...wanted });
        },
        "Remove all": () => ({ method: "DELETE", path: "/debug/faults" }),
      },
    }],
  },
  {
    title: "Clock",
    note: "Every lifetime follows it: tokens, codes, sessions.",
    actions: [{
      fields: [{ name: "seconds", label: "by seconds", type: "number", value: "300" }],
      buttons: {
        Advance: ({ seconds }) => post("/debug/clock", { advance: number(seconds) }),
        "+ 1 minute": () => post("/debug/clock", { advance: 60 }),
        "+ 1 hour": () => post("/debug/clock", { advance: 3600 }),
        "+ 1 day": () => post("/debug/clock", { advance: 86400 }),
        "Real time": () => ({ method: "DELETE", path: "/debug/clock" }),
      },
    }],
  },
  {
    title: "Tokens",
    actions: [
      {
        fields: [
          { name: "subject", label: "for", placeholder: "the first user" },
          { name: "scope", label: "scope", placeholder: "the usual one" },
          { name: "ttl", label: "seconds", type: "number", placeholder: "usual" },
          { name: "refresh_token", label: "with refresh token", type: "checkbox" },
        ],
        buttons: {
          Issue: ({ ttl, ...others }) => post("/debug/tokens/issue", filled({ ...others, ttl: number(ttl) })),
        },
      },
      {
        fields: [
          { name: "kind", label: "kind", options: ["access", "refresh", "code", "all"].map((kind) => [kind, kind]) },
          subject,
        ],
        buttons: {
          Expire: ({ kind, ...others }) =>
            post("/debug/tokens/expire", { ...whose(others), ...(kind === "access" ? {} : { kind }) }),
          Revoke: ({ subject: name }) => post("/debug/tokens/revoke", whose({ subject: name })),
        },
      },
    ],
  },
  {
    title: "Sessions and tools",
    actions: [{
      fields: [subject],
      buttons: {
        "Drop sessions": (values) => post("/debug/sessions/drop", whose(values)),
        "Announce changed tools": () => ({ method: "POST", path: "/debug/tools/list-changed" }),
      },
    }],
  },
  {
    title: "Begin anew",
    note: "Forgets grants, sessions, requests, faults and verdicts; restores the scenario of the start and the real time.",
    actions: [{ buttons: { Reset: () => ({ method: "POST", path: "/debug/reset" }) } }],
  },
];

/** The form of an action. */
export function actionForm(action) {
  const fields = (action.fields ?? []).map((field) => ({ name: field.name, input: input(field), field }));
  const values = () => Object.fromEntries(
    fields.map(({ name, input: { type, checked, value } }) => [name, type === "checkbox" ? checked : value.trim()]));
  const told = outcome();
  const buttons = Object.entries(action.buttons).map(([textContent, request]) => {
    const made = element("button", { textContent });
    const preview = () => told.preview(request(values()));
    // The command is that of the button that is about to be pressed.
    for (const event of ["focus", "pointerenter"]) made.addEventListener(event, preview);
    made.addEventListener("click", (event) => {
      event.preventDefault();
      told.send(request(values()));
    });
    return { made, preview };
  });
  const form = element("form", { className: "action" },
    ...fields.map(({ input: made, field }) => element("label", { className: field.options?.length > 9 ? "wide" : "" },
      ...(made.type === "checkbox" ? [made, ` ${field.label}`] : [`${field.label} `, made]))),
    ...buttons.map(({ made }) => made), told.element);
  form.addEventListener("input", buttons[0].preview);
  // Enter in a field presses the first button.
  form.addEventListener("submit", (event) => event.preventDefault());
  buttons[0].preview();
  return form;
}

function input({ type = "text", value = "", placeholder = "", options }) {
  if (options) {
    return element("select", {}, ...options.map(([choice, text]) => element("option", { value: choice, textContent: text })));
  }
  return element("input", { type, value, placeholder, autocomplete: "off", spellcheck: false });
}

/** The command of a request, which sends it, and what the server said. */
export function outcome() {
  const command = element("code", { className: "curl" });
  const said = element("output", { className: "said", hidden: true });
  const line = element("div", { className: "command", hidden: true }, command, copyButton(() => command.textContent));
  const preview = (request) => {
    // A line ends between words, not behind a dash.
    command.replaceChildren(...curl(request).flatMap((word, index) => [index > 0 ? " " : "", element("span", { textContent: word })]));
    line.hidden = false;
  };
  const send = async (request) => {
    preview(request);
    said.hidden = false;
    said.className = "said";
    said.textContent = "…";
    try {
      const answer = await ask(request.path, request);
      said.textContent = answer.status === 204 ? "Done." : await answer.text();
      said.className = "said fine";
    } catch (error) {
      said.className = "said bad";
      said.textContent = error.message;
    }
  };
  return { element: element("div", { className: "outcome-of" }, line, said), preview, send };
}
