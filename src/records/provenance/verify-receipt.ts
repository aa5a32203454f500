import {
  encodeJson,
  LogEvent,
  previousHashHeader,
  recomputeHash,
  recordHashHeader,
  type Sha256,
  topic,
} from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { compareText, decodeBase64 } from "../../value/index.ts";
import {
  eventRootHash,
  keyIdOf,
  type Receipt,
  type ReceiptEvent,
  type ReceiptSignature,
  receiptHash,
  receiptSchema,
  signatureAlgorithm,
  signedMessage,
  unsignedForm,
} from "./receipt.ts";

/** What verification asks of the platform. */
export interface VerificationCrypto {
  readonly sha256: Sha256;
  /** As hex digits. */
  hashBytes(bytes: Uint8Array): string;
  /** Throws when a part is no key or no signature at all. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

export interface VerificationReport {
  readonly verified: boolean;
  readonly receipt_id: string;
  readonly receipt_hash: string;
  readonly event_root_hash: string;
  readonly event_count: number;
  readonly signature_count: number;
  readonly errors: readonly string[];
}

/**
 * Whether a receipt is what its signers signed. The keys are those that it carries: this shows that nothing was changed, and not who
 * signed.
 */
export function verifyReceipt(receipt: Receipt, crypto: VerificationCrypto): VerificationReport {
  const { events } = receipt.event_log;
  const unsigned = unsignedForm(receipt);
  const root = eventRootHash(
    events.map((event) => event.record_hash),
    crypto.sha256,
  );
  const hash = receiptHash(unsigned, crypto.sha256);
  const { event_root_hash, receipt_hash } = receipt.chain;
  const errors = [
    ...(receipt.schema === receiptSchema ? [] : [`unsupported receipt schema '${receipt.schema}'`]),
    ...chainProblems(events, crypto.sha256),
    ...(event_root_hash === root ? [] : [`event_root_hash mismatch; expected ${root}, found ${event_root_hash}`]),
    ...(receipt_hash === hash ? [] : [`receipt_hash mismatch; expected ${hash}, found ${receipt_hash}`]),
    ...signatureProblems(receipt.signatures, signedMessage(unsigned), crypto),
  ];
  return {
    verified: errors.length === 0,
    receipt_id: receipt.receipt_id,
    receipt_hash,
    event_root_hash,
    event_count: events.length,
    signature_count: receipt.signatures.length,
    errors,
  };
}

function chainProblems(events: readonly ReceiptEvent[], sha256: Sha256): string[] {
  const byTopic = new Map<string, ReceiptEvent[]>();
  for (const event of events) byTopic.set(event.topic, [...(byTopic.get(event.topic) ?? []), event]);
  const topics = [...byTopic].sort(([a], [b]) => compareText(a, b));
  return topics.flatMap(([, chain]) => {
    let previous: string | null = null;
    return chain
      .sort((a, b) => a.event_id - b.event_id)
      .flatMap((event) => {
        const problems = eventProblems(event, previous, sha256);
        previous = event.record_hash;
        return problems;
      });
  });
}

function eventProblems(event: ReceiptEvent, previous: string | null, sha256: Sha256): string[] {
  const where = `topic ${event.topic} event ${event.event_id}`;
  const { headers, prev_hash, record_hash } = event;
  const problems: string[] = [];
  if (prev_hash !== previous)
    problems.push(`${where} prev_hash mismatch; expected ${showHash(previous)}, found ${showHash(prev_hash)}`);
  if ((headers[previousHashHeader] ?? null) !== prev_hash)
    problems.push(`${where} prev_hash does not match provenance header`);
  if (headers[recordHashHeader] !== record_hash) problems.push(`${where} record_hash does not match provenance header`);
  try {
    const expected = recomputeHash(logEventOf(event), sha256);
    if (expected !== record_hash)
      problems.push(`${where} record_hash mismatch; expected ${expected}, found ${record_hash}`);
  } catch (error) {
    problems.push(`${where} hash error: ${messageOf(error)}`);
  }
  return problems;
}

function logEventOf({ topic: name, event_id, kind, payload, headers, occurred_at_ms }: ReceiptEvent): LogEvent {
  return new LogEvent({
    topic: topic(name),
    id: event_id,
    kind,
    payloadText: encodeJson(payload),
    headersText: encodeJson(headers),
    occurredAtMs: occurred_at_ms,
  });
}

function signatureProblems(
  signatures: readonly ReceiptSignature[],
  message: Uint8Array,
  crypto: VerificationCrypto,
): string[] {
  if (signatures.length === 0) return ["receipt has no signatures"];
  const problems = signatures.map((signature) => signatureProblem(signature, message, crypto));
  const found = problems.filter((problem) => problem !== undefined);
  return found.length === signatures.length ? [...found, "no valid receipt signature found"] : found;
}

function signatureProblem(
  { algorithm, key_id, public_key_base64, signature_base64 }: ReceiptSignature,
  message: Uint8Array,
  crypto: VerificationCrypto,
): string | undefined {
  const where = `signature ${key_id}`;
  if (algorithm !== signatureAlgorithm) return `${where} uses unsupported algorithm '${algorithm}'`;
  const key = decoded(public_key_base64);
  if (typeof key === "string") return `${where} public key is not base64: ${key}`;
  if (key.length !== 32) return `${where} public key must be 32 bytes`;
  // The id stands outside of what is signed, and people read it.
  const keyId = keyIdOf(key, crypto.hashBytes);
  if (keyId !== key_id) return `${where} is not the id of its public key; expected ${keyId}`;
  const signature = decoded(signature_base64);
  if (typeof signature === "string") return `${where} bytes are not base64: ${signature}`;
  if (signature.length !== 64) return `${where} bytes are invalid: expected 64, got ${signature.length}`;
  try {
    if (crypto.ed25519Verify(key, message, signature)) return undefined;
  } catch (error) {
    return `${where} public key is invalid: ${messageOf(error)}`;
  }
  return `${where} failed verification: it is of another content or key`;
}

function decoded(base64: string): Uint8Array | string {
  try {
    return decodeBase64(base64);
  } catch (error) {
    return messageOf(error);
  }
}

function showHash(hash: string | null): string {
  return hash === null ? "None" : `Some("${hash}")`;
}
