import { encodeJson, isJsonArray, isJsonObject, type Json, type JsonObject, sortedKeys } from "../eventlog/index.ts";
import { scalarLength, scalarSlice } from "../value/index.ts";
import type { Sequence } from "./sequence.ts";

/** Work that was given to another pipeline and that nobody has acknowledged yet. */
export interface Handoff {
  readonly envelopeId: string;
  readonly target: string;
  readonly origin: string | null;
  readonly payload: Json;
  readonly seq: number;
  /** Unix milliseconds. */
  readonly queuedAt: number;
}

export interface HandoffsOptions {
  readonly sequence: Sequence;
  /** Unix milliseconds, as the program sees time. */
  readonly now: () => number;
  readonly pipelineId: () => string | null;
}

/** The open handoffs of one run, in the order they were made. */
export class Handoffs {
  readonly #options: HandoffsOptions;
  #open: Handoff[] = [];

  constructor(options: HandoffsOptions) {
    this.#options = options;
  }

  get open(): readonly Handoff[] {
    return this.#open;
  }

  add(target: string, payload: Json): Handoff {
    const { sequence, now, pipelineId } = this.#options;
    const seq = sequence.next();
    // Ids count like the entries of the audit log, so that two runs of a program name their envelopes alike.
    const handoff = { envelopeId: `envelope_${seq}`, target, origin: pipelineId(), payload, seq, queuedAt: now() };
    this.#open.push(handoff);
    return handoff;
  }

  remove(envelopeId: string): Handoff | undefined {
    const index = this.#open.findIndex((handoff) => handoff.envelopeId === envelopeId);
    return index < 0 ? undefined : this.#open.splice(index, 1)[0];
  }

  clear(): void {
    this.#open = [];
  }

  /** All of them as programs see them, with their ages at one moment. */
  snapshot(): readonly JsonObject[] {
    const now = this.#options.now();
    return this.#open.map((handoff) => envelopeJson(handoff, now));
  }

  json(handoff: Handoff): JsonObject {
    return envelopeJson(handoff, this.#options.now());
  }
}

function envelopeJson(handoff: Handoff, now: number): JsonObject {
  return {
    envelope_id: handoff.envelopeId,
    from: handoff.origin,
    to: handoff.target,
    payload_summary: payloadSummary(handoff.payload),
    queued_at_ms: handoff.queuedAt,
    age_ms: Math.max(0, now - handoff.queuedAt),
    target_pipeline: handoff.target,
    origin_pipeline: handoff.origin,
    payload: handoff.payload,
    seq: handoff.seq,
  };
}

const longestPreview = 80;
const shownKeys = 6;

/** A payload in a few words, for lists of handoffs. */
export function payloadSummary(payload: Json): string {
  if (payload === null) return "nil";
  if (typeof payload === "string")
    return scalarLength(payload) > longestPreview ? `${scalarSlice(payload, 0, longestPreview)}...` : payload;
  if (isJsonArray(payload)) return `list(len=${payload.length})`;
  if (!isJsonObject(payload)) return encodeJson(payload);
  const keys = sortedKeys(payload);
  const shown = keys.slice(0, shownKeys).join(",");
  return keys.length > shownKeys ? `object(keys=${shown},...)` : `object(keys=${shown})`;
}
