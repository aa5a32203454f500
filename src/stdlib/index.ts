import type { CatalogPart } from "../builtin/index.ts";
import { assertions } from "./assertions.ts";
import { bytesBuiltins } from "./bytes.ts";
import { listBuiltins } from "./collections.ts";
import { conversion } from "./conversion.ts";
import { dictBuiltins } from "./dicts.ts";
import { errorBuiltins } from "./errors.ts";
import { identity } from "./identity.ts";
import { iteratorBuiltins } from "./iterators/builtins.ts";
import { jsonBuiltins } from "./json/builtins.ts";
import { mathBuiltins } from "./math.ts";
import { rangeBuiltins } from "./ranges.ts";
import { results } from "./results.ts";
import { setBuiltins } from "./sets.ts";
import { stringBuiltins } from "./strings.ts";

export { classifyErrorText, errorCategoryOf } from "./errors.ts";
export {
  iterateDict,
  iterateList,
  iterateRange,
  iterateText,
  iteratorOf,
  requireIterator,
} from "./iterators/sources.ts";

/** What needs no host (no clock, no files, no models), as far as most programs meet it; the rest is in `late.ts`. */
export const pureStdlib: readonly CatalogPart[] = [
  conversion,
  identity,
  results,
  errorBuiltins,
  assertions,
  stringBuiltins,
  listBuiltins,
  dictBuiltins,
  setBuiltins,
  rangeBuiltins,
  iteratorBuiltins,
  mathBuiltins,
  bytesBuiltins,
  jsonBuiltins,
];
