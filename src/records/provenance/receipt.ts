// What a run did, as its event log tells it, in one signed document (event-log §8).
//
// The unsigned form of a receipt is the document in its field order, compact, without receipt hash and signatures. The receipt hash and
// every signature are about that form, so nothing in it can be changed, added or left out.
import type { Sha256 } from "../../eventlog/index.ts";
import { anyJson, count, type Infer, int, list, map, nullable, required, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

export const receiptSchema = "harn-provenance-receipt-v1";
export const chainAlgorithm = "sha256/ed25519";
export const signatureAlgorithm = "ed25519";

const word = required(text);
const number = required(int);

const receiptEvent = record("ProvenanceReceiptEvent", {
  topic: word,
  event_id: required(count),
  kind: word,
  payload: required(anyJson),
  headers: required(map(text)),
  occurred_at_ms: number,
  prev_hash: nullable(text),
  record_hash: word,
});

const receiptSignature = record("ProvenanceReceiptSignature", {
  algorithm: word,
  key_id: word,
  public_key_base64: word,
  signature_base64: word,
  signed_at: word,
});

/** Reads and prints receipts. Times named `…_ms` are Unix milliseconds, the others RFC 3339. */
export const receiptCodec = record("ProvenanceReceipt", {
  schema: word,
  receipt_id: word,
  issued_at: word,
  producer: required(record("ProvenanceReceiptProducer", { name: word, version: word })),
  run: required(
    record("ProvenanceReceiptRun", {
      pipeline: word,
      status: word,
      started_at_ms: number,
      finished_at_ms: number,
      exit_code: number,
    }),
  ),
  event_log: required(
    record("ProvenanceReceiptEventLog", {
      backend: word,
      topics: required(list(text)),
      events: required(list(receiptEvent)),
    }),
  ),
  chain: required(record("ProvenanceReceiptChain", { algorithm: word, event_root_hash: word, receipt_hash: word })),
  signatures: list(receiptSignature),
});

export type Receipt = Infer<typeof receiptCodec>;
export type ReceiptEvent = Infer<typeof receiptEvent>;
export type ReceiptSignature = Infer<typeof receiptSignature>;

/** A string, which stays as it is, or blank space, which goes. */
const stringOrBlank = /("(?:[^"\\]|\\.)*")|\s+/g;

export function unsignedForm(receipt: Receipt): string {
  const unsigned: Receipt = { ...receipt, chain: { ...receipt.chain, receipt_hash: "" }, signatures: [] };
  return receiptCodec.print(unsigned, "").replace(stringOrBlank, "$1");
}

export function receiptHash(unsigned: string, sha256: Sha256): string {
  return `sha256:${sha256(unsigned)}`;
}

/** What signatures are about. */
export function signedMessage(unsigned: string): Uint8Array {
  return new TextEncoder().encode(`harn provenance receipt v1\n${unsigned}`);
}

/** Record hashes folded in pairs until one is left; an odd last one pairs with itself. Without any, the hash of nothing. */
export function eventRootHash(recordHashes: readonly string[], sha256: Sha256): string {
  let level = recordHashes;
  if (level.length === 0) return `sha256:${sha256("")}`;
  while (level.length > 1) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const left = level[at] as string;
      next.push(`sha256:${sha256(left + (level[at + 1] ?? left))}`);
    }
    level = next;
  }
  return level[0] as string;
}

/** The name of a key: the first half of the hash of its public part. `hash` gives hex digits. */
export function keyIdOf(publicKey: Uint8Array, hash: (bytes: Uint8Array) => string): string {
  return `ed25519:${hash(publicKey).slice(0, 32)}`;
}
