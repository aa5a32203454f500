import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { isJsonObject, type JsonObject, rfc3339, type Topic, topic } from "../../eventlog/index.ts";
import { Base64Error, decodeBase64, encodeBase64 } from "../../value/index.ts";
import { redactHeaders } from "../events/header-redaction.ts";
import type { DedupeIndex } from "../inbox/dedupe.ts";
import type { RecordKeeping } from "../record-keeping.ts";

export class WebhookIntakeError extends Error {
  override readonly name = "WebhookIntakeError";
}

/** Where deliveries of some sender come in, how they are told to be genuine, and which topic they go to. */
export interface WebhookIntake {
  readonly id: string;
  /** Deliveries on another path are refused. */
  readonly path: string | undefined;
  readonly topic: Topic;
  readonly secret: Uint8Array;
  /** Names of headers are in lower case. */
  readonly signatureHeader: string;
  readonly signaturePrefix: string;
  readonly signatureEncoding: "hex" | "base64";
  readonly algorithm: "sha256" | "sha1";
  readonly allowsSha1: boolean;
  readonly deliveryIdHeader: string;
  readonly dedupeSeconds: number;
}

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly path: string | undefined;
  /** RFC 3339. */
  readonly receivedAt: string;
}

const rejectionsTopic = topic("triggers.webhook_intake.rejections");
const deliveryKind = "webhook_delivery";

/** How many deliveries are looked back on, when nobody says. */
const usualRecent = 100;

/**
 * Takes webhooks of any sender in: a delivery that is signed with the shared secret goes to the intake's topic, once for each id
 * that the sender gives it, over restarts as well. What is refused is on record with the reason, without its body.
 */
export class WebhookIntakes {
  readonly #keeping: RecordKeeping;
  readonly #dedupe: DedupeIndex;
  readonly #intakes = new Map<string, WebhookIntake>();

  constructor(keeping: RecordKeeping, dedupe: DedupeIndex) {
    this.#keeping = keeping;
    this.#dedupe = dedupe;
  }

  register(intake: WebhookIntake): WebhookIntake {
    const refuse = (problem: string): never => {
      throw new WebhookIntakeError(`intake config: ${problem}`);
    };
    if (this.#intakes.has(intake.id)) refuse(`intake \`${intake.id}\` is already registered`);
    if (intake.secret.length === 0) refuse("secret cannot be empty");
    const bound = [...this.#intakes.values()].find(({ path }) => path !== undefined && path === intake.path);
    if (bound !== undefined) refuse(`path \`${bound.path}\` is already bound to intake \`${bound.id}\``);
    this.#intakes.set(intake.id, intake);
    return intake;
  }

  /** Whether there was one. */
  deregister(id: string): boolean {
    return this.#intakes.delete(id);
  }

  /** By id. */
  list(): readonly JsonObject[] {
    return [...this.#intakes.values()].sort((left, right) => (left.id < right.id ? -1 : 1)).map(intakeJson);
  }

  async feed(id: string, delivery: Delivery): Promise<JsonObject> {
    const intake = this.#named(id);
    const { deliveryIdHeader, signatureHeader } = intake;
    if (intake.path !== undefined && delivery.path !== undefined && intake.path !== delivery.path)
      return this.#reject(intake, delivery, `path mismatch: expected \`${intake.path}\`, got \`${delivery.path}\``);
    const headers = new Map(Object.entries(delivery.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const signature = headers.get(signatureHeader);
    if (signature === undefined)
      return this.#reject(intake, delivery, `missing signature header \`${signatureHeader}\``);
    const problem = signatureProblem(intake, signature, delivery.body);
    if (problem !== undefined) return this.#reject(intake, delivery, problem);
    const deliveryId = headers.get(deliveryIdHeader)?.trim() ?? "";
    if (deliveryId === "") return this.#reject(intake, delivery, `missing delivery id header \`${deliveryIdHeader}\``);
    const isNew = await this.#dedupe.claim(`intake:${id}`, deliveryId, intake.dedupeSeconds * 1000);
    if (!isNew) return outcome(intake, delivery, { status: "duplicate", delivery_id: deliveryId });
    const eventId = this.#keeping.log.getOrCreate().append(intake.topic, {
      kind: deliveryKind,
      payload: deliveryJson(intake, delivery, deliveryId),
      headers: { delivery_id: deliveryId, intake_id: id },
    });
    return outcome(intake, delivery, { status: "accepted", delivery_id: deliveryId, topic_event_id: eventId });
  }

  /** The last deliveries that were accepted, oldest first. */
  async recent(id: string, limit: number = usualRecent): Promise<readonly JsonObject[]> {
    const intake = this.#named(id);
    const log = this.#keeping.log.getOrCreate();
    const found: JsonObject[] = [];
    for (let at = (await log.latest(intake.topic)) ?? 0; at > 0 && found.length < limit; at -= limit) {
      const from = Math.max(0, at - limit);
      const events = await log.readRange(intake.topic, from, at - from);
      const own = events.flatMap(({ headers, kind, payload }) =>
        kind === deliveryKind && headers.intake_id === id && isJsonObject(payload) ? [payload] : [],
      );
      found.unshift(...own.slice(-(limit - found.length)));
    }
    return found;
  }

  #named(id: string): WebhookIntake {
    const intake = this.#intakes.get(id);
    if (intake === undefined) throw new WebhookIntakeError(`intake \`${id}\` is not registered`);
    return intake;
  }

  #reject(intake: WebhookIntake, delivery: Delivery, reason: string): JsonObject {
    this.#keeping.log.getOrCreate().append(rejectionsTopic, {
      kind: "webhook_intake_rejected",
      payload: {
        intake_id: intake.id,
        path: delivery.path ?? null,
        reason,
        received_at: delivery.receivedAt,
        topic: intake.topic,
      },
      headers: { intake_id: intake.id },
    });
    return outcome(intake, delivery, { status: "rejected", reason });
  }

  /** The time of a delivery that does not say when it came. */
  get now(): string {
    return rfc3339(this.#keeping.now());
  }
}

