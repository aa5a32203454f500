import { type Builtin, declare, opt, regexEngine, req, t } from "../../builtin/index.ts";
import { recoverJson } from "../call/recover.ts";
import { requireSchema } from "../call/structured.ts";
import { routingPolicyDict } from "../options/routing.ts";
import { llmService } from "../service.ts";

const llm = declare("llm");

/** What decides which model answers, and saves an answer that came out wrong. */
export const routingBuiltins: readonly Builtin[] = [
  llm({
    name: "routing_policy",
    summary: "A policy for the `routing` option: models to try in turn, when to go on, and what it may cost.",
    params: [req("config", t.dict)],
    returns: t.dict,
    effect: "llm",
    run: (context, config) =>
      routingPolicyDict(config, context.service(llmService).newPolicyHandle(), context.service(regexEngine)),
  }),
  llm({
    name: "schema_recover",
    summary: "JSON that fits a schema out of a text that nearly does; a model is asked when nothing else helps.",
    params: [req("text", t.string), req("schema", t.any), opt("options", t.dict)],
    returns: t.dict,
    effect: "llm",
    run: (context, text, given, options) => {
      const service = context.service(llmService);
      const schema = requireSchema("schema_recover", given);
      return context.async(() => recoverJson(context, service, { text, schema, options }));
    },
  }),
];
