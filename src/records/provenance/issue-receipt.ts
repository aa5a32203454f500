import {
  type EventLog,
  type LogEvent,
  previousHashHeader,
  recordHashHeader,
  rfc3339,
  type Sha256,
} from "../../eventlog/index.ts";
import { encodeBase64 } from "../../value/index.ts";
import {
  chainAlgorithm,
  eventRootHash,
  keyIdOf,
  type Receipt,
  type ReceiptEvent,
  receiptHash,
  receiptSchema,
  signatureAlgorithm,
  signedMessage,
  unsignedForm,
} from "./receipt.ts";

/** An Ed25519 key, and what goes with it. */
export interface ReceiptSigner {
  readonly sha256: Sha256;
  /** As hex digits. */
  hashBytes(bytes: Uint8Array): string;
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export interface ReceiptFacts {
  /** `receipt-` and a UUID. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly now: number;
  readonly producer: Receipt["producer"];
  readonly run: Receipt["run"];
}

/** The signed receipt of everything that is in the log. */
export async function issueReceipt(log: EventLog, facts: ReceiptFacts, signer: ReceiptSigner): Promise<Receipt> {
  const { backend } = await log.describe();
  const topics = await log.topics();
  const events: ReceiptEvent[] = [];
  for (const topic of topics)
    events.push(...(await log.readRange(topic, undefined, Number.MAX_SAFE_INTEGER)).map(receiptEvent));
  const root = eventRootHash(
    events.map((event) => event.record_hash),
    signer.sha256,
  );
  const draft: Receipt = {
    schema: receiptSchema,
    receipt_id: facts.id,
    issued_at: rfc3339(facts.now),
    producer: facts.producer,
    run: facts.run,
    event_log: { backend, topics, events },
    chain: { algorithm: chainAlgorithm, event_root_hash: root, receipt_hash: "" },
    signatures: [],
  };
  const unsigned = unsignedForm(draft);
  return {
    ...draft,
    chain: { ...draft.chain, receipt_hash: receiptHash(unsigned, signer.sha256) },
    signatures: [
      {
        algorithm: signatureAlgorithm,
        key_id: keyIdOf(signer.publicKey, signer.hashBytes),
        public_key_base64: encodeBase64(signer.publicKey),
        signature_base64: encodeBase64(signer.sign(signedMessage(unsigned))),
        signed_at: rfc3339(facts.now),
      },
    ],
  };
}

function receiptEvent(event: LogEvent): ReceiptEvent {
  const { headers, id, kind, occurredAtMs, topic } = event;
  return {
    topic,
    event_id: id,
    kind,
    payload: event.exactPayload(),
    headers,
    occurred_at_ms: occurredAtMs,
    prev_hash: headers[previousHashHeader] ?? null,
    record_hash: headers[recordHashHeader] ?? "",
  };
}
