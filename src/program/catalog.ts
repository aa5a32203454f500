import { agentsCatalog } from "../agents/index.ts";
import { Catalog, type CatalogPart } from "../builtin/index.ts";
import { eventLogCatalog } from "../eventlog/index.ts";
import { hitlCatalog } from "../hitl/index.ts";
import { lifecycleCatalog } from "../lifecycle/index.ts";
import { llmCatalog } from "../llm/index.ts";
import { recordCatalog } from "../records/index.ts";
import { policyCatalog } from "../runtime/index.ts";
import { hostStdlib } from "../stdlib/host/index.ts";
import { pureStdlib } from "../stdlib/index.ts";
import { machineCatalog } from "../vm/index.ts";

const parts: readonly CatalogPart[] = [
  machineCatalog,
  ...pureStdlib,
  ...hostStdlib,
  eventLogCatalog,
  policyCatalog,
  lifecycleCatalog,
  hitlCatalog,
  llmCatalog,
  agentsCatalog,
  recordCatalog,
];

/** Everything a program can call without defining it. */
export const standardCatalog = new Catalog(parts);

/** The same with an embedder's own functions. A name that is taken already is an error. */
export function extendCatalog(extra: CatalogPart): Catalog {
  return new Catalog([...parts, extra]);
}
