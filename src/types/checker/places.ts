import type { Expression } from "../../syntax/index.ts";
import type { Binding } from "../symbols/scope.ts";
import type { Checker } from "./context.ts";

/** A value that facts can be about: a name, or fields below it. `path` is empty for the name itself. */
export interface Place {
  readonly binding: Binding;
  readonly path: string;
}

const longestPath = 8;

export function placeOf(c: Checker, expression: Expression): Place | undefined {
  const fields: string[] = [];
  let at = expression;
  while (at.kind === "property" && fields.length < longestPath) {
    fields.unshift(at.name.text);
    at = at.object;
  }
  if (at.kind !== "name") return undefined;
  const binding = c.scope.find(at.name);
  return binding === undefined || binding.mode === "function" ? undefined : { binding, path: fields.join(".") };
}

/** What is known of a place beyond its declaration. */
export function factAbout(c: Checker, expression: Expression) {
  const place = placeOf(c, expression);
  return place?.binding.facts?.get(place.path);
}
