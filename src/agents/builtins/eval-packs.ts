import { type Builtin, declare, req, t } from "../../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { evalPackManifest, RunRecordError } from "../../records/index.ts";
import { type DictValue, type ListValue, runtimeError, type Value } from "../../value/index.ts";

const records = declare("run-records");

/** The manifest that a pack's fields make. */
function manifestOf(id: string, fields: DictValue): Value {
  try {
    return valueOfJson(evalPackManifest(jsonOfValue(fields.has("id") ? fields : fields.with("id", id))));
  } catch (error) {
    throw error instanceof RunRecordError ? runtimeError(error.message) : error;
  }
}

function fieldValues(keys: ListValue, fields: DictValue): Value[] {
  return keys.view().map((key) => fields.get(key as string) ?? null);
}

export const evalPackBuiltins: readonly Builtin[] = [
  records({
    name: "%eval_pack",
    summary: "What an eval_pack declaration evaluates to: its manifest. The statements in it run with it.",
    params: [
      req("id", t.string),
      req("keys", t.list),
      req("fields", t.dict),
      req("body", t.any),
      req("summarize", t.any),
    ],
    returns: t.dict,
    effect: "state",
    run: (context, id, keys, fields, body, summarize) => {
      const manifest = manifestOf(id, fields);
      const blocks = [body, summarize].filter((block) => block !== null);
      if (blocks.length === 0) return manifest;
      return context.async(async () => {
        for (const block of blocks) await context.callAsync(block, [manifest, ...fieldValues(keys, fields)]);
        return manifest;
      });
    },
  }),
];
