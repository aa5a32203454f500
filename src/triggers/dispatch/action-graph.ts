import { isJsonObject, type Json, type JsonObject } from "../../eventlog/index.ts";
import { dispatchMetadata, targetUri } from "../bindings/handler.ts";
import type { Dispatch } from "./dispatch-log.ts";
import { errorClass } from "./error-class.ts";
import type { PredicateVerdict } from "./predicate.ts";

/** A step of a dispatch that the action graph shows. */
export type GraphUpdate =
  | { readonly kind: "received" }
  | { readonly kind: "predicate"; readonly verdict: PredicateVerdict }
  | { readonly kind: "approval"; readonly detail: JsonObject; readonly reason: string; readonly requestId: string }
  | { readonly kind: "started"; readonly attempt: number }
  | { readonly kind: "succeeded"; readonly attempt: number; readonly result: Json }
  | { readonly kind: "failed"; readonly attempt: number; readonly error: string }
  | { readonly kind: "waiting"; readonly attempt: number; readonly message: string }
  | { readonly kind: "retry"; readonly attempt: number; readonly delayMs: number; readonly error: string }
  | { readonly kind: "dead-lettered"; readonly attemptCount: number; readonly error: string };

interface Node {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly status: string;
  readonly outcome: string;
  readonly metadata: JsonObject;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly label: string | null;
}

interface Step {
  readonly node: Node;
  readonly edge?: Edge;
  readonly context: JsonObject;
}

/** The record of a step: the nodes and edges it adds to the graph of its trace. */
export function graphRecord(dispatch: Dispatch, update: GraphUpdate): JsonObject {
  const { binding, event, replayOf } = dispatch;
  const { node, edge, context } = stepOf(dispatch, update);
  return {
    source: "dispatcher",
    trace_id: event.traceId,
    event_id: event.id,
    observability: {
      schema_version: 1,
      planner_rounds: [],
      research_fact_count: 0,
      action_graph_nodes: [nodeJson(node, event.traceId)],
      action_graph_edges: edge === undefined ? [] : [edgeJson(edge)],
      worker_lineage: [],
      verification_outcomes: [],
      transcript_pointers: [],
      compaction_events: [],
      daemon_events: [],
    },
    context: {
      source: "dispatcher",
      trigger_id: binding.spec.id,
      binding_key: binding.key,
      event_id: event.id,
      replay_of_event_id: replayOf,
      ...context,
    },
  };
}

function nodeJson(node: Node, traceId: string): JsonObject {
  const unused = { run_id: null, run_path: null, stage_id: null, node_id: null, worker_id: null };
  return { ...node, ...unused, trace_id: traceId };
}

function edgeJson({ from, to, kind, label }: Edge): JsonObject {
  return { from_id: from, to_id: to, kind, label };
}

function stepOf(dispatch: Dispatch, update: GraphUpdate): Step {
  const { binding, event } = dispatch;
  const { handler } = binding.spec;
  const where = { handler_kind: handler.kind, target_uri: targetUri(handler) };
  switch (update.kind) {
    case "received":
      return { node: receivedNode(dispatch), context: {} };
    case "predicate":
      return predicateStep(dispatch, update.verdict);
    case "approval":
      return {
        node: {
          id: `approval:${binding.key}:${event.id}`,
          kind: "approval",
          label: `approval required: ${update.reason}`,
          status: "waiting",
          outcome: "request_approval",
          metadata: update.detail,
        },
        edge: {
          ...edgeTo(dispatch, `approval:${binding.key}:${event.id}`),
          kind: "approval_gate",
          label: "autonomy budget",
        },
        context: { reason: update.reason, request_id: update.requestId },
      };
    case "started":
      return {
        node: dispatchNode(dispatch, update.attempt, "running", `attempt_${update.attempt}`, {}),
        edge: startEdge(dispatch, update.attempt),
        context: {
          attempt: update.attempt,
          ...where,
          target_agent: handler.kind === "a2a" ? (handler.target.split("/")[0] ?? null) : null,
        },
      };
    case "succeeded": {
      const isQueued = handler.kind === "worker";
      const receipt = isQueued && isJsonObject(update.result) ? update.result : {};
      const extra = isQueued ? { job_event_id: receipt.job_event_id, response_topic: receipt.response_topic } : {};
      return {
        node: dispatchNode(dispatch, update.attempt, "completed", isQueued ? "enqueued" : "success", extra),
        context: {
          attempt: update.attempt,
          ...where,
          dispatch_metadata: dispatchMetadata(handler),
          result: update.result,
        },
      };
    }
    case "failed":
      return {
        node: dispatchNode(dispatch, update.attempt, "failed", "failed", { error: update.error }),
        context: { attempt: update.attempt, ...where, error: update.error },
      };
    case "waiting":
      return {
        node: dispatchNode(dispatch, update.attempt, "waiting", "waiting", { message: update.message }),
        context: { attempt: update.attempt, ...where, message: update.message },
      };
    case "retry":
      return retryStep(dispatch, update);
    case "dead-lettered":
      return deadLetterStep(dispatch, update);
  }
}

