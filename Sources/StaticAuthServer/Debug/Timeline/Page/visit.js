// Pages that need the debug token, which a link cannot send: they are fetched with it, and shown in a window of their
// own, or saved where they are files.

import { find, save } from "./dom.js";
import { ask } from "./server.js";

const isOurs = (link) => link.origin === location.origin && link.pathname.startsWith("/debug");

/** Follows the links of a page to the debug features, in the window of the page unless that is this one. */
export function followLinks(page, place = null) {
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !isOurs(link)) return;
    event.preventDefault();
    if (link.pathname !== "/debug") visit(link.pathname + link.search, link.download, place);
    else if (place) goHome(link.hash);
  });
  page.addEventListener("submit", (event) => {
    if (!place) return;
    event.preventDefault();
    const form = event.target;
    visit(`${form.getAttribute("action")}?${new URLSearchParams(new place.FormData(form))}`, "", place);
  });
}

async function visit(path, name, place) {
  try {
    const answer = await ask(path, { accept: "text/html, */*;q=0.5" });
    const type = answer.headers.get("Content-Type");
    const text = await answer.text();
    if (type.startsWith("text/html")) show(text, place ?? window.open("", "_blank"));
    else save(name || fileName(path), type, text);
  } catch (error) {
    const message = `Not possible: ${error.message}`;
    if (place) place.document.body.replaceChildren(message);
    else find("state").textContent = message;
  }
}

const extensions = { text: "txt", markdown: "md", junit: "xml" };

function fileName(path) {
  const { pathname, searchParams } = new URL(path, location.href);
  const format = searchParams.get("format") ?? "txt";
  return `${pathname.split("/").pop()}.${extensions[format] ?? format}`;
}

// The style of a page stands in it, which the policy of the timeline forbids; a style sheet of a script is allowed.
function show(text, place) {
  const [, before, style, behind] = /^(.*?)<style>(.*?)<\/style>(.*)$/s.exec(text);
  const page = new DOMParser().parseFromString(before + behind, "text/html");
  const sheet = new place.CSSStyleSheet();
  sheet.replaceSync(style);
  const shown = place.document;
  const body = shown.adoptNode(page.body);
  shown.adoptedStyleSheets = [sheet];
  shown.documentElement.lang = "en";
  shown.head.replaceChildren(...page.head.querySelectorAll("meta, title"));
  shown.body.replaceWith(body);
  followLinks(body, place);
  place.scrollTo(0, 0);
}

function goHome(hash) {
  location.hash = hash;
  window.focus();
}
