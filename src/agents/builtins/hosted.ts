import type { Builtin } from "../../builtin/index.ts";

/** A builtin, and once more under `__host_…`: the std module that documents it has a function of its name, and calls it by this one. */
export function hosted(builtin: Builtin): readonly Builtin[] {
  return [builtin, { ...builtin, name: `__host_${builtin.name}`, domain: "internal" }];
}