function receivedNode({ event }: Dispatch): Node {
  return {
    id: triggerNodeId(event.id),
    kind: "trigger",
    label: `${event.provider}:${event.kind}`,
    status: "received",
    outcome: "received",
    metadata: {
      provider: event.provider,
      event_kind: event.kind,
      dedupe_key: event.dedupeKey,
      signature_status: event.signature.state,
    },
  };
}

function predicateStep(dispatch: Dispatch, verdict: PredicateVerdict): Step {
  const { binding, event } = dispatch;
  const figures = {
    cached: verdict.isCached,
    cost_usd: verdict.costUsd,
    latency_ms: verdict.latencyMs,
    predicate: verdict.text,
    tokens: verdict.tokens,
  };
  return {
    node: {
      id: predicateNodeId(dispatch),
      kind: "predicate",
      label: verdict.text,
      status: "completed",
      outcome: String(verdict.result),
      metadata: { ...figures, event_id: event.id, result: verdict.result, trigger_id: binding.spec.id },
    },
    edge: { from: triggerNodeId(event.id), to: predicateNodeId(dispatch), kind: "trigger_dispatch", label: null },
    context: { ...figures, reason: verdict.reason },
  };
}

function retryStep(dispatch: Dispatch, { attempt, delayMs, error }: GraphUpdate & { kind: "retry" }): Step {
  const { binding, event } = dispatch;
  const id = retryNodeId(dispatch, attempt - 1);
  return {
    node: {
      id,
      kind: "retry",
      label: `retry in ${delayMs}ms`,
      status: "scheduled",
      outcome: `attempt_${attempt}`,
      metadata: { event_id: event.id, trigger_id: binding.spec.id, attempt, delay_ms: delayMs, error },
    },
    edge: { from: dispatchNodeId(dispatch, attempt - 1), to: id, kind: "retry", label: `attempt ${attempt}` },
    context: { attempt, delay_ms: delayMs },
  };
}

function deadLetterStep(dispatch: Dispatch, { attemptCount, error }: GraphUpdate & { kind: "dead-lettered" }): Step {
  const { binding, event } = dispatch;
  const id = `dlq:${binding.key}:${event.id}`;
  const from = attemptCount === 0 ? triggerNodeId(event.id) : dispatchNodeId(dispatch, attemptCount);
  return {
    node: {
      id,
      kind: "dlq",
      label: binding.spec.id,
      status: "queued",
      outcome: "retry_exhausted",
      metadata: {
        event_id: event.id,
        trigger_id: binding.spec.id,
        attempt_count: attemptCount,
        final_error: error,
        error_class: errorClass(error),
      },
    },
    edge: { from, to: id, kind: "dlq_move", label: `${attemptCount} attempts` },
    context: { attempt_count: attemptCount, final_error: error },
  };
}

const nodeKinds: Readonly<Record<string, string>> = { worker: "worker_enqueue", a2a: "a2a_hop" };

function dispatchNode(dispatch: Dispatch, attempt: number, status: string, outcome: string, extra: JsonObject): Node {
  const { binding, event } = dispatch;
  const { handler } = binding.spec;
  return {
    id: dispatchNodeId(dispatch, attempt),
    kind: nodeKinds[handler.kind] ?? "dispatch",
    label: targetUri(handler),
    status,
    outcome,
    metadata: {
      event_id: event.id,
      trigger_id: binding.spec.id,
      attempt,
      handler_kind: handler.kind,
      target_uri: targetUri(handler),
      ...dispatchMetadata(handler),
      ...extra,
    },
  };
}

function startEdge(dispatch: Dispatch, attempt: number): Edge {
  const to = dispatchNodeId(dispatch, attempt);
  if (attempt > 1) return { from: retryNodeId(dispatch, attempt - 1), to, kind: "retry", label: `attempt ${attempt}` };
  return edgeTo(dispatch, to);
}

/** From the predicate, if there is one, else from the event itself. */
function edgeTo(dispatch: Dispatch, to: string): Edge {
  const { binding, event, replayOf } = dispatch;
  if (binding.spec.when !== null) return { from: predicateNodeId(dispatch), to, kind: "predicate_gate", label: "true" };
  const kind = replayOf === null ? "trigger_dispatch" : "replay_chain";
  return { from: triggerNodeId(event.id), to, kind, label: null };
}

function triggerNodeId(eventId: string): string {
  return `trigger:${eventId}`;
}

function predicateNodeId({ binding, event }: Dispatch): string {
  return `predicate:${binding.key}:${event.id}`;
}

function dispatchNodeId({ binding, event }: Dispatch, attempt: number): string {
  return `dispatch:${binding.key}:${event.id}:${attempt}`;
}

function retryNodeId({ binding, event }: Dispatch, attempt: number): string {
  return `retry:${binding.key}:${event.id}:${attempt}`;
}
