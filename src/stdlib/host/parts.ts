import type { CatalogPart } from "../../builtin/index.ts";
import { clockBuiltins } from "./clock.ts";
import { fileBuiltins } from "./files.ts";
import { gitNamespace } from "./git/namespace.ts";
import { harnessMethods } from "./harness.ts";
import { logBuiltins } from "./log.ts";
import { pathBuiltins } from "./paths.ts";
import { processBuiltins } from "./process.ts";
import { progressBuiltins } from "./progress.ts";
import { randomBuiltins } from "./random.ts";
import { regexBuiltins } from "./regex.ts";
import { checkpointBuiltins, storeBuiltins } from "./state/builtins.ts";
import { styleBuiltins } from "./style.ts";
import { systemBuiltins } from "./system.ts";
import { timingBuiltins } from "./tracing/timing.ts";
import { tracingBuiltins } from "./tracing/tracing.ts";
import { urlBuiltins } from "./url.ts";
import { uuidBuiltins } from "./uuid.ts";

/** The library's host-facing half, as far as most programs meet it: beside `stdioCatalog`; the rest is in `../late.ts`. */
export const hostStdlib: readonly CatalogPart[] = [
  { handleMethods: harnessMethods() },
  { builtins: logBuiltins },
  { builtins: timingBuiltins },
  { builtins: tracingBuiltins },
  { builtins: styleBuiltins },
  { builtins: progressBuiltins },
  { builtins: uuidBuiltins },
  { builtins: fileBuiltins },
  { builtins: storeBuiltins },
  { builtins: checkpointBuiltins },
  { builtins: pathBuiltins },
  { builtins: processBuiltins },
  { builtins: systemBuiltins },
  { builtins: clockBuiltins },
  { builtins: randomBuiltins },
  { builtins: regexBuiltins },
  { builtins: urlBuiltins },
  gitNamespace,
];
