import {
  type Builtin,
  type CallContext,
  type CatalogPart,
  declare,
  type Outcome,
  opt,
  t,
} from "../../builtin/index.ts";
import { type Json, type JsonObject, jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { DurationValue, FloatValue, isInt, Raise, show, typeError, type Value } from "../../value/index.ts";
import { type Lifecycle, lifecycleKey } from "../lifecycle.ts";
import { errorText, runSettlement } from "../settlement/agent.ts";
import { drainDecision, recordDecision, recordedReceipt } from "../settlement/drain-decision.ts";
import { acknowledgeHandoff } from "../settlement/loop.ts";
import { usualWaitMs, waitForSettlement } from "../settlement/wait.ts";
import { acknowledgeTrigger, deferTrigger } from "../triggers.ts";
import { countGiven } from "../unsettled/given-state.ts";
import { type Counts, countState, countsJson, isSettled, stateJson, summarize } from "../unsettled/state.ts";

const lifecycleDomain = declare("lifecycle");

type Given = Value | undefined;
type Run = (context: CallContext, lifecycle: Lifecycle, ...args: Given[]) => Outcome;

interface HarnessMethod {
  readonly name: string;
  readonly summary: string;
  readonly params: readonly string[];
  readonly run: Run;
}

/** Answers with JSON that takes a while to find. */
function answering(body: (context: CallContext, lifecycle: Lifecycle, ...args: Given[]) => Promise<JsonObject>): Run {
  return (context, lifecycle, ...args) =>
    context.async(async () => valueOfJson(await body(context, lifecycle, ...args)));
}

/** Of the state that is given, or of the present one. */
function counting(answer: (counts: Counts) => Value): Run {
  return (context, lifecycle, state) => {
    if (state !== undefined) return answer(countGiven(state));
    return context.async(async () => answer(countState(await lifecycle.unsettled())));
  };
}

const methods: readonly HarnessMethod[] = [
  {
    name: "unsettled_state",
    summary: "What is unsettled now: five lists.",
    params: [],
    run: answering(async (_context, lifecycle) => stateJson(await lifecycle.unsettled())),
  },
  {
    name: "is_empty",
    summary: "Whether nothing is unsettled.",
    params: ["state"],
    run: counting(isSettled),
  },
  {
    name: "counts",
    summary: "How much of each kind is unsettled.",
    params: ["state"],
    run: counting((counts) => valueOfJson(countsJson(counts))),
  },
  {
    name: "summary",
    summary: "What is unsettled, in one line.",
    params: ["state"],
    run: counting(summarize),
  },
  {
    name: "current_pipeline_id",
    summary: "The id of the run that work is done for, or nil.",
    params: [],
    run: (_context, lifecycle) => lifecycle.pipelineId,
  },
  {
    name: "wait_for_any_settlement",
    summary:
      "Wait until something settles, for 30 seconds if no other limit is given; at once when nothing is unsettled.",
    params: ["max_duration"],
    run: answering((context, lifecycle, limit) => waitForSettlement(context, lifecycle, millisecondsOf(limit))),
  },
  {
    name: "emit_audit",
    summary: "Put something about the end of this run on record.",
    params: ["kind", "payload"],
    run: (context, lifecycle, kind, payload) => emitAudit(context, lifecycle, textOf(kind), plain(payload)),
  },
  {
    name: "handoff_to",
    summary: "Leave work to another pipeline.",
    params: ["target", "payload"],
    run: (_context, lifecycle, target, payload) => valueOfJson(handOff(lifecycle, target, plain(payload))),
  },
  {
    name: "acknowledge_handoff",
    summary: "Take a handoff off the list, with what was decided about it.",
    params: ["envelope_id", "decision"],
    run: (_context, lifecycle, id, decision) =>
      valueOfJson(handoffReceipt(lifecycle, id === null ? "" : textOf(id), plain(decision))),
  },
  {
    name: "acknowledge_trigger",
    summary: "Take a queued trigger off its queue.",
    params: ["id"],
    run: answering((_context, lifecycle, id) => acknowledgeTrigger(lifecycle, id === null ? "" : textOf(id))),
  },
  {
    name: "defer_trigger",
    summary: "Take a queued trigger off its queue and hand it to another pipeline.",
    params: ["id", "target"],
    run: answering((_context, lifecycle, id, target) =>
      deferTrigger(lifecycle, id === null ? "" : textOf(id), target === null ? "" : textOf(target)),
    ),
  },
  {
    name: "finalize",
    summary: "Say what this run ended as.",
    params: ["disposition"],
    run: (_context, lifecycle, disposition) => {
      const payload = { disposition: plain(disposition) };
      lifecycle.disposition = payload.disposition;
      const entry = lifecycle.audits.record("pipeline_finalized", payload);
      return valueOfJson({ ...recordedReceipt("finalize", entry), status: "finalized" });
    },
  },
  {
    name: "resume_subagent",
    summary: "Let a suspended subagent go on, with input if it needs any.",
    params: ["handle", "input"],
    run: (context, lifecycle, handle, input) => {
      if (handle === undefined) throw typeError("Harness.resume_subagent expects a handle");
      const { subagents } = lifecycle;
      if (subagents === undefined) throw unknownWorker(handle);
      return context.async(() => subagents.resume(context, handle, input));
    },
  },
  {
    name: "cancel_subagent",
    summary: "End a subagent.",
    params: ["handle", "reason"],
    run: (context, lifecycle, handle) => {
      if (handle === undefined) throw typeError("Harness.cancel_subagent expects a handle");
      const { subagents } = lifecycle;
      if (subagents === undefined) throw unknownWorker(handle);
      return context.async(() => subagents.cancel(context, handle));
    },
  },
  {
    name: "spawn_settlement_agent",
    summary: "Decide about what is unsettled by the default rules, in a bounded number of rounds.",
    params: ["unsettled", "return_value", "options"],
    run: answering((context, lifecycle, unsettled, returnValue, options) =>
      runSettlement(context, lifecycle, {
        unsettled: plain(unsettled),
        returnValue: plain(returnValue),
        options: plain(options),
      }),
    ),
  },
];

function builtinName(method: string): string {
  return `__harness_${method}`;
}

export const harnessBuiltins: readonly Builtin[] = methods.map(({ name, summary, params, run }) =>
  lifecycleDomain({
    name: builtinName(name),
    summary,
    params: params.map((param) => opt(param, t.any)),
    effect: "agent",
    // Methods take what they are given: an explicit nil is not the same as nothing.
    lenient: true,
    run: (context, ...args: Given[]) => run(context, context.service(lifecycleKey), ...args),
  }),
);

/** The methods of `harness` itself. */
export const harnessRootMethods: NonNullable<CatalogPart["handleMethods"]> = {
  Harness: Object.fromEntries(methods.map(({ name }) => [name, builtinName(name)])),
};

function textOf(value: Given): string {
  return value === undefined ? "" : show(value);
}

function plain(value: Given): Json {
  return jsonOfValue(value ?? null);
}

function millisecondsOf(limit: Given): number {
  if (limit instanceof DurationValue) return Math.max(0, Number(limit.milliseconds));
  if (limit instanceof FloatValue) return Math.max(0, limit.value);
  return limit !== undefined && isInt(limit) ? Math.max(0, Number(limit)) : usualWaitMs;
}

function unknownWorker(handle: Value): Raise {
  return typeError(`unknown worker: ${show(handle)}`);
}

/** Decisions about unsettled work are the hooks' affair as well. */
function emitAudit(context: CallContext, lifecycle: Lifecycle, kind: string, payload: Json): Outcome {
  const method = "emit_audit";
  if (kind !== drainDecision || !lifecycle.hooks.has("OnDrainDecision"))
    return valueOfJson(recordedReceipt(method, lifecycle.audits.record(kind, payload)));
  return context.async(async () => {
    try {
      const outcome = await recordDecision(context, lifecycle, payload);
      if (outcome.kind === "recorded") return valueOfJson(recordedReceipt(method, outcome.entry));
      return valueOfJson({ status: "blocked", method, kind, reason: outcome.reason });
    } catch (error) {
      if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
      return valueOfJson({ status: "error", method, kind, error: errorText(error) });
    }
  });
}

function handOff(lifecycle: Lifecycle, target: Given, payload: Json): JsonObject {
  const method = "handoff_to";
  if (target === undefined) return { status: "rejected", method, reason: "missing target pipeline argument" };
  const handoff = lifecycle.handoffs.add(show(target), payload);
  return { status: "queued", method, envelope: lifecycle.handoffs.json(handoff) };
}

/** Suspended subagents come first: while there are any, no handoff is acknowledged. */
function handoffReceipt(lifecycle: Lifecycle, id: string, decision: Json): JsonObject {
  const method = "acknowledge_handoff";
  if (id === "") return { status: "rejected", method, reason: "missing envelope id" };
  const receipt = { method, envelope_id: id };
  if (lifecycle.hasSuspendedSubagents()) {
    const reason = "HARN-DRN-001: cannot acknowledge handoff while suspended subagents remain";
    return { status: "rejected", ...receipt, reason };
  }
  const envelope = acknowledgeHandoff(lifecycle, id, decision);
  return envelope === undefined ? { status: "not_found", ...receipt } : { status: "acknowledged", method, envelope };
}
