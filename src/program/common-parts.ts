import type { CatalogPart } from "../builtin/index.ts";
import { hostStdlib } from "../stdlib/host/parts.ts";
import { pureStdlib } from "../stdlib/index.ts";
import { machineCatalog } from "../vm/catalog.ts";

/** What most programs of some size call, and the smallest does not. */
export const commonParts: readonly CatalogPart[] = [machineCatalog, ...pureStdlib, ...hostStdlib];
