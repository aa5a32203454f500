import type { BindingPattern } from "../../syntax/index.ts";

/** The names that a pattern binds, in order. */
export function patternNames(pattern: BindingPattern): readonly string[] {
  switch (pattern.kind) {
    case "name-pattern":
      return [pattern.name.text];
    case "dict-pattern":
      return [
        ...pattern.fields.map((field) => (field.alias ?? field.key).text),
        ...(pattern.rest ? [pattern.rest.text] : []),
      ];
    case "list-pattern":
      return [...pattern.elements.map((element) => element.name.text), ...(pattern.rest ? [pattern.rest.text] : [])];
    case "pair-pattern":
      return [pattern.first.text, pattern.second.text];
  }
}
