import type { CatalogPart } from "../builtin/index.ts";
import { harnessBuiltins, harnessRootMethods } from "./builtins/harness-methods.ts";
import { hookBuiltins } from "./builtins/hooks.ts";
import { receiptBuiltins } from "./builtins/receipts.ts";
import { registrationBuiltins } from "./builtins/registration.ts";

/** Finish callbacks, session hooks, and the methods of `harness` itself. */
export const lifecycleCatalog: CatalogPart = {
  builtins: [...registrationBuiltins, ...hookBuiltins, ...harnessBuiltins, ...receiptBuiltins],
  handleMethods: harnessRootMethods,
};
