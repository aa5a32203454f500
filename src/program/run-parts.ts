import type { CatalogPart } from "../builtin/index.ts";
import { lifecycleCatalog } from "../lifecycle/index.ts";
import { declaredCatalog, policyCatalog } from "../runtime/index.ts";

/** What programs call that look at their own run: its end, its policies, what they declare by attributes. */
export const runParts: readonly CatalogPart[] = [policyCatalog, declaredCatalog, lifecycleCatalog];
