import {
  type ActiveLog,
  encodeJson,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonNumber,
  sha256,
  signedTime,
  topic,
} from "../../eventlog/index.ts";
import { redactPaths } from "./redaction.ts";

const receiptsTopic = topic("agent.lifecycle.receipts");

export type ReceiptKind = "suspension_receipt" | "resumption_receipt" | "drain_decision_receipt";

/** A receipt as programs hold it: numbered within the run. */
export interface Receipt extends JsonObject {
  readonly seq: number;
  readonly kind: ReceiptKind;
  readonly payload: JsonObject;
}

/** A receipt that is none. Its message names what is missing. */
export class ReceiptError extends Error {
  override readonly name = "ReceiptError";
}

/** What each kind needs, the time it is signed with, and what the signature is about besides kind and time. */
const shapes = {
  suspension_receipt: {
    required: ["handle", "initiator_id", "session_id", "reason"],
    time: "suspended_at",
    subject: ["handle", "session_id", "initiator", "initiator_id"],
  },
  resumption_receipt: {
    required: ["handle", "initiator_id", "session_id"],
    time: "resumed_at",
    subject: ["handle", "session_id", "initiator", "initiator_id"],
  },
  drain_decision_receipt: {
    required: ["pipeline_id", "decided_by", "reason"],
    time: "decided_at",
    subject: ["pipeline_id", "decided_by"],
  },
} as const;

const initiators = {
  suspension_receipt: ["self", "parent", "operator", "triggered"],
  resumption_receipt: ["parent", "operator", "triggered", "drain_agent", "timeout"],
} as const;
const actions = ["resume", "cancel", "handoff", "acknowledge", "defer", "wait", "finalize"];
const categories = [
  "suspended_subagent",
  "queued_trigger",
  "partial_handoff",
  "in_flight_llm_call",
  "pool_pending_task",
];

export interface ReceiptsOptions {
  readonly log: ActiveLog;
  /** Unix milliseconds, as the program sees time. */
  readonly now: () => number;
  /** Signs times; made for this run alone. */
  readonly key: Uint8Array;
}

/** What was decided about parked work, signed, so that a replay can be held to it. */
export class LifecycleReceipts {
  readonly #options: ReceiptsOptions;
  readonly #receipts: Receipt[] = [];

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  get all(): readonly Receipt[] {
    return this.#receipts;
  }

