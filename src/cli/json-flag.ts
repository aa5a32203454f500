import type { FlagSpec } from "./arguments/spec.ts";

/** `--json`, which most commands have. */
export const json: FlagSpec = { name: "json", summary: "Print one JSON document instead of text" };
