import type { Json, JsonObject } from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { type ClaimedJob, outcomeJson, readEvent } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";
import { withOrchestrator } from "../running/orchestrator.ts";
import { type ProjectRuntime, printJson } from "../running/project-runtime.ts";

/** Takes every ready job of a queue and has this manifest's trigger of the same id handle it. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [queue = ""] = invocation.positionals;
  const ttlMs = periodOf(invocation.text("claim-ttl") as string);
  const consumer = invocation.text("consumer-id") ?? `local-pid${process.pid}-${Date.now()}`;
  const report = await withOrchestrator(invocation, context, async (project) => {
    const responses = await drain(project, queue, consumer, ttlMs);
    const acked = responses.filter(({ error }) => error === null).length;
    const summary = await project.triggers.queue.summary(queue);
    const facts = { queue, consumer_id: consumer, claim_ttl_ms: ttlMs, drained: responses.length };
    return { ...facts, acked, deferred: responses.length - acked, responses, summary };
  });
  if (invocation.has("json")) printJson(context, report);
  else context.output.write("stdout", textOf(report));
  return 0;
}

interface Response extends JsonObject {
  readonly queue: string;
  readonly job_event_id: number;
  readonly consumer_id: string;
  readonly handled_at_ms: number;
  readonly outcome: Json;
  readonly error: string | null;
}

/** A job that cannot be handled here keeps its claim until that runs out: then somebody else may try. */
async function drain(project: ProjectRuntime, name: string, consumer: string, ttlMs: number): Promise<Response[]> {
  const { queue } = project.triggers;
  const responses: Response[] = [];
  for (;;) {
    const claim = await queue.claimNext(name, consumer, ttlMs);
    if (claim === undefined) return responses;
    const { error, outcome } = await handle(project, claim);
    queue.respond(claim, outcome, error);
    if (error === null) queue.ack(claim);
    responses.push({
      queue: claim.queue,
      job_event_id: claim.job.id,
      consumer_id: consumer,
      handled_at_ms: Date.now(),
      outcome,
      error,
    });
  }
}

async function handle(
  { task, triggers }: ProjectRuntime,
  { job, queue }: ClaimedJob,
): Promise<{ readonly outcome: Json; readonly error: string | null }> {
  try {
    const binding = triggers.registry.resolve(job.triggerId);
    if (binding.spec.handler.kind === "worker")
      throw new Error(
        `worker queue '${queue}' resolved trigger '${job.triggerId}' to another worker:// handler; queue drains require a non-worker consumer binding`,
      );
    const { outcome } = await triggers.fire(task, binding, readEvent(job.event));
    const isDone = outcome.status === "succeeded" || outcome.status === "skipped";
    return { outcome: outcomeJson(outcome), error: isDone ? null : (outcome.error ?? outcome.status) };
  } catch (error) {
    return { outcome: null, error: messageOf(error) };
  }
}

function textOf(report: JsonObject & { readonly responses: readonly Response[] }): string {
  const { acked, consumer_id, deferred, drained, queue, responses, summary } = report;
  const { ready, in_flight, responses: all } = summary as JsonObject;
  const head = `Drained queue '${queue}' as ${consumer_id}: jobs=${drained} acked=${acked} deferred=${deferred} ready=${ready} in_flight=${in_flight} responses=${all}`;
  const lines = responses.map(
    ({ error, job_event_id: id }) =>
      `- job_event_id=${id} status=${error === null ? "acked" : "error"} error=${error ?? "-"}`,
  );
  return `${[head, ...lines].join("\n")}\n`;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a text such as `5m`. */
export function periodOf(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  if (number === "") throw new UsageError(`invalid duration '${text}': expected a number and ms, s, m, h or d`);
  return Number(number) * (unitMs[unit] ?? 1);
}
