// One sweep of a captain over its backend: transcript, verdict of the oracle, receipt and summary, each a file.
import type { Json } from "../../eventlog/index.ts";
import { sha256Bytes } from "../../eventlog/sha256.ts";
import { recordError } from "../error.ts";
import { bool, type Codec, count, float, type Infer, list, nullable, text, word } from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import type { RecordServices } from "../services.ts";
import { type AuditReport, auditTranscript, isWriteTool, pullRequestOf } from "./audit.ts";
import { type Backend, openBackend } from "./backend.ts";
import { movedEvent, type TranscriptEvent, transcriptLine } from "./transcript.ts";

type Files = Pick<RecordServices, "files">;

const touched = record("MergeCaptainPrTouch", { repo: text, pr_number: count });
const transition = record("StateTransition", { step: text, event_index: count, triggered_by: text });
const mode = word("once", "watch");

const sweepReceipt = record("MergeCaptainRunReceipt", {
  _type: text,
  version: count,
  persona: text,
  run_id: text,
  scenario: nullable(text),
  mode,
  model_route: nullable(text),
  timeout_tier: nullable(text),
  sweeps: count,
  event_count: count,
  model_calls: count,
  tool_calls: count,
  cost_usd: float,
  latency_ms: count,
  approvals_requested: count,
  unsafe_action_attempts: count,
  prs_touched: list(touched),
  state_transitions: list(transition),
  oracle_error_findings: count,
  oracle_warn_findings: count,
  pass: bool,
});

export const sweepSummary = record("MergeCaptainRunSummary", {
  _type: text,
  version: count,
  run_id: text,
  backend: text,
  backend_source: nullable(text),
  scenario: nullable(text),
  mode,
  model_route: nullable(text),
  timeout_tier: nullable(text),
  sweeps: count,
  transcript_path: nullable(text),
  receipt_path: text,
  event_count: count,
  prs_touched: list(touched),
  state_transitions: list(transition),
  approvals_requested: count,
  model_calls: count,
  tool_calls: count,
  cost_usd: float,
  latency_ms: count,
  oracle_findings: count,
  oracle_error_findings: count,
  oracle_warn_findings: count,
  pass: bool,
});

export type SweepSummary = Infer<typeof sweepSummary>;

export interface SweepOptions {
  readonly backend: Backend;
  /** Watching repeats the sweep, as much later as it took and this longer. */
  readonly watch?: { readonly sweeps: number; readonly backoffMs: number };
  readonly modelRoute?: string;
  readonly timeoutTier?: string;
  /** Files of the run that have no path of their own go to `<runRoot>/merge-captain/<run id>`. */
  readonly runRoot: string;
  readonly transcriptPath?: string;
  readonly receiptPath?: string;
}

export interface Sweep {
  readonly summary: SweepSummary;
  readonly audit: AuditReport;
  readonly transcript: string;
  readonly transcriptPath: string;
  readonly receiptPath: string;
}

/** Sweeps and writes transcript and receipt. */
export function runSweep(options: SweepOptions, services: Files): Sweep {
  const source = openBackend(options.backend, services);
  const events = repeated(source.events, options);
  const lines = events.map(transcriptLine);
  const id = idOf(lines);
  const folder = `${options.runRoot}/merge-captain/${id}`;
  const transcriptPath = options.transcriptPath ?? `${folder}/event_log.jsonl`;
  const receiptPath = options.receiptPath ?? `${folder}/receipt.json`;
  const audit = auditTranscript(events, source.golden);
  const counts = countsOf(events, audit, options);
  const transcript = lines.map((line) => `${line}\n`).join("");
  const about = {
    run_id: id,
    scenario: source.golden?.scenario ?? source.scenario,
    model_route: options.modelRoute ?? null,
    timeout_tier: options.timeoutTier ?? null,
    cost_usd: 0,
    ...counts,
  };
  writeFile(transcriptPath, transcript, services);
  writeRecord(
    receiptPath,
    sweepReceipt,
    {
      _type: "merge_captain_run_receipt",
      version: 1,
      persona: "merge_captain",
      unsafe_action_attempts: events.filter(
        ({ body, type }) => type === "tool_call" && isWriteTool(`${body.tool_name}`),
      ).length,
      ...about,
    },
    services,
  );
  const summary: SweepSummary = {
    _type: "merge_captain_run_summary",
    version: 1,
    backend: options.backend.kind,
    backend_source: options.backend.path,
    transcript_path: transcriptPath,
    receipt_path: receiptPath,
    oracle_findings: audit.findings.length,
    ...about,
  };
  return { summary, audit, transcript, transcriptPath, receiptPath };
}

