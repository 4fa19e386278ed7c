// Small parts of pages. Text always becomes a text node, never markup.

export const find = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function button(text, act, properties = {}) {
  const made = element("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", () => act(made));
  return made;
}

export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

export const clock = (time) => new Date(time).toLocaleTimeString([], { hour12: false });

export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Copies text, and says so on the button for a moment. */
export async function copy(text, pressed) {
  const said = pressed.dataset.text ??= pressed.textContent;
  pressed.textContent = (await put(text)) ? "Copied" : "Not allowed here";
  setTimeout(() => { pressed.textContent = said; }, 1500);
}

// The clipboard is for secure contexts only, which plain http on another machine is not.
async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = element("textarea", { value: text, readOnly: true, className: "offstage" });
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    before?.focus();
    return isDone;
  }
}

export function copyButton(text) {
  return button("Copy", (pressed) => copy(typeof text === "function" ? text() : text, pressed), { className: "copy" });
}

/** Offers text as a file. */
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Names and values as a list. */
export function pairs(list = []) {
  const made = element("dl");
  for (const { name, value } of list) {
    made.append(element("dt", { textContent: name }), element("dd", {}, element("code", { textContent: value })));
  }
  made.hidden = list.length === 0;
  return made;
}
