import { isDict, textAt } from "../../llm/fields.ts";
import { runtimeError, type Value } from "../../value/index.ts";

/** The id of what a program hands in for a worker: the id itself, or a dict that has one. */
export function idOf(target: Value): string {
  if (typeof target === "string") return target;
  if (!isDict(target)) throw runtimeError("expected agent handle or worker id");
  const id = textAt(target, "id");
  if (id === undefined) throw runtimeError("agent handle dict is missing an id field");
  return id;
}
