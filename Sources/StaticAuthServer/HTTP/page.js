// Buttons that copy the text of the element that they name. A page without this script is whole; it has no buttons.
"use strict";

async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "offstage" });
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    return isDone;
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const text = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    button.textContent = (await put(source.textContent)) ? "Copied" : "Not allowed here";
    button.focus();
    setTimeout(() => { button.textContent = text; }, 1500);
  });
}

// Cards: one of them is open at a time, and stays the chosen one on the next visit of the same tab.
for (const card of document.querySelectorAll("details[name=client]")) {
  if (sessionStorage.getItem("client") === card.id) card.open = true;
  card.addEventListener("toggle", () => card.open && sessionStorage.setItem("client", card.id));
}
