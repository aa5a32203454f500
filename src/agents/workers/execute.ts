import type { CallContext } from "../../builtin/index.ts";
import { dictAt, itemsAt, textAt } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { compactSession } from "../compaction/session-compaction.ts";
import { defaultKeepLast, readShaping } from "../compaction/settings.ts";
import { runLoop } from "../loop/loop.ts";
import type { AgentService } from "../service.ts";
import { runStageWorker, runWorkflowWorker } from "../workflow/workers.ts";
import { readSubAgent, runSubAgent } from "./sub-agent.ts";
import type { Worker } from "./worker.ts";

/** How a run of a worker ended. */
export type RunEnd =
  | { readonly kind: "parked"; readonly transcript: DictValue | undefined }
  | {
      readonly kind: "done";
      readonly result: Value;
      readonly transcript: DictValue | undefined;
      readonly artifacts: readonly Value[];
      readonly runId?: string | undefined;
      readonly runPath?: string | undefined;
    };

export async function executeWorker(context: CallContext, service: AgentService, worker: Worker): Promise<RunEnd> {
  await carryTranscript(context, service, worker);
  switch (worker.mode) {
    case "sub_agent":
      return runAsSubAgent(context, service, worker);
    case "top_level_agent":
      return runAsLoop(context, service, worker);
    case "stage":
    case "delegated_stage":
      return runStageWorker(context, service, worker);
    case "workflow":
      return runWorkflowWorker(context, service, worker);
  }
}

async function runAsSubAgent(context: CallContext, service: AgentService, worker: Worker): Promise<RunEnd> {
  const request = readSubAgent(service, worker.config.with("task", worker.task));
  const result = await runSubAgent(context, service, request);
  const transcript = dictAt(result, "transcript") ?? service.sessions.get(request.sessionId)?.transcript();
  if (textAt(result, "status") === "suspended") return { kind: "parked", transcript };
  return { kind: "done", result, transcript, artifacts: itemsAt(result, "artifacts") ?? [] };
}

async function runAsLoop(context: CallContext, service: AgentService, worker: Worker): Promise<RunEnd> {
  const result = await runLoop(context, service, {
    prompt: worker.task,
    system: textAt(worker.config, "system"),
    options: dictAt(worker.config, "options"),
  });
  const transcript = dictAt(result, "transcript");
  if (textAt(result, "status") === "suspended") return { kind: "parked", transcript };
  return { kind: "done", result, transcript, artifacts: [] };
}

/** What a worker that goes on keeps of its conversation. A first run has none. */
async function carryTranscript(context: CallContext, service: AgentService, worker: Worker): Promise<void> {
  const session = service.sessions.get(textAt(worker.config, "session_id") ?? "");
  if (session === undefined || worker.history.length < 2) return;
  switch (worker.carry.transcriptMode) {
    case "inherit":
    case "fork":
      return;
    case "reset":
      session.replaceMessages([]);
      return;
    case "compact":
      await compactSession(
        context,
        service,
        session,
        {
          keepFirst: 0,
          keepLast: Math.min(defaultKeepLast, 2),
          threshold: 0,
          strategy: "truncate",
          label: "truncate",
          compactor: undefined,
          ...readShaping(undefined),
        },
        "worker",
      );
  }
}
