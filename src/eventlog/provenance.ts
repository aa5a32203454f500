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
const schemaEntryText = `"${schemaHeader}":"${provenanceSchema}"`;

/** What the hash of an event covers besides its headers. */
export interface HashedParts {
  readonly topic: Topic;
  readonly id: EventId;
  readonly kind: string;
  readonly payloadText: string;
  readonly occurredAtMs: number;
}

export interface StampedHeaders {
  /** In key order. */
  readonly entries: readonly (readonly [key: string, value: string])[];
  /** The same as compact JSON. */
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
  const entries = coveredEntries(given, previousHash);
  const texts = entries.map(encodeEntry);
  const recordHash = hashRecord(parts, `{${texts.join(",")}}`, sha256);
  // The schema header sorts behind the record hash, so there is always a place before something.
  const at = entries.findIndex(([key]) => key > recordHashHeader);
  entries.splice(at, 0, [recordHashHeader, recordHash]);
  texts.splice(at, 0, `"${recordHashHeader}":"${recordHash}"`);
  return { entries, text: `{${texts.join(",")}}`, recordHash };
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

/** Everything that the hash covers, in key order. */
function coveredEntries(
  given: Readonly<Record<string, string>> | undefined,
  previousHash: string | undefined,
): Entry[] {
  const own: Entry[] = previousHash === undefined ? [schemaEntry] : [[previousHashHeader, previousHash], schemaEntry];
  if (given === undefined) return own;
  const foreign = Object.entries(given).filter(([key]) => !isProvenanceHeader(key));
  return foreign.length === 0 ? own : [...foreign, ...own].sort(byKey);
}

function isProvenanceHeader(key: string): boolean {
  return key === schemaHeader || key === previousHashHeader || key === recordHashHeader;
}

function byKey([a]: Entry, [b]: Entry): number {
  return compareText(a, b);
}

function encodeEntry(entry: Entry): string {
  return entry === schemaEntry ? schemaEntryText : `${JSON.stringify(entry[0])}:${JSON.stringify(entry[1])}`;
}
