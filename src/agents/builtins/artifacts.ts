import { type Builtin, type CallContext, declare, req, t } from "../../builtin/index.ts";
import type { ArtifactSource } from "../artifacts/artifact.ts";
import { assembleContext } from "../artifacts/context.ts";
import { agentService } from "../service.ts";

const contextDomain = declare("context");

export function artifactSource(context: CallContext): ArtifactSource {
  return {
    newId: context.service(agentService).newId,
    now: () => secondsOf(context.host.clock.now()),
  };
}

/** RFC 3339 to the second: artifacts of one moment are equally recent. */
function secondsOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Beside what `records/` declares. */
export const artifactBuiltins: readonly Builtin[] = [
  contextDomain({
    name: "assemble_context",
    summary:
      "Packs pieces of artifacts into a budget and tells what was taken and why: `{chunks, included, dropped, reasons, total_tokens, budget_tokens, strategy, dedup}`. Options: `artifacts`, `budget_tokens`, `dedup`, `strategy`, `query`, `microcompact_threshold`, `ranker_callback`.",
    params: [req("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, given) => context.async(() => assembleContext(context, given)),
  }),
];