function outcome({ id, topic: name }: WebhookIntake, { receivedAt }: Delivery, facts: JsonObject): JsonObject {
  const absent = { delivery_id: null, reason: null, topic_event_id: null };
  return { ...absent, intake_id: id, topic: name, received_at: receivedAt, ...facts };
}

/** What is wrong with the signature. Whether it is the right one is compared in a time that does not depend on it. */
function signatureProblem(
  { algorithm, secret, signatureEncoding, signaturePrefix }: WebhookIntake,
  signature: string,
  body: Uint8Array,
): string | undefined {
  if (!signature.startsWith(signaturePrefix)) return `signature missing expected prefix \`${signaturePrefix}\``;
  const given = decoded(signature.slice(signaturePrefix.length), signatureEncoding);
  if (given === undefined) return `signature is not ${signatureEncoding}`;
  const expected = hmac(algorithm === "sha1" ? sha1 : sha256, secret, body);
  if (given.length !== expected.length)
    return `signature length mismatch (expected ${expected.length} bytes, got ${given.length})`;
  let difference = 0;
  for (const [at, byte] of expected.entries()) difference |= byte ^ (given[at] ?? 0);
  return difference === 0 ? undefined : "signature mismatch";
}

function decoded(text: string, encoding: "hex" | "base64"): Uint8Array | undefined {
  if (encoding === "base64") return decodedBase64(text);
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function decodedBase64(text: string): Uint8Array | undefined {
  try {
    return decodeBase64(text);
  } catch (error) {
    if (error instanceof Base64Error) return undefined;
    throw error;
  }
}

/** Headers that carry secrets stay out of the log. */
function deliveryJson(intake: WebhookIntake, { body, headers, path, receivedAt }: Delivery, id: string): JsonObject {
  return {
    intake_id: intake.id,
    path: path ?? intake.path ?? null,
    delivery_id: id,
    delivery_id_header: intake.deliveryIdHeader,
    signature_header: intake.signatureHeader,
    algorithm: intake.algorithm,
    received_at: receivedAt,
    headers: redactHeaders(headers, { denied: [intake.signatureHeader] }),
    body_text: new TextDecoder().decode(body),
    body_b64: encodeBase64(body),
  };
}

/** What is told of an intake: all but its secret. */
export function intakeJson(intake: WebhookIntake): JsonObject {
  return {
    id: intake.id,
    path: intake.path ?? null,
    topic: intake.topic,
    signature_header: intake.signatureHeader,
    signature_prefix: intake.signaturePrefix,
    signature_encoding: intake.signatureEncoding,
    algorithm: intake.algorithm,
    allow_legacy_sha1: intake.allowsSha1,
    delivery_id_header: intake.deliveryIdHeader,
    dedupe_ttl_seconds: intake.dedupeSeconds,
  };
}
