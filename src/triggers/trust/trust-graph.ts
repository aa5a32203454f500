import {
  type EventLog,
  encodeJson,
  isJsonObject,
  type Json,
  type JsonObject,
  type LogEvent,
  parseExactJson,
  parseTimestamp,
  rfc3339,
  sanitizeTopicComponent,
  sha256,
  TopicFold,
  topic,
  topicEvents,
} from "../../eventlog/index.ts";
import { FloatValue } from "../../value/index.ts";
import type { AutonomyTier } from "../bindings/binding.ts";
import { isTier } from "../dispatch/handlers.ts";
import { hasFields, isWithin, newest, type RecordKeeping, type TimeSpan } from "../record-keeping.ts";

export const trustOutcomes = ["success", "failure", "denied", "timeout"] as const;
export type TrustOutcome = (typeof trustOutcomes)[number];

/** What an agent decided, and how it turned out. */
export interface TrustDecision {
  readonly agent: string;
  readonly action: string;
  readonly approver: string | null;
  readonly outcome: TrustOutcome;
  readonly traceId: string;
  readonly tier: AutonomyTier;
  readonly costUsd: number | null;
  readonly metadata: JsonObject;
}

/** A decision in the hash chain of the graph, in the words of the log. */
export interface TrustRecord extends JsonObject {
  readonly record_id: string;
  readonly agent: string;
  readonly action: string;
  readonly outcome: TrustOutcome;
  readonly trace_id: string;
  readonly autonomy_tier: AutonomyTier;
  readonly timestamp: string;
  readonly chain_index: number;
  readonly previous_hash: string | null;
  readonly entry_hash: string;
}

export interface TrustFilters extends TimeSpan {
  readonly agent?: string | undefined;
  readonly action?: string | undefined;
  readonly tier?: AutonomyTier | undefined;
  readonly outcome?: TrustOutcome | undefined;
  /** The newest so many. */
  readonly limit?: number | undefined;
}

const graphTopic = topic("trust_graph");
const recordsTopic = topic("trust_graph.records");
const recordedKind = "trust_recorded";
const schema = "opentrustgraph/v0.1";

/** The graph as its topic tells it. */
interface Graph {
  readonly records: TrustRecord[];
  /** What agents have been promoted or demoted to. */
  readonly tiers: Map<string, AutonomyTier>;
}

const graphs = new TopicFold<Graph>(
  () => ({ records: [], tiers: new Map() }),
  ({ records, tiers }, event) => {
    const record = trustRecordOf(event);
    if (record === undefined) return;
    records.push(record);
    const isChange = record.action === "trust.promote" || record.action === "trust.demote";
    if (isChange && record.outcome === "success") tiers.set(record.agent, record.autonomy_tier);
  },
);

function trustRecordOf(event: LogEvent): TrustRecord | undefined {
  const record = event.kind === recordedKind ? event.exactPayload() : null;
  return isTrustRecord(record) ? record : undefined;
}

/**
 * What agents have earned: decisions and their outcomes, in one hash chain per log. A copy goes to the topics of the agent
 * and to those that older readers know.
 */
export class TrustGraph {
  readonly #keeping: RecordKeeping;

  constructor(keeping: RecordKeeping) {
    this.#keeping = keeping;
  }

  newTraceId(): string {
    return `trace-${this.#keeping.uuid()}`;
  }

