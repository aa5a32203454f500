import type { AgentService } from "../agents/index.ts";
import type { CallContext } from "../builtin/index.ts";
import { type ActiveLog, type Json, type JsonObject, jsonOfValue, valueOfJson } from "../eventlog/index.ts";
import { HumanDesk, type HumanRequest, type RequestKind, type RequestOutcome, TerminalAnswers } from "../hitl/index.ts";
import type { Lifecycle } from "../lifecycle/index.ts";
import { hostBridge, hostMocks } from "../stdlib/host/index.ts";
import { type DictValue, thrown } from "../value/index.ts";

export interface HumanDeskParts {
  readonly log: ActiveLog;
  readonly now: () => number;
  readonly lifecycle: Lifecycle;
  readonly agents: AgentService;
  /** Whether whoever sits at this machine's terminal is asked. */
  readonly asksTerminal: boolean;
}

/**
 * Humans as this runtime reaches them: mocks first, then the embedder's bridge, then the terminal; agent events tell the session
 * that asks.
 */
export function openHumanDesk({ log, now, lifecycle, agents, asksTerminal }: HumanDeskParts): HumanDesk {
  const terminal = asksTerminal ? new TerminalAnswers() : undefined;
  return new HumanDesk({
    log,
    now,
    runId: () => lifecycle.pipelineId ?? undefined,
    answer: (context, kind, request, ended) =>
      directAnswer(context, kind, request) ?? terminal?.answer(context, kind, request, ended),
    onRequested: (context, request) => tellRequested(agents, context, request),
    onResolved: (context, request, outcome) => tellResolved(agents, context, request, outcome),
  });
}

function directAnswer(
  context: CallContext,
  kind: RequestKind,
  request: JsonObject,
): Json | undefined | Promise<Json | undefined> {
  const params = valueOfJson(request) as DictValue;
  const mock = context.service(hostMocks).answer({ capability: "hitl", operation: kind, params });
  if (mock?.error !== undefined) throw thrown(mock.error);
  if (mock !== undefined) return jsonOfValue(mock.result);
  const asked = context.service(hostBridge).bridge?.call("hitl", kind, params);
  return asked?.then((given) => (given === undefined ? undefined : jsonOfValue(given)));
}

async function tellRequested(agents: AgentService, context: CallContext, request: HumanRequest): Promise<void> {
  const session = agents.currentSession(context.taskId);
  if (session === undefined) return;
  const { requestId, kind, payload } = request;
  await agents.events.emit(context, {
    type: "hitl_requested",
    session_id: session,
    request_id: requestId,
    kind,
    payload,
  });
}

async function tellResolved(
  agents: AgentService,
  context: CallContext,
  { requestId, kind }: HumanRequest,
  outcome: RequestOutcome,
): Promise<void> {
  const session = agents.currentSession(context.taskId);
  if (session === undefined) return;
  await agents.events.emit(context, {
    type: "hitl_resolved",
    session_id: session,
    request_id: requestId,
    kind,
    outcome,
  });
}
