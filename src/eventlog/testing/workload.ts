// A random history of one log that knows what it was promised, for tests that break the log in the middle.
import { consumerId, type EventLog, type LogEvent, sha256, type Topic, topic, verifyChain } from "../index.ts";

const topics = ["orders", "audit", "trigger.inbox"].map(topic);
const worker = consumerId("worker/1");
const keyHeader = "request";

/** What was acknowledged: it must be there whatever happens. */
export interface Promised {
  /** The number of the last acknowledged append; each event carries its own as payload. */
  sequence: number;
  /** Per topic: events up to this id were compacted. */
  readonly compacted: Map<Topic, number>;
  readonly cursors: Map<Topic, number>;
  /** Values of acknowledged idempotent appends. */
  readonly keys: Map<string, Topic>;
}

export function nothingPromised(): Promised {
  return { sequence: 0, compacted: new Map(), cursors: new Map(), keys: new Map() };
}

export interface Workload {
  readonly random: () => number;
  readonly steps: number;
  /** Told after each acknowledgement. */
  readonly acknowledged?: (promised: Promised) => void;
  readonly compacts: boolean;
}

/** Appends, acks, compacts and waits, `steps` times. Whatever the log throws ends it. */
export async function runWorkload(log: EventLog, promised: Promised, workload: Workload): Promise<void> {
  const { random } = workload;
  const pick = (): Topic => topics[Math.floor(random() * topics.length)] as Topic;
  let sequence = await highestSequence(log, promised);
  const pending = { cursors: new Map<Topic, number>(), keys: new Map<string, Topic>() };
  for (let step = 0; step < workload.steps; step++) {
    const choice = random();
    if (choice < 0.55) {
      log.append(pick(), { kind: "k", payload: ++sequence, headers: { note: "x".repeat(Math.floor(random() * 90)) } });
    } else if (choice < 0.65) {
      const [of, key] = [pick(), `key-${++sequence}`];
      await log.appendIdempotent(of, keyHeader, key, { kind: "i", payload: sequence, headers: { [keyHeader]: key } });
      pending.keys.set(key, of);
    } else if (choice < 0.75) {
      const of = pick();
      const upTo = (await log.latest(of)) ?? 0;
      log.ack(of, worker, upTo);
      pending.cursors.set(of, upTo);
    } else if (choice < 0.78 && workload.compacts) {
      const of = pick();
      const before = Math.max(0, ((await log.latest(of)) ?? 0) - 20);
      // Promised or not, it may have happened.
      promised.compacted.set(of, Math.max(before, promised.compacted.get(of) ?? 0));
      await log.compact(of, before);
    } else {
      await log.durable();
      promised.sequence = sequence;
      for (const [of, upTo] of pending.cursors) promised.cursors.set(of, upTo);
      for (const [key, of] of pending.keys) promised.keys.set(key, of);
      workload.acknowledged?.(promised);
    }
  }
}

/** A log that was compacted may not hold its highest number any more, but the promise does. */
async function highestSequence(log: EventLog, promised: Promised): Promise<number> {
  let highest = promised.sequence;
  for (const of of topics) for (const event of await readAll(log, of)) highest = Math.max(highest, sequenceOf(event));
  return highest;
}

/** What is wrong with a log that was opened again; empty when every promise holds. */
export async function brokenPromises(log: EventLog, promised: Promised): Promise<string[]> {
  const faults: string[] = [];
  const present = new Set<number>();
  let compacted = 0;
  for (const of of topics) {
    const events = await readAll(log, of);
    faults.push(...(await topicFaults(log, of, events, promised)));
    for (const event of events) present.add(sequenceOf(event));
    compacted += (events[0]?.id ?? ((await log.latest(of)) ?? 0) + 1) - 1;
  }
  faults.push(...prefixFaults(present, compacted, promised));
  for (const [of, upTo] of promised.cursors) {
    const cursor = await log.consumerCursor(of, worker);
    if (cursor === undefined || cursor < upTo)
      faults.push(`cursor of ${of}: ${upTo} was acknowledged, ${cursor} is there`);
  }
  return faults;
}

async function topicFaults(
  log: EventLog,
  of: Topic,
  events: readonly LogEvent[],
  promised: Promised,
): Promise<string[]> {
  const faults: string[] = [];
  const [first] = events;
  const limit = promised.compacted.get(of) ?? 0;
  if (first !== undefined && first.id > limit + 1)
    faults.push(`${of} begins at ${first.id}, though ${limit} were compacted`);
  for (const [at, event] of events.entries())
    if (event.id !== (first?.id ?? 1) + at) faults.push(`${of}: event ${at} has id ${event.id}`);
  if (events.length > 0) faults.push(...verifyChain(events, sha256, first?.headers["harn.provenance.prev_hash"]));
  const last = events.at(-1)?.id;
  const latest = await log.latest(of);
  if (last !== undefined && latest !== last) faults.push(`${of}: latest is ${latest}, the last event ${last}`);
  return faults;
}

/** Nothing acknowledged is missing, and whatever is there has all its predecessors, in every topic. */
function prefixFaults(present: ReadonlySet<number>, compacted: number, promised: Promised): string[] {
  const highest = Math.max(promised.sequence, ...present);
  const missing = highest - present.size - compacted;
  return missing > 0
    ? [`${missing} of the first ${highest} appends are missing (acknowledged: ${promised.sequence})`]
    : [];
}

/** Appending under an acknowledged key again must find the first event. */
export async function forgottenKeys(log: EventLog, promised: Promised): Promise<string[]> {
  const faults: string[] = [];
  for (const [key, of] of promised.keys) {
    const events = await readAll(log, of);
    if (!events.some((event) => event.headers[keyHeader] === key)) continue;
    const repeated = await log.appendIdempotent(of, keyHeader, key, {
      kind: "i",
      payload: -1,
      headers: { [keyHeader]: key },
    });
    if (repeated.inserted) faults.push(`key ${key} was forgotten`);
  }
  return faults;
}

function readAll(log: EventLog, of: Topic): readonly LogEvent[] | Promise<readonly LogEvent[]> {
  return log.readRange(of, undefined, Number.MAX_SAFE_INTEGER);
}

function sequenceOf(event: LogEvent): number {
  return typeof event.payload === "number" ? event.payload : 0;
}

/** What another process told of its promises. */
export function promisedFrom(text: string): Promised {
  const told: unknown = JSON.parse(text);
  const map = <V>(entries: unknown): Map<string, V> => new Map(entries as [string, V][]);
  if (typeof told !== "object" || told === null || !("sequence" in told)) return nothingPromised();
  const { sequence, compacted, cursors, keys } = told as { [name: string]: unknown };
  return {
    sequence: Number(sequence),
    compacted: map(compacted) as Map<Topic, number>,
    cursors: map(cursors) as Map<Topic, number>,
    keys: map(keys),
  };
}

export function tellPromised({ sequence, compacted, cursors, keys }: Promised): string {
  return JSON.stringify({ sequence, compacted: [...compacted], cursors: [...cursors], keys: [...keys] });
}

/** A small generator with a seed: the same history in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
