import type { Module, ModuleGraph } from "../modules/index.ts";

/** Of several programs, what the entry of each takes from other modules: module id to names. */
export function importedNames(graphs: readonly ModuleGraph[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { entry } of graphs)
    for (const { exported } of bindingsOf(entry)) namesOf(exported.module.id).add(exported.name);
  return names;

  function namesOf(id: string): Set<string> {
    const known = names.get(id) ?? new Set<string>();
    names.set(id, known);
    return known;
  }
}

function bindingsOf({ imports }: Module) {
  return imports.flatMap(({ bindings }) => bindings);
}
