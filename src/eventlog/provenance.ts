// The hash chain over the events of one topic.
//
// P1. Each event carries the schema name and the hash of its own record, and all but the first of a topic the hash of
//     the event before it.
// P2. A record's hash covers everything of it but the hash itself, as compact JSON with sorted keys.
// P3. Provenance headers are the log's: what a caller wrote there is dropped.
import { compareText } from "../value/index.ts";
import type { EventId, LogEvent } from "./event.ts";
import type { Sha256 } from "./sha256.ts";
import type { Topic } from "./topic.ts";

export const provenanceSchema = "harn-eventlog-provenance-v1";
export const schemaHeader = "harn.provenance.schema";
export const previousHashHeader = "harn.provenance.prev_hash";
export const recordHashHeader = "harn.provenance.record_hash";

type Entry = readonly [key: string, value: string];

const schemaEntry: Entry = [schemaHeader, provenanceSchema];
const schemaMember = `"${schemaHeader}":"${provenanceSchema}"`;

/** What the hash of an event covers besides its headers. */
export interface HashedParts {
  readonly topic: Topic;
  readonly id: EventId;
  readonly kind: string;
  readonly payloadText: string;
  readonly occurredAtMs: number;
}

export interface StampedHeaders {
  /** As compact JSON, in key order. */
  readonly text: string;
  readonly recordHash: string;
}

/** The headers an event is stored with. */
export function stampHeaders(
  parts: HashedParts,
  given: Readonly<Record<string, string>> | undefined,
  previousHash: string | undefined,
  sha256: Sha256,
): StampedHeaders {
  const { first, behindPrevious, last } = given === undefined ? noMembers : membersOf(given);
  const previous = previousHash === undefined ? "" : `"${previousHashHeader}":${JSON.stringify(previousHash)},`;
  const before = `{${first}${previous}${behindPrevious}`;
  const recordHash = hashRecord(parts, `${before}${last}}`, sha256);
  return { text: `${before}"${recordHashHeader}":"${recordHash}",${last}}`, recordHash };
}

/** A caller's headers as JSON members, by where they stand among those of the chain; the schema is among the last. */
interface Members {
  /** Before the previous hash, with a comma behind each. */
  readonly first: string;
  /** Between that and the record hash. */
  readonly behindPrevious: string;
  readonly last: string;
}

const noMembers: Members = { first: "", behindPrevious: "", last: schemaMember };

/** Who appends often gives the same headers every time, frozen. */
const knownMembers = new WeakMap<object, Members>();

function membersOf(given: Readonly<Record<string, string>>): Members {
  const known = knownMembers.get(given);
  if (known !== undefined) return known;
  const foreign = Object.entries(given).filter(([key]) => !isProvenanceHeader(key));
  const from = (low: string, high: string): Entry[] => foreign.filter(([key]) => key > low && key < high).sort(byKey);
  const listed = (entries: readonly Entry[]): string => entries.map((entry) => `${encodeEntry(entry)},`).join("");
  const members = {
    first: listed(foreign.filter(([key]) => key < previousHashHeader).sort(byKey)),
    behindPrevious: listed(from(previousHashHeader, recordHashHeader)),
    last: [...foreign.filter(([key]) => key > recordHashHeader), schemaEntry].sort(byKey).map(encodeEntry).join(","),
  };
  if (Object.isFrozen(given)) knownMembers.set(given, members);
  return members;
}

/** The hash that an event should carry. */
export function recomputeHash(event: LogEvent, sha256: Sha256): string {
  const covered = Object.entries(event.headers).filter(([key]) => key !== recordHashHeader);
  return hashRecord(event, `{${covered.sort(byKey).map(encodeEntry).join(",")}}`, sha256);
}

/** The hash of an event for its successor: the one it carries, else (an event of an older log) the one it should carry. */
export function hashOf(event: LogEvent, sha256: Sha256): string {
  const carried = event.headers[recordHashHeader];
  return carried !== undefined && carried.trim() !== "" ? carried : recomputeHash(event, sha256);
}

/**
 * What is wrong with the chain of one topic's events, given in id order; empty when it holds. A first event whose
 * predecessor was compacted away is judged against `previousHash`.
 */
export function verifyChain(events: readonly LogEvent[], sha256: Sha256, previousHash?: string): string[] {
  const faults: string[] = [];
  let expected = previousHash;
  for (const event of events) {
    const where = `topic ${event.topic} event ${event.id}`;
    const found = event.headers[previousHashHeader];
    if (found !== expected)
      faults.push(`${where} prev_hash mismatch; expected ${showHash(expected)}, found ${showHash(found)}`);
    const carried = event.headers[recordHashHeader];
    const recomputed = recomputeHash(event, sha256);
    if (carried !== recomputed)
      faults.push(`${where} record_hash mismatch; expected ${recomputed}, found ${carried ?? "none"}`);
    expected = carried;
  }
  return faults;
}

function showHash(hash: string | undefined): string {
  return hash === undefined ? "None" : `Some("${hash}")`;
}

function hashRecord(parts: HashedParts, headersText: string, sha256: Sha256): string {
  const { id, kind, occurredAtMs, payloadText, topic } = parts;
  const text = `{"event_id":${id},"headers":${headersText},"kind":${JSON.stringify(kind)},"occurred_at_ms":${occurredAtMs},"payload":${payloadText},"topic":"${topic}"}`;
  return `sha256:${sha256(text)}`;
}

function isProvenanceHeader(key: string): boolean {
  return key === schemaHeader || key === previousHashHeader || key === recordHashHeader;
}

function byKey([a]: Entry, [b]: Entry): number {
  return compareText(a, b);
}

function encodeEntry([key, value]: Entry): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}
