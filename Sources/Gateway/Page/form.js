// A form made from a tool's input schema, and its values.

const typeOf = (schema) => Array.isArray(schema.type) ? schema.type.find((type) => type !== "null") : schema.type;

function control(schema) {
  const type = typeOf(schema);
  if (Array.isArray(schema.enum)) {
    const select = document.createElement("select");
    for (const value of schema.enum) select.append(new Option(String(value), JSON.stringify(value)));
    return [select, () => JSON.parse(select.value)];
  }
  const element = document.createElement(type === "object" || type === "array" ? "textarea" : "input");
  switch (type) {
    case "boolean":
      element.type = "checkbox";
      element.checked = schema.default === true;
      return [element, () => element.checked];
    case "integer":
    case "number":
      element.type = "number";
      element.step = type === "integer" ? "1" : "any";
      if (schema.default !== undefined) element.value = schema.default;
      return [element, () => element.value === "" ? undefined : Number(element.value)];
    case "string":
      if (schema.default !== undefined) element.value = schema.default;
      return [element, () => element.value];
    default:
      element.placeholder = "JSON";
      if (schema.default !== undefined) element.value = JSON.stringify(schema.default);
      return [element, () => element.value === "" ? undefined : JSON.parse(element.value)];
  }
}

/** Fills an element with the fields of a schema; returns a function that reads the arguments. */
export function makeForm(schema, place) {
  const required = new Set(schema?.required ?? []);
  const readers = Object.entries(schema?.properties ?? {}).map(([name, property], index) => {
    const [element, read] = control(property ?? {});
    const label = document.createElement("label");
    element.id = `field-${index}`;
    element.name = name;
    element.required = required.has(name) && element.type !== "checkbox";
    label.htmlFor = element.id;
    label.textContent = property?.title ?? name;
    if (property?.description) {
      const description = document.createElement("span");
      description.className = "dim";
      description.textContent = ` ${property.description}`;
      label.append(description);
    }
    place.append(label, element);
    return [name, () => {
      const value = read();
      return value === "" && !required.has(name) ? undefined : value;
    }];
  });
  return () => Object.fromEntries(readers.map(([name, read]) => [name, read()]).filter(([, value]) => value !== undefined));
}
