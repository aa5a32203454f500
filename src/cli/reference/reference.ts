import { nodeModuleReader, stdModuleNames } from "../../host/node/node-module-reader.ts";
import { standardCatalog } from "../../program/index.ts";
import { nearestName } from "../../text/index.ts";
import { catalogEntries } from "./builtin-entries.ts";
import type { ReferenceEntry } from "./entry.ts";
import { moduleEntries } from "./module-entries.ts";

/** Everything that programs can call or name without writing it. */
export function wholeReference(): readonly ReferenceEntry[] {
  return [...catalogEntries(standardCatalog), ...moduleEntries(nodeModuleReader(), stdModuleNames())];
}

export type Found =
  | { readonly kind: "exact"; readonly entries: readonly ReferenceEntry[] }
  | { readonly kind: "similar"; readonly entries: readonly ReferenceEntry[] }
  | { readonly kind: "none"; readonly nearest: string | undefined };

/** By name (`split`, `read_text`, `harness.fs.read_text`, `std/text`), else by a part of the name, else by a word of the description. */
export function search(reference: readonly ReferenceEntry[], wanted: string): Found {
  const exact = reference.filter(({ name, group }) => [name, lastPart(name), `${group}.${name}`].includes(wanted));
  if (exact.length > 0) return { kind: "exact", entries: exact };
  const word = wanted.toLowerCase();
  for (const textOf of [
    ({ group }: ReferenceEntry) => (group === wanted ? word : ""),
    ({ name }: ReferenceEntry) => name.toLowerCase(),
    ({ description }: ReferenceEntry) => description.toLowerCase(),
  ]) {
    const entries = reference.filter((entry) => textOf(entry).includes(word));
    if (entries.length > 0) return { kind: "similar", entries };
  }
  const names = new Set(reference.flatMap(({ name }) => [name, lastPart(name)]));
  return { kind: "none", nearest: nearestName(wanted, names) };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** By page, in the order in which pages come first. */
export function groups(reference: readonly ReferenceEntry[]): ReadonlyMap<string, readonly ReferenceEntry[]> {
  const found = new Map<string, ReferenceEntry[]>();
  for (const entry of reference) {
    const known = found.get(entry.group);
    if (known === undefined) found.set(entry.group, [entry]);
    else known.push(entry);
  }
  return found;
}
