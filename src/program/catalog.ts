import { agentNamespaces } from "../agents/namespaces.ts";
import { Catalog, type CatalogPart } from "../builtin/index.ts";
import { eventLogCatalog } from "../eventlog/index.ts";
import { lifecycleCatalog } from "../lifecycle/index.ts";
import { declaredCatalog, policyCatalog } from "../runtime/index.ts";
import { hostStdlib } from "../stdlib/host/parts.ts";
import { pureStdlib } from "../stdlib/index.ts";
import { triggerNamespaces } from "../triggers/namespaces.ts";
import { machineCatalog } from "../vm/index.ts";
import { lateParts } from "./late-parts.ts";

const parts: readonly CatalogPart[] = [
  machineCatalog,
  ...pureStdlib,
  ...hostStdlib,
  eventLogCatalog,
  policyCatalog,
  declaredCatalog,
  lifecycleCatalog,
  triggerNamespaces,
  agentNamespaces,
];

/** Everything a program can call without defining it. */
export const standardCatalog = new Catalog(parts, lateParts);

/** The same with an embedder's own functions. A name that is taken already is an error. */
export function extendCatalog(extra: CatalogPart): Catalog {
  return new Catalog([...parts, extra], lateParts);
}