  async record(decision: TrustDecision): Promise<TrustRecord> {
    const record = await this.#chained(decision);
    const { agent, autonomy_tier, entry_hash, outcome, trace_id } = record;
    const headers = { agent, autonomy_tier, entry_hash, outcome, trace_id };
    const own = sanitizeTopicComponent(agent);
    for (const name of ["trust_graph", "trust.graph", `trust_graph.${own}`, `trust.graph.${own}`])
      this.#events.append(topic(name), { kind: recordedKind, payload: record, headers });
    const summary = recordSummary(record);
    this.#events.append(recordsTopic, {
      kind: recordedKind,
      payload: summary,
      headers: {
        actor_id: agent,
        action: record.action,
        autonomy_tier_at_time: autonomy_tier,
        outcome,
        trace_id,
      },
    });
    return record;
  }

  /** Oldest first. */
  async query(filters: TrustFilters): Promise<readonly TrustRecord[]> {
    const { records } = await this.#graph();
    return newest(
      records.filter((record) => fits(record, filters)),
      filters.limit,
    );
  }

  /** What the agent has been promoted or demoted to, else `fallback`. */
  async tierOf(agent: string, fallback: AutonomyTier): Promise<AutonomyTier> {
    return (await this.#graph()).tiers.get(agent) ?? fallback;
  }

  async score(agent: string, action: string | undefined): Promise<TrustScore> {
    const records = await this.query({ agent, action });
    const count = (outcome: TrustOutcome): number => records.filter((record) => record.outcome === outcome).length;
    const latest = records.at(-1);
    const [total, successes] = [records.length, count("success")];
    return {
      agent,
      action: action ?? null,
      total,
      successes,
      failures: count("failure"),
      denied: count("denied"),
      timeouts: count("timeout"),
      successRate: total === 0 ? 0 : successes / total,
      latestOutcome: latest?.outcome ?? null,
      latestTimestamp: latest?.timestamp ?? null,
      effectiveTier: await this.tierOf(agent, "act_auto"),
    };
  }

  /** Walks the chain and names what does not hold. */
  async verify(): Promise<JsonObject> {
    const stored = await topicEvents(this.#events, graphTopic);
    const events = stored.flatMap((event) => {
      const record = trustRecordOf(event);
      return record === undefined ? [] : [{ id: event.id, record }];
    });
    const errors: string[] = [];
    let broken: number | null = null;
    let previous: string | null = null;
    for (const [at, { id, record }] of events.entries()) {
      const problems = linkProblems(record, at + 1, previous).map((problem) => `event ${id}: ${problem}`);
      if (problems.length > 0) broken ??= id;
      errors.push(...problems);
      previous = record.entry_hash;
    }
    return {
      topic: graphTopic,
      total: events.length,
      verified: errors.length === 0,
      root_hash: previous,
      broken_at_event_id: broken,
      errors,
    };
  }

  async #chained(decision: TrustDecision): Promise<TrustRecord> {
    const last = (await this.#graph()).records.at(-1);
    const body = {
      schema,
      record_id: this.#keeping.uuid(),
      agent: decision.agent,
      action: decision.action,
      approver: decision.approver,
      outcome: decision.outcome,
      trace_id: decision.traceId,
      autonomy_tier: decision.tier,
      timestamp: rfc3339(this.#keeping.now()),
      cost_usd: decision.costUsd === null ? null : asFloat(decision.costUsd),
      chain_index: (last?.chain_index ?? 0) + 1,
      previous_hash: last?.entry_hash ?? null,
      metadata: decision.metadata,
    };
    return { ...body, entry_hash: hashOf(body) };
  }

  #graph(): Promise<Graph> {
    return graphs.of(this.#events, graphTopic);
  }

  get #events(): EventLog {
    return this.#keeping.log.getOrCreate();
  }
}

export interface TrustScore {
  readonly agent: string;
  readonly action: string | null;
  readonly total: number;
  readonly successes: number;
  readonly failures: number;
  readonly denied: number;
  readonly timeouts: number;
  readonly successRate: number;
  readonly latestOutcome: TrustOutcome | null;
  readonly latestTimestamp: string | null;
  readonly effectiveTier: AutonomyTier;
}

/** The short form that `std/trust` gives. */
export function recordSummary(record: TrustRecord): JsonObject {
  return {
    actor_id: record.agent,
    action: record.action,
    outcome: record.outcome,
    autonomy_tier_at_time: record.autonomy_tier,
    trace_id: record.trace_id,
    timestamp: record.timestamp,
    evidence_refs: [],
    approver: record.approver ?? null,
  };
}

/** Records by trace, traces in the order of their first record. */
export function groupedByTrace(records: readonly TrustRecord[]): readonly JsonObject[] {
  const groups = new Map<string, TrustRecord[]>();
  for (const record of records) {
    const group = groups.get(record.trace_id);
    if (group === undefined) groups.set(record.trace_id, [record]);
    else group.push(record);
  }
  return [...groups].map(([traceId, members]) => ({ trace_id: traceId, records: members }));
}

export function isTrustOutcome(name: string): name is TrustOutcome {
  return trustOutcomes.some((outcome) => outcome === name);
}

function isTrustRecord(json: Json): json is TrustRecord {
  if (!isJsonObject(json)) return false;
  const { agent, action, outcome, autonomy_tier: tier, timestamp } = json;
  if (typeof agent !== "string" || typeof action !== "string" || typeof timestamp !== "string") return false;
  return typeof outcome === "string" && isTrustOutcome(outcome) && typeof tier === "string" && isTier(tier);
}

function fits(record: TrustRecord, filters: TrustFilters): boolean {
  const { action, agent, outcome, tier } = filters;
  if (!hasFields<TrustRecord>(record, { action, agent, outcome, autonomy_tier: tier })) return false;
  return isWithin(filters, parseTimestamp(record.timestamp) ?? 0);
}

function linkProblems(record: TrustRecord, index: number, previous: string | null): readonly string[] {
  const problems: string[] = [];
  if (record.chain_index !== index) problems.push(`expected chain_index ${index}, found ${record.chain_index}`);
  if (record.previous_hash !== previous)
    problems.push(`previous_hash mismatch; expected ${previous ?? "none"}, found ${record.previous_hash ?? "none"}`);
  const { entry_hash: found, ...body } = record;
  const expected = hashOf(body);
  if (found !== expected) problems.push(`entry_hash mismatch; expected ${expected}, found ${found}`);
  return problems;
}

/** Over the record without its own hash, with sorted keys. */
function hashOf(body: JsonObject): string {
  return `sha256:${sha256(encodeJson(body))}`;
}

/** A cost is a float however round it is. */
function asFloat(value: number): Json {
  return parseExactJson(encodeJson(new FloatValue(value)));
}