  recordSuspension(given: JsonObject): Receipt {
    const fields = { ...requiredOf("suspension_receipt", given), initiator: initiatorOf("suspension_receipt", given) };
    return this.#record("suspension_receipt", {
      ...fields,
      conditions: given.conditions ?? undefined,
      span_id: given.span_id ?? undefined,
    });
  }

  /** The input is hashed before anything in it is redacted. */
  recordResumption(given: JsonObject): Receipt {
    const fields = { ...requiredOf("resumption_receipt", given), initiator: initiatorOf("resumption_receipt", given) };
    return this.#record("resumption_receipt", {
      ...fields,
      input: given.input === undefined ? undefined : redactPaths(given.input, given.redact),
      input_hash: inputHash(given.input ?? null),
      continue_transcript: given.continue_transcript !== false,
      linked_suspension_span_id: given.linked_suspension_span_id ?? undefined,
      trigger_match: given.trigger_match ?? undefined,
    });
  }

  recordDrainDecision(given: JsonObject): Receipt {
    const fields = requiredOf("drain_decision_receipt", given);
    const item = isJsonObject(given.item) ? given.item : {};
    const prompt = given.prompt_hash ?? (typeof given.prompt === "string" ? promptHash(given.prompt) : undefined);
    return this.#record("drain_decision_receipt", {
      ...fields,
      item: { category: oneOf(categories, item.category), id: textOr(item.id), summary: item.summary ?? "" },
      action: oneOf(actions, given.action),
      prompt_hash: prompt,
    });
  }

  /** Undefined when the signature holds; otherwise what is wrong. */
  signatureProblem(kind: string, payload: JsonObject): string | undefined {
    if (!isReceiptKind(kind)) return `lifecycle receipt persistence: unknown lifecycle receipt kind: ${kind}`;
    const missing = [...shapes[kind].required, shapes[kind].time].find((key) => payload[key] === undefined);
    if (missing !== undefined) return `lifecycle receipt persistence: missing field \`${missing}\``;
    const time = payload[shapes[kind].time];
    const at = isJsonObject(time) ? jsonNumber(time.at_ms) : undefined;
    const found = isJsonObject(time) ? textOr(time.signature) : "";
    const expected = textOr(this.#sign(kind, payload, at ?? 0).signature);
    if (at !== undefined && found === expected) return undefined;
    return `HARN-SUS-013 lifecycle signature mismatch (expected ${expected}, found ${found})`;
  }

  #record(kind: ReceiptKind, fields: JsonObject): Receipt {
    const at = Math.trunc(this.#options.now());
    const payload = { ...fields, [shapes[kind].time]: this.#sign(kind, fields, at) };
    const receipt: Receipt = { seq: this.#receipts.length + 1, kind, payload };
    this.#receipts.push(receipt);
    const headers = { kind, seq: receipt.seq.toString() };
    this.#options.log.getOrCreate().append(receiptsTopic, { kind, payload, headers });
    return receipt;
  }

  #sign(kind: ReceiptKind, fields: JsonObject, at: number): JsonObject {
    const about = Object.fromEntries(shapes[kind].subject.map((key) => [key, fields[key] ?? null]));
    return signedTime(this.#options.key, at, encodeJson({ kind, ...about }));
  }
}

/** Recursively sorted keys, so that equal inputs have one hash. An absent input hashes as nil. */
export function inputHash(input: Json): string {
  return `sha256:${sha256(encodeJson(input))}`;
}

export function promptHash(prompt: string): string {
  return `sha256:${sha256(prompt)}`;
}

export type Replayed =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: string; readonly code: string };

/** The input that the recorded resumption had, if the candidate is the same. */
export function replayResumeInput(payload: JsonObject, candidate: Json): Replayed {
  requirePayload(payload, ["handle", "session_id", "initiator", "initiator_id", "input_hash", "resumed_at"]);
  const [expected, got] = [textOr(payload.input_hash), inputHash(candidate)];
  if (expected === got) return { ok: true, value: payload.input ?? null };
  const code = "HARN-SUS-011";
  const about = `replay resume input hash mismatch for ${textOr(payload.handle)}`;
  return { ok: false, code, error: `${code} ${about} (expected ${expected}, got ${got})` };
}

/** The action that was decided, if it was decided by the same prompt. */
export function replayDrainDecision(payload: JsonObject, prompt: string | undefined): Replayed {
  requirePayload(payload, ["pipeline_id", "item", "action", "reason", "decided_by", "decided_at"]);
  const expected = payload.prompt_hash;
  if (prompt !== undefined && typeof expected === "string" && expected !== promptHash(prompt)) {
    const code = "HARN-SUS-012";
    const id = isJsonObject(payload.item) ? textOr(payload.item.id) : "";
    const about = `replay drain decision prompt hash mismatch for ${id}`;
    return { ok: false, code, error: `${code} ${about} (expected ${expected}, got ${promptHash(prompt)})` };
  }
  return { ok: true, value: payload.action ?? null };
}

function isReceiptKind(kind: string): kind is ReceiptKind {
  return Object.hasOwn(shapes, kind);
}

function requirePayload(payload: JsonObject, keys: readonly string[]): void {
  const missing = keys.find((key) => payload[key] === undefined);
  if (missing !== undefined) throw new ReceiptError(`invalid receipt payload: missing field \`${missing}\``);
}

function requiredOf(kind: ReceiptKind, given: JsonObject): JsonObject {
  const { required } = shapes[kind];
  const missing = required.find((key) => typeof given[key] !== "string");
  if (missing !== undefined) throw new ReceiptError(`lifecycle receipt: missing ${missing}`);
  return Object.fromEntries(required.map((key) => [key, given[key]]));
}

function initiatorOf(kind: keyof typeof initiators, given: JsonObject): string {
  const known: readonly string[] = initiators[kind];
  const initiator = textOr(given.initiator);
  if (given.initiator === undefined || known.includes(initiator)) return initiator === "" ? "parent" : initiator;
  throw new ReceiptError(`lifecycle receipt: unknown initiator \`${initiator}\` (expected ${known.join(", ")})`);
}

function oneOf(known: readonly string[], given: Json | undefined): string {
  const name = textOr(given);
  if (known.includes(name)) return name;
  throw new ReceiptError(`lifecycle receipt: unknown value \`${name}\` (expected ${known.join(", ")})`);
}

function textOr(json: Json | undefined): string {
  return typeof json === "string" ? json : "";
}