function sweepsOf({ watch }: SweepOptions): number {
  return Math.max(1, watch?.sweeps ?? 1);
}

function repeated(events: readonly TranscriptEvent[], options: SweepOptions): readonly TranscriptEvent[] {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) return events;
  const step = {
    index: Math.max(...events.map(({ index }) => index)) + 1,
    ms: Math.max(1, last.at - first.at) + (options.watch?.backoffMs ?? 0),
  };
  return Array.from({ length: sweepsOf(options) }, (_, sweep) =>
    sweep === 0 ? events : events.map((event) => movedEvent(event, { index: step.index * sweep, ms: step.ms * sweep })),
  ).flat();
}

/** By what was done: the same transcript has the same id. */
function idOf(lines: readonly string[]): string {
  const encoder = new TextEncoder();
  const parts = lines.flatMap((line) => {
    const bytes = encoder.encode(line);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
    return [length, bytes];
  });
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return `merge-captain-${sha256Bytes(whole).slice(0, 16)}`;
}

function countsOf(events: readonly TranscriptEvent[], audit: AuditReport, options: SweepOptions) {
  const times = events.map(({ at }) => at);
  const found = (severity: string): number => audit.findings.filter((each) => each.severity === severity).length;
  return {
    mode: options.watch === undefined ? ("once" as const) : ("watch" as const),
    sweeps: sweepsOf(options),
    event_count: audit.event_count,
    model_calls: audit.model_call_count,
    tool_calls: audit.tool_call_count,
    latency_ms: times.length === 0 ? 0 : Math.max(...times) - Math.min(...times),
    approvals_requested: events.filter(({ body, type }) => type === "plan" && wantsApproval(body.plan)).length,
    prs_touched: pullRequestsOf(events),
    state_transitions: audit.state_transitions,
    oracle_error_findings: found("error"),
    oracle_warn_findings: found("warn"),
    pass: audit.pass,
  };
}

function wantsApproval(plan: Json | undefined): boolean {
  return (plan as { readonly approval_required?: unknown } | null | undefined)?.approval_required === true;
}

/** Every pull request that a plan, a call or its answer is about, by repository and number. */
function pullRequestsOf(events: readonly TranscriptEvent[]): SweepSummary["prs_touched"] {
  const parts: Readonly<Record<string, string>> = {
    plan: "plan",
    tool_call: "raw_input",
    tool_call_update: "raw_output",
  };
  const found = new Map<string, { repo: string; pr_number: number }>();
  for (const { body, type } of events) {
    const part = parts[type];
    const about = part === undefined ? undefined : pullRequestOf(body[part]);
    if (about !== undefined) found.set(`${about.repo}#${about.number}`, { repo: about.repo, pr_number: about.number });
  }
  return [...found.values()].sort((left, right) => {
    if (left.repo === right.repo) return left.pr_number - right.pr_number;
    return left.repo < right.repo ? -1 : 1;
  });
}

/** A record as a file of its own. */
export function writeRecord<T>(path: string, codec: Codec<T>, value: T, services: Files): void {
  writeFile(path, `${codec.print(value, "")}\n`, services);
}

function writeFile(path: string, content: string, { files }: Files): void {
  const cut = path.lastIndexOf("/");
  try {
    if (cut > 0) files.makeFolder(path.slice(0, cut));
    files.writeAtomic(path, content);
  } catch (error) {
    throw recordError(`failed to write artifact ${path}`, error);
  }
}
