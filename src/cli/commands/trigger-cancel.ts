import type { JsonObject } from "../../eventlog/index.ts";
import {
  CancelRequests,
  filterExpression,
  isCancellable,
  lineageJson,
  newAuditId,
  readLineages,
  recordOperation,
} from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";
import { operatorName, Pace, selectLineages } from "../running/bulk-triggers.ts";
import { type ProjectRuntime, printJson, withProject } from "../running/project-runtime.ts";

/** Asks for events to be left alone. What has ended already stays as it is. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [eventId] = invocation.positionals;
  const where = invocation.text("where");
  if ((eventId === undefined) === (where === undefined))
    throw new UsageError("`harn trigger cancel` takes the id of an event, or a filter (--where)");
  const report = await withProject(context, { installs: false }, (project) =>
    cancel(project, context, invocation, { eventId, where }),
  );
  printJson(context, report);
  return 0;
}

interface Choice {
  readonly eventId: string | undefined;
  readonly where: string | undefined;
}

async function cancel(
  project: ProjectRuntime,
  context: CommandContext,
  invocation: Invocation,
  { eventId, where }: Choice,
): Promise<JsonObject> {
  const { triggers } = project;
  const filter = where === undefined ? undefined : filterExpression(where);
  const chosen =
    filter === undefined
      ? (await readLineages(triggers.log.getOrCreate())).filter((lineage) => lineage.eventId === eventId)
      : await selectLineages(project, filter);
  const isDryRun = invocation.has("dry-run");
  const pace = new Pace(invocation, context, "cancel", chosen.length);
  const [by, id] = [operatorName(context), newAuditId(triggers)];
  const requests = new CancelRequests(triggers.log);
  const items: JsonObject[] = [];
  for (const lineage of chosen) {
    const cancellable = isCancellable(lineage);
    if (cancellable && !isDryRun) {
      await pace.wait();
      requests.add(lineage.bindingKey, lineage.eventId, by, id, triggers.now);
    }
    const status = !cancellable ? "not_cancellable" : isDryRun ? "dry_run" : "cancel_requested";
    items.push({ ...lineageJson(lineage), status, cancellable });
    pace.done(status === "cancel_requested" ? "succeeded" : "skipped");
  }
  recordOperation(triggers, { id, operation: "cancel", by, filter, isDryRun, items });
  const requested = items.filter(({ status }) => status === "cancel_requested").length;
  return {
    operation: "cancel",
    dry_run: isDryRun,
    ...(where === undefined ? {} : { filter: where }),
    matched_count: items.length,
    requested_count: requested,
    skipped_count: items.length - requested,
    audit_id: id,
    items,
  };
}
