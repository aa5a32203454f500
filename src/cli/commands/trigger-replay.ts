import type { Json, JsonObject } from "../../eventlog/index.ts";
import {
  type CorrectionScope,
  filterExpression,
  type Lineage,
  lineageJson,
  newAuditId,
  readEvent,
  readLineages,
  recordOperation,
} from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { operatorName, Pace, selectLineages } from "../running/bulk-triggers.ts";
import { type ProjectRuntime, printJson, withProject } from "../running/project-runtime.ts";

/** Dispatches recorded events again: one by its id, or all that a filter accepts. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [eventId] = invocation.positionals;
  const where = invocation.text("where");
  if (eventId === undefined && where === undefined)
    throw new UsageError("`harn trigger replay` needs the id of an event, or a filter (--where)");
  if (eventId !== undefined && where !== undefined)
    throw new UsageError("`harn trigger replay` takes the id of an event or a filter (--where), not both");
  const steering = steeringOf(invocation);
  const report = await withProject(context, { installs: true }, (project) =>
    eventId === undefined
      ? replayAll(project, context, invocation, where ?? "")
      : replayOne(project, invocation, eventId, steering),
  );
  printJson(context, report);
  return 0;
}

async function replayAll(
  project: ProjectRuntime,
  context: CommandContext,
  invocation: Invocation,
  where: string,
): Promise<JsonObject> {
  const { triggers } = project;
  const filter = filterExpression(where);
  const chosen = await selectLineages(project, filter);
  const isDryRun = invocation.has("dry-run");
  const pace = new Pace(invocation, context, "replay", chosen.length);
  const items: JsonObject[] = [];
  for (const lineage of chosen) {
    if (isDryRun) items.push({ ...lineageJson(lineage), status: "dry_run" });
    else {
      await pace.wait();
      const report = await replay(project, lineage, invocation.text("as-of"));
      items.push({ ...lineageJson(lineage), status: report.outcome.status, report: report.json });
    }
    pace.done(isDryRun ? "skipped" : "succeeded");
  }
  const id = newAuditId(triggers);
  recordOperation(triggers, { id, operation: "replay", by: operatorName(context), filter, isDryRun, items });
  const executed = isDryRun ? 0 : items.length;
  return {
    operation: "replay",
    dry_run: isDryRun,
    filter: where,
    matched_count: items.length,
    executed_count: executed,
    skipped_count: items.length - executed,
    audit_id: id,
    items,
  };
}

async function replayOne(
  project: ProjectRuntime,
  invocation: Invocation,
  eventId: string,
  steering: Steering | undefined,
): Promise<JsonObject> {
  const lineages = await readLineages(project.triggers.log.getOrCreate());
  const lineage = lineages.find((candidate) => candidate.eventId === eventId);
  if (lineage === undefined) throw new CommandFailure("trigger.unknown_event", `unknown trigger event id '${eventId}'`);
  if (invocation.has("dry-run")) return { ...lineageJson(lineage), status: "dry_run" };
  const { json, outcome } = await replay(project, lineage, invocation.text("as-of"));
  return {
    ...json,
    ...(invocation.has("diff") ? driftOf(lineage.outcome, json.replay as JsonObject) : {}),
    ...(steering === undefined ? {} : { correction: correct(project, lineage, json, outcome.status, steering) }),
  };
}

async function replay({ task, triggers }: ProjectRuntime, lineage: Lineage, asOf: string | undefined) {
  const event = readEvent(lineage.event);
  const binding = triggers.registry.resolveForReplay(
    lineage.bindingId,
    asOf === undefined ? lineage.bindingVersion : 0,
    asOf ?? event.receivedAt,
  );
  const { outcome } = await triggers.replayAt(task, binding, event);
  const json = {
    event_id: lineage.eventId,
    binding_id: binding.spec.id,
    binding_version: binding.version,
    replay: {
      status: outcome.status,
      attempt_count: outcome.attemptCount,
      handler_kind: outcome.handlerKind,
      target_uri: outcome.targetUri,
      result: outcome.result,
      error: outcome.error,
    },
  };
  return { json, outcome };
}

function driftOf(original: JsonObject, again: JsonObject): JsonObject {
  const fields: Record<string, Json> = {};
  for (const key of Object.keys(again))
    if (JSON.stringify(original[key] ?? null) !== JSON.stringify(again[key] ?? null))
      fields[key] = { original: original[key] ?? null, replay: again[key] ?? null };
  return { original, drift: { changed: Object.keys(fields).length > 0, fields } };
}

// ------------------------------------------------------------ steering

interface Steering {
  readonly step: "event" | "outcome";
  readonly toDecision: Json;
  readonly reason: string;
  readonly by: string;
  readonly scope: CorrectionScope;
}

function steeringOf(invocation: Invocation): Steering | undefined {
  const step = invocation.text("steer-from");
  if (step === undefined) return undefined;
  if (step !== "event" && step !== "outcome")
    throw new CommandFailure("trigger.unknown_step", `unknown replay step '${step}'; expected event or outcome`);
  const decision = invocation.text("to-decision");
  if (decision === undefined)
    throw new UsageError("--steer-from needs the decision that should have been: --to-decision");
  return {
    step,
    toDecision: decisionOf(decision),
    reason: invocation.text("reason") ?? "manual replay steering",
    by: invocation.text("applied-by") ?? "operator",
    scope: (invocation.text("scope") ?? "this_run") as CorrectionScope,
  };
}

function decisionOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new UsageError(`--to-decision must be JSON, got '${text}'`);
  }
}

function correct(
  { triggers }: ProjectRuntime,
  lineage: Lineage,
  report: JsonObject,
  status: string,
  { by, reason, scope, step, toDecision }: Steering,
): JsonObject {
  const { event, eventId, bindingId, bindingKey, bindingVersion } = lineage;
  return triggers.corrections.record({
    actorId: bindingId,
    fromDecision: step === "event" ? event : (report.replay ?? null),
    toDecision,
    reason,
    appliedBy: by,
    scope,
    more: {
      action: `${event.provider}.${event.kind}`,
      trace_id: event.trace_id ?? null,
      step,
      metadata: { binding_key: bindingKey, binding_version: bindingVersion, event_id: eventId, replay_status: status },
    },
  });
}
