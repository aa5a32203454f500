import type { CatalogPart } from "../builtin/index.ts";
import { humanBuiltins } from "./builtins.ts";

export const hitlCatalog: CatalogPart = { builtins: humanBuiltins };
