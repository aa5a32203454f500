import { type Builtin, declare, req, t } from "../../builtin/index.ts";
import type { DictValue } from "../../value/index.ts";

const records = declare("run-records");

/** The manifest that a pack's fields make. */
function manifestOf(id: string, fields: DictValue): DictValue {
  const versioned = fields.has("version") ? fields : fields.with("version", 1);
  return versioned.has("id") ? versioned : versioned.with("id", id);
}

export const evalPackBuiltins: readonly Builtin[] = [
  records({
    name: "%eval_pack",
    summary: "What an eval_pack declaration evaluates to: its manifest. The statements in it run with it.",
    params: [
      req("name", t.string),
      req("id", t.string),
      req("fields", t.dict),
      req("body", t.any),
      req("summarize", t.any),
    ],
    returns: t.dict,
    effect: "state",
    run: (context, _name, id, fields, body, summarize) => {
      const manifest = manifestOf(id, fields);
      const blocks = [body, summarize].filter((block) => block !== null);
      if (blocks.length === 0) return manifest;
      return context.async(async () => {
        for (const block of blocks) await context.callAsync(block, []);
        return manifest;
      });
    },
  }),
];
