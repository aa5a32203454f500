import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Json } from "../../eventlog/index.ts";
import type { FiredDispatch } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { type ProjectRuntime, withProject } from "./project-runtime.ts";

const projectManifest = "harn.toml";

/** The project that `--config` names, on the log of `--state-dir`. */
export function withOrchestrator<T>(
  invocation: Invocation,
  context: CommandContext,
  body: (project: ProjectRuntime) => Promise<T>,
): Promise<T> {
  const { cwd } = context;
  const named = invocation.text("config") ?? projectManifest;
  const manifest = resolve(cwd, named);
  // A project without triggers needs no manifest; one that was named has to be there.
  if (named !== projectManifest && !isFile(manifest))
    throw new CommandFailure("manifest", `manifest not found: ${manifest}`);
  const stateFolder = resolve(cwd, invocation.text("state-dir") ?? ".harn/orchestrator");
  return withProject(context, { manifest, stateFolder, installs: true }, body);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

const statusOf = {
  succeeded: "dispatched",
  skipped: "dispatched",
  dlq: "dlq",
  failed: "failed",
  cancelled: "cancelled",
  waiting: "waiting",
} as const;

export interface DispatchReport {
  readonly event_id: string;
  readonly binding_id: string;
  readonly binding_version: number;
  readonly status: string;
  readonly replay_of_event_id: string | null;
  readonly dlq_entry_id: string | null;
  readonly error: string | null;
  readonly result: Json;
}

export function dispatchReport({ binding, deadLetterId, outcome }: FiredDispatch): DispatchReport {
  return {
    event_id: outcome.eventId,
    binding_id: binding.spec.id,
    binding_version: binding.version,
    status: statusOf[outcome.status],
    replay_of_event_id: outcome.replayOfEventId,
    dlq_entry_id: deadLetterId,
    error: outcome.error,
    result: outcome.result,
  };
}

/** The report as lines: what there is none of stands as `-`. */
export function dispatchText(title: string, report: DispatchReport): string {
  const { binding_id, binding_version, dlq_entry_id, error, event_id, replay_of_event_id, result, status } = report;
  const facts = { binding_id, binding_version, event_id, status, replay_of_event_id, dlq_entry_id, error, result };
  const lines = Object.entries(facts).map(([key, value]) => `- ${key}=${factText(value)}`);
  return `${[title, ...lines].join("\n")}\n`;
}

function factText(value: Json): string {
  if (value === null) return "-";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
