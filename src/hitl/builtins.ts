import { type Builtin, type CallContext, declare, opt, req, rest, t } from "../builtin/index.ts";
import { type JsonObject, jsonOfValue, rfc3339, valueOfJson } from "../eventlog/index.ts";
import { executionPoliciesKey, policyJson } from "../runtime/index.ts";
import { BuiltinValue, Closure, ListValue, runtimeError, type Value } from "../value/index.ts";
import { coerceLike } from "./coercion.ts";
import { cancellationOf, humanDesk, textOr } from "./desk.ts";
import { approvalDenied, humanTimeout } from "./errors.ts";
import { dualControlExecuted, kindNames } from "./kinds.ts";
import {
  type ApprovalOptions,
  approvalOptions,
  defaultTimeLimit,
  filledText,
  positiveInt,
  questionOptions,
  textList,
} from "./options.ts";
import { pendingFilters, pendingRequests } from "./pending.ts";
import { beginRequest, finishRequest, type HumanRequest, type RequestStart, requestHeaders } from "./request.ts";
import { readResponse } from "./response.ts";

const hitl = declare("hitl");

export const humanBuiltins: readonly Builtin[] = [
  hitl({
    name: "ask_user",
    summary:
      "Ask a person, and wait for the answer: `schema` checks it, `default` gives its type and stands in after `timeout`.",
    params: [req("prompt", t.string), opt("options", t.nilable(t.dict))],
    effect: "human",
    run: (context, prompt, options) =>
      context.async(() => askUser(context, prompt, questionOptions(options ?? undefined))),
  }),
  hitl({
    name: "request_approval",
    summary: "Ask for approval of an action, by one reviewer or a quorum, and wait for it. A refusal is an error.",
    params: [rest("args", t.any)],
    returns: t.dict,
    effect: "human",
    lenient: true,
    run: (context, action, options) =>
      context.async(() =>
        requestApproval(context, filledText(action, 0, "request_approval"), approvalOptions(options)),
      ),
  }),
  hitl({
    name: "dual_control",
    summary: "Call a closure once `n` of `m` approvers have agreed.",
    params: [req("n", t.int), req("m", t.int), req("action", t.closure), opt("approvers", t.list)],
    effect: "human",
    run: (context, n, m, action, approvers) => context.async(() => dualControl(context, n, m, action, approvers)),
  }),
  hitl({
    name: "escalate_to",
    summary: "Hand a decision to a role, and wait until somebody accepts it.",
    params: [req("role", t.string), req("reason", t.string)],
    returns: t.dict,
    effect: "human",
    run: (context, role, reason) =>
      context.async(() => escalate(context, filledText(role, 0, "escalate_to"), filledText(reason, 1, "escalate_to"))),
  }),
  hitl({
    name: "hitl_pending",
    summary: "Requests to people that nobody has answered, the newest first.",
    params: [opt("filters", t.nilable(t.dict))],
    returns: t.list,
    effect: "state",
    run(context, filters) {
      const wanted = pendingFilters(filters ?? null);
      const log = context.service(humanDesk).openLog;
      if (log === undefined) return new ListValue([]);
      return context.async(async () => valueOfJson(await pendingRequests(log, wanted)));
    },
  }),
];

async function askUser(
  context: CallContext,
  given: string,
  { schema, fallback, timeoutMs }: ReturnType<typeof questionOptions>,
): Promise<Value> {
  const prompt = filledText(given, 0, "ask_user");
  const desk = context.service(humanDesk);
  const request = finishRequest(beginRequest(context, "question", desk.now), "question", desk.runId, {
    prompt,
    schema: jsonOfValue(schema),
    default: jsonOfValue(fallback),
    timeout_ms: timeoutMs,
  });
  const end = await desk.ask(context, request, timeoutMs);
  if (end.kind === "timed_out") {
    if (fallback !== null) return fallback;
    throw humanTimeout(request.requestId, "question");
  }
  if (end.waitpoint.status === "cancelled") throw cancellationOf(request, end.waitpoint);
  const answer = valueOfJson(end.waitpoint.value ?? null);
  if (schema !== null) return context.callAsync(new BuiltinValue("schema_expect"), [answer, schema]);
  return coerceLike(answer, fallback);
}

async function requestApproval(context: CallContext, action: string, options: ApprovalOptions): Promise<Value> {
  const desk = context.service(humanDesk);
  const start = beginRequest(context, "approval", desk.now);
  const request = finishRequest(start, "approval", desk.runId, approvalPayload(start, action, options));
  return valueOfJson(await approvedRecord(context, request, options.timeoutMs));
}

