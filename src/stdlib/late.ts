import type { CatalogPart } from "../builtin/index.ts";
import { compressionBuiltins } from "./host/compression/compression.ts";
import { cookieBuiltins } from "./host/cookies/cookies.ts";

/** The builtins that few programs call: evaluated when the first of them is called, so that no start pays for them. */
export const lateStdlib: CatalogPart = {
  builtins: [...compressionBuiltins, ...cookieBuiltins],
};
