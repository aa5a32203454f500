import { runtimeError, type Value } from "../../value/index.ts";

/** An argument that has to be a text with something in it. */
export function present(builtin: string, name: string, value: Value | undefined): string {
  if (typeof value === "string" && value !== "") return value;
  throw runtimeError(`${builtin}: ${name} must be a non-empty string`);
}
