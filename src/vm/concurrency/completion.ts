import { Raise, show, type Value } from "../../value/index.ts";
import type { Completion } from "../task.ts";

/** The text of an error as `parallel settle` and `cancel_graceful` report it. */
export function errorText(error: unknown): string {
  if (!(error instanceof Raise)) return String(error);
  const isThrown = error.kind === "thrown" || error.kind === "cancelled" || error.kind === "deadline";
  return isThrown ? `Thrown: ${show(error.value)}` : show(error.value);
}

/** The value of a task that has ended, or its error thrown anew: each task that it crosses into has a trace of its own. */
export function resultOf(completion: Completion): Value {
  if (completion.kind === "value") return completion.value;
  throw carriedOver(completion.error);
}

export function carriedOver(error: unknown): unknown {
  if (!(error instanceof Raise)) return error;
  const copy = new Raise(error.kind, error.value, error.category);
  copy.namesLine = error.namesLine;
  copy.cause = error.cause;
  copy.trace.push(...error.trace);
  return copy;
}
