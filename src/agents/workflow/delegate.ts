import type { CallContext } from "../../builtin/index.ts";
import { dictAt, itemsAt, list, merged, record, textAt } from "../../llm/fields.ts";
import { Raise, show } from "../../value/index.ts";
import { makeArtifact } from "../artifacts/artifact.ts";
import type { AgentService } from "../service.ts";
import { requestOf } from "../workers/worker.ts";
import type { StageInput, StageResult } from "./stage.ts";

/** Hands a stage to a worker, waits for it, and keeps what it left. */
export async function delegate(context: CallContext, service: AgentService, input: StageInput): Promise<StageResult> {
  const metadata = dictAt(input.node, "metadata");
  const worker = await service.workers.spawn(context, {
    name: textAt(metadata, "worker_name") ?? input.id,
    mode: "delegated_stage",
    task: input.task,
    config: record({ node: input.node }),
    request: requestOf(input.task, input.node.get("system") ?? null, metadata),
    carry: undefined,
    audit: record({ parent_stage_id: input.id }),
    execution: undefined,
    transcript: undefined,
    artifacts: input.artifacts,
  });
  let error: string | undefined;
  try {
    await service.workers.wait(context, worker);
  } catch (problem) {
    if (!(problem instanceof Raise) || problem.kind === "cancelled" || problem.kind === "deadline") throw problem;
    error = show(problem.value);
  }
  const summary = worker.summary();
  const about = { worker: summary, worker_id: worker.id };
  const result = dictAt(record({ result: worker.result }), "result");
  const made = (itemsAt(result, "artifacts") ?? worker.artifacts).flatMap((artifact) => {
    const dict = dictAt(record({ artifact }), "artifact");
    if (dict === undefined || input.artifacts.includes(dict)) return [];
    return [dict.with("metadata", merged(dictAt(dict, "metadata"), record({ delegated: true, worker_id: worker.id })))];
  });
  const isOk = error === undefined && worker.status === "completed";
  const text = textAt(dictAt(result, "result"), "visible_text") ?? textAt(dictAt(result, "result"), "text") ?? "";
  const report = makeArtifact(
    input.source,
    record({
      id: `${input.id}_worker_${worker.id}`,
      kind: "worker_result",
      title: `worker ${worker.name}`,
      text,
      data: summary.without("result"),
      source: input.id,
      stage: input.id,
      freshness: "fresh",
      metadata: record({ worker_id: worker.id, delegated: true }),
      lineage: list(made.map((artifact) => textAt(artifact, "id") ?? "")),
    }),
  );
  return {
    status: isOk ? "completed" : "failed",
    outcome: isOk ? "subagent_completed" : "error",
    branch: isOk ? "success" : "error",
    text,
    produced: [...made, report],
    consumed: [],
    transcript: worker.transcript ?? null,
    verification: null,
    reasoning: null,
    error,
    result: dictAt(result, "result"),
    metadata: about,
  };
}
