import { Catalog, type CatalogPart } from "../builtin/index.ts";
import { stdioCatalog } from "../stdlib/host/stdio.ts";
import { lateParts } from "./late-parts.ts";

/** Everything a program can call without defining it. */
export const standardCatalog = new Catalog([stdioCatalog], lateParts);

/** The same with an embedder's own functions. A name that is taken already is an error. */
export function extendCatalog(extra: CatalogPart): Catalog {
  return new Catalog([stdioCatalog, extra], lateParts).withDistinctNames();
}
