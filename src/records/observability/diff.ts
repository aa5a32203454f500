import { encodeJson } from "../../eventlog/index.ts";
import { change, pairUp, showDaemonKind, showOptional } from "../comparison.ts";
import type { CompactionEvent, DaemonEvent, ObservabilityRecord, TranscriptPointer } from "../shapes/observability.ts";
import type { RunRecord } from "../shapes/run-record.ts";
import { deriveObservability } from "./derive.ts";

export interface ObservabilityDiff {
  readonly section: string;
  readonly label: string;
  readonly details: readonly string[];
}

/** One kind of observation: how its items are told apart, and what of them is compared. */
interface Section<T> {
  readonly name: string;
  readonly noun: string;
  readonly items: (seen: ObservabilityRecord) => readonly T[];
  readonly key: (item: T) => string;
  /** What two that belong together are called, when that is not their key. */
  readonly label?: (item: T) => string;
  readonly compare: (left: T, right: T) => readonly string[];
}

function section<T>(
  described: Section<T>,
): (left: ObservabilityRecord, right: ObservabilityRecord) => ObservabilityDiff[] {
  const byKey = (seen: ObservabilityRecord): ReadonlyMap<string, T> =>
    new Map(described.items(seen).map((item) => [described.key(item), item]));
  return (left, right) =>
    pairUp(byKey(left), byKey(right)).flatMap(([key, a, b]) => {
      const details = detailsOf(described, a, b);
      const label = a !== undefined && b !== undefined ? (described.label?.(a) ?? key) : key;
      return details.length === 0 ? [] : [{ section: described.name, label, details }];
    });
}

function detailsOf<T>({ compare, noun }: Section<T>, left: T | undefined, right: T | undefined): readonly string[] {
  if (left !== undefined && right !== undefined) return compare(left, right);
  return [`${noun} missing from ${right === undefined ? "right" : "left"} run`];
}

const sections = [
  section({
    name: "worker_lineage",
    noun: "worker",
    items: (seen) => seen.worker_lineage,
    key: (worker) => worker.worker_id,
    compare: (a, b) => [
      ...change("status", a.status, b.status),
      ...change("run_id", showOptional(a.run_id), showOptional(b.run_id)),
      ...change("run_path", showOptional(a.run_path), showOptional(b.run_path)),
    ],
  }),
  section({
    name: "planner_rounds",
    noun: "planner summary",
    items: (seen) => seen.planner_rounds,
    key: (round) => round.stage_id,
    label: (round) => round.node_id,
    compare: (a, b) => [
      ...change("iterations", a.iteration_count, b.iteration_count),
      ...change("tool_executions", a.tool_execution_count, b.tool_execution_count),
      ...change("research_facts", showTexts(a.research_facts), showTexts(b.research_facts)),
      ...change("ledger_done_rejections", a.ledger_done_rejections, b.ledger_done_rejections),
      ...change("status", a.status, b.status),
    ],
  }),
  section({
    name: "transcript_pointers",
    noun: "pointer",
    items: (seen) => seen.transcript_pointers,
    key: (pointer) => pointer.id,
    compare: (a, b) => change("pointer", pointerFacts(a), pointerFacts(b)),
  }),
  section({
    name: "compaction_events",
    noun: "compaction event",
    items: (seen) => seen.compaction_events,
    key: (event) => event.id,
    compare: (a, b) => change("event", compactionFacts(a), compactionFacts(b)),
  }),
  section({
    name: "daemon_events",
    noun: "daemon event",
    items: (seen) => seen.daemon_events,
    key: (event) => `${event.daemon_id}:${showDaemonKind(event.kind)}:${event.timestamp}`,
    compare: (a, b) => change("event", daemonFacts(a), daemonFacts(b)),
  }),
  section({
    name: "verification",
    noun: "verification",
    items: (seen) => seen.verification_outcomes,
    key: (outcome) => outcome.stage_id,
    label: (outcome) => outcome.node_id,
    compare: (a, b) => [
      ...change("passed", showVerdict(a.passed), showVerdict(b.passed)),
      ...change("summary", showOptional(a.summary), showOptional(b.summary)),
    ],
  }),
];

function pointerFacts({ available, location, path }: TranscriptPointer): string {
  return `(${available}, ${showOptional(path)}, ${encodeJson(location)})`;
}

function compactionFacts({ archived_messages, available, snapshot_asset_id, strategy }: CompactionEvent): string {
  return `(${encodeJson(strategy)}, ${archived_messages}, ${showOptional(snapshot_asset_id)}, ${available})`;
}

function daemonFacts({ name, payload_summary, persist_path }: DaemonEvent): string {
  return `(${encodeJson(name)}, ${encodeJson(persist_path)}, ${showOptional(payload_summary)})`;
}

function showTexts(texts: readonly string[]): string {
  return `[${texts.map(encodeJson).join(", ")}]`;
}

function showVerdict(passed: boolean | null): string {
  return passed === null ? "None" : `Some(${passed})`;
}

/** What differs in what follows from two runs: the stored conclusions, where there are any. */
export function diffObservability(left: RunRecord, right: RunRecord): ObservabilityDiff[] {
  const [a, b] = [seenOf(left), seenOf(right)];
  return [...sections.flatMap((compare) => compare(a, b)), ...shapeDiff(a, b)];
}

function shapeDiff(left: ObservabilityRecord, right: ObservabilityRecord): ObservabilityDiff[] {
  const shape = (seen: ObservabilityRecord): string =>
    `${seen.action_graph_nodes.length}/${seen.action_graph_edges.length}`;
  const details = change("nodes/edges", shape(left), shape(right));
  return details.length === 0 ? [] : [{ section: "action_graph", label: "shape", details }];
}

function seenOf(run: RunRecord): ObservabilityRecord {
  return run.observability ?? deriveObservability(run);
}
