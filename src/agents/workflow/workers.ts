import type { CallContext } from "../../builtin/index.ts";
import { dictAt, isDict, itemsAt, list, merged, record, textAt } from "../../llm/fields.ts";
import { runtimeError, thrown } from "../../value/index.ts";
import type { AgentService } from "../service.ts";
import type { RunEnd } from "../workers/execute.ts";
import type { Worker } from "../workers/worker.ts";
import { executeWorkflow } from "./engine.ts";
import { normalNode } from "./graph.ts";
import { runNode } from "./stage.ts";

/** Runs the one node that a worker was started with. A node that fails is an error of the worker. */
export async function runStageWorker(context: CallContext, service: AgentService, worker: Worker): Promise<RunEnd> {
  const given = dictAt(worker.config, "node") ?? record({});
  const node = normalNode(worker.name, given);
  const stage = await runNode(context, service, {
    id: worker.name,
    node: node.with("kind", "stage"),
    task: worker.task,
    artifacts: worker.artifacts.filter(isDict),
    contract: "",
    source: { newId: service.newId, now: () => new Date(context.host.clock.now()).toISOString() },
    options: merged(dictAt(worker.config, "options"), record({ permissions: worker.config.get("permissions") })),
  });
  if (stage.outcome === "error") throw thrown(stage.error ?? "the stage failed");
  const result = record({
    status: "completed",
    mode: worker.mode,
    task: worker.task,
    result: stage.result ?? record({ text: stage.text }),
    artifacts: list(stage.produced),
    transcript: stage.transcript,
    execution: worker.execution,
  });
  return {
    kind: "done",
    result,
    transcript: isDict(stage.transcript) ? stage.transcript : undefined,
    artifacts: stage.produced,
  };
}

/** Runs a graph as a worker; its record is the worker's child run. */
export async function runWorkflowWorker(context: CallContext, service: AgentService, worker: Worker): Promise<RunEnd> {
  const graph = dictAt(worker.config, "graph");
  if (graph === undefined) throw runtimeError("spawn_agent: config requires either graph or node");
  const options = merged(
    dictAt(worker.config, "options"),
    record({ parent_worker_id: worker.id, delegated: true, permissions: worker.config.get("permissions") }),
  );
  const result = await executeWorkflow(context, service, worker.task, graph, worker.artifacts, options);
  const run = dictAt(result, "run");
  return {
    kind: "done",
    result,
    transcript: dictAt(result, "transcript"),
    artifacts: itemsAt(result, "artifacts") ?? [],
    runId: textAt(run, "id"),
    runPath: textAt(result, "path"),
  };
}
