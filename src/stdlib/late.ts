import type { CatalogPart } from "../builtin/index.ts";
import { compressionBuiltins } from "./host/compression/compression.ts";
import { cookieBuiltins } from "./host/cookies/cookies.ts";
import { junitBuiltins } from "./host/junit.ts";
import { multipartBuiltins } from "./host/multipart/multipart.ts";
import { netPolicyBuiltins } from "./host/network/net-policy.ts";
import { secretScanBuiltins } from "./host/secrets/scan.ts";
import { tokenRedactionBuiltins } from "./host/secrets/token-redaction.ts";

/** The builtins that few programs call: evaluated when the first of them is called, so that no start pays for them. */
export const lateStdlib: CatalogPart = {
  builtins: [
    ...compressionBuiltins,
    ...cookieBuiltins,
    ...junitBuiltins,
    ...multipartBuiltins,
    ...netPolicyBuiltins,
    ...secretScanBuiltins,
    ...tokenRedactionBuiltins,
  ],
};
