import { resolve } from "../model/resolve.ts";
import { dynamic, generic, isNil } from "../model/type.ts";
import type { Binding } from "../symbols/scope.ts";

/**
 * A variable whose type was only inferred, from a dict that happened to have certain keys, or from nil. Once it is written in a way
 * that the inference did not see, less is known of it.
 */
export function weaken(binding: Binding, how: "whole" | "part"): void {
  if (binding.isAnnotated || binding.mode !== "var") return;
  const type = resolve(binding.type);
  if (type.kind === "shape") binding.type = generic("dict");
  else if (how === "part" && type.kind === "generic" && type.name === "list") binding.type = generic("list");
  else if (how === "part" && type.kind === "generic" && type.name === "dict") binding.type = generic("dict");
  else if (isNil(type)) {
    binding.type = dynamic;
    binding.awaitsType = false;
  }
}