/** What hosts show, once as one object and once as fields beside the older ones. */
export function approvalPayload(start: RequestStart, action: string, options: ApprovalOptions): JsonObject {
  const shown = approvalRequest(start, action, options, options.quorum);
  const { detail, quorum, reviewers, timeoutMs } = options;
  return { ...shown, approval_request: shown, detail, quorum, reviewers, deadline_ms: timeoutMs };
}

function approvalRequest(
  start: RequestStart,
  action: string,
  options: Omit<ApprovalOptions, "detail" | "quorum" | "reviewers">,
  quorum: number,
): JsonObject {
  return {
    id: start.requestId,
    action,
    args: options.args,
    principal: options.principal ?? start.agent,
    requested_at: rfc3339(start.requestedAtMs),
    deadline: rfc3339(start.requestedAtMs + options.timeoutMs),
    approvers_required: quorum,
    evidence_refs: options.evidenceRefs,
    undo_metadata: options.undoMetadata,
    capabilities_requested: options.capabilitiesRequested,
  };
}

async function approvedRecord(context: CallContext, request: HumanRequest, timeoutMs: number): Promise<JsonObject> {
  const end = await context.service(humanDesk).ask(context, request, timeoutMs);
  if (end.kind === "timed_out") throw humanTimeout(request.requestId, request.kind);
  const { waitpoint } = end;
  if (waitpoint.status === "completed") return waitpoint.value as JsonObject;
  const [reviewer, reason] = [textOr(waitpoint.cancelled_by), textOr(waitpoint.reason)];
  if (reason === "upstream_cancelled") throw cancellationOf(request, waitpoint);
  throw approvalDenied(request.requestId, { reviewer, reason });
}

async function dualControl(
  context: CallContext,
  needed: Value,
  of: Value,
  action: Value,
  given: ListValue | undefined,
): Promise<Value> {
  const builtin = "dual_control";
  const [n, m] = [positiveInt(needed, 0, builtin), positiveInt(of, 1, builtin)];
  if (n > m) throw runtimeError(`${builtin}: n must be less than or equal to m`);
  if (!(action instanceof Closure)) throw runtimeError(`${builtin}: action must be a closure`);
  const approvers = textList(given, builtin);
  if (approvers.length > 0 && approvers.length < m)
    throw runtimeError(`${builtin}: expected at least ${m} approvers, got ${approvers.length}`);
  const desk = context.service(humanDesk);
  const start = beginRequest(context, "dual_control", desk.now);
  const name = action.code.name === "" ? "anonymous" : action.code.name;
  const nothing = { principal: undefined, evidenceRefs: [], undoMetadata: null, capabilitiesRequested: [] };
  const options = { ...nothing, args: { n, m, approvers }, timeoutMs: defaultTimeLimit };
  const shown = approvalRequest(start, name, options, n);
  const payload = { ...shown, approval_request: shown, n, m, approvers, deadline_ms: defaultTimeLimit };
  const request = finishRequest(start, "dual_control", desk.runId, payload);
  await approvedRecord(context, request, defaultTimeLimit);
  const result = await context.callAsync(action, []);
  desk.log.append(kindNames.dual_control.topic, {
    kind: dualControlExecuted,
    payload: { request_id: request.requestId, result: jsonOfValue(result) },
    headers: requestHeaders(request),
  });
  return result;
}

async function escalate(context: CallContext, role: string, reason: string): Promise<Value> {
  const desk = context.service(humanDesk);
  const policy = context.service(executionPoliciesKey).current(context);
  const start = beginRequest(context, "escalation", desk.now);
  const request = finishRequest(start, "escalation", desk.runId, {
    role,
    reason,
    capability_policy: policy === undefined ? null : policyJson(policy),
  });
  const end = await desk.ask(context, request, undefined);
  if (end.kind === "timed_out") throw humanTimeout(request.requestId, "escalation");
  if (end.waitpoint.status === "cancelled") throw cancellationOf(request, end.waitpoint);
  const accepted = readResponse(request.requestId, end.waitpoint.value ?? null);
  return valueOfJson({
    request_id: request.requestId,
    role,
    reason,
    trace_id: request.traceId,
    status: "accepted",
    accepted_at: accepted?.respondedAt ?? null,
    reviewer: accepted?.reviewer ?? null,
  });
}
