import { Catalog } from "../../builtin/index.ts";
import { eventLogCatalog } from "../../eventlog/index.ts";
import { llmCatalog } from "../../llm/index.ts";
import { hostStdlib } from "../../stdlib/host/index.ts";
import { pureStdlib } from "../../stdlib/index.ts";
import { machineCatalog } from "../../vm/index.ts";

/** Everything that programs can call. */
export const catalog = new Catalog([machineCatalog, ...pureStdlib, ...hostStdlib, eventLogCatalog, llmCatalog]);
