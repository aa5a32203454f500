import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MemoryEventLog, parseExactJson, type Sha256, topic } from "../../eventlog/index.ts";
import { issueReceipt } from "./issue-receipt.ts";
import { eventRootHash, type Receipt, receiptCodec } from "./receipt.ts";
import { verifyReceipt } from "./verify-receipt.ts";

const sha256: Sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hashBytes = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const prefixes = { private: "302e020100300506032b657004220420", public: "302a300506032b6570032100" };
const der = (prefix: string, key: Uint8Array): Buffer => Buffer.concat([Buffer.from(prefix, "hex"), key]);
const crypto = {
  sha256,
  hashBytes,
  ed25519Verify: (key: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
    verify(null, message, createPublicKey({ key: der(prefixes.public, key), format: "der", type: "spki" }), signature),
};

/** Keys from seeds that are one byte over and over. */
function signer(byte: number) {
  const key = createPrivateKey({
    key: der(prefixes.private, new Uint8Array(32).fill(byte)),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32));
  return { sha256, hashBytes, publicKey, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, key)) };
}

async function issued(events: readonly [string, string, number][] = []): Promise<Receipt> {
  const log = new MemoryEventLog({ now: () => 7 });
  for (const [name, kind, payload] of events) log.append(topic(name), { kind, payload, headers: { who: "me" } });
  const facts = {
    id: "receipt-1",
    now: 1_700_000_000_123,
    producer: { name: "harn-cli", version: "1" },
    run: { pipeline: "a.harn", status: "success", started_at_ms: 1, finished_at_ms: 2, exit_code: 0 },
  };
  return issueReceipt(log, facts, signer(0));
}

/** The same receipt with one place of its text changed. */
function tampered(receipt: Receipt, from: string, to: string): Receipt {
  const text = receiptCodec.print(receipt, "");
  expect(text).toContain(from);
  return receiptCodec.read(parseExactJson(text.replace(from, to)), "");
}

const three = [
  ["b.topic", "one", 1],
  ["a.topic", "two", 2],
  ["a.topic", "three", 3],
] as const satisfies readonly [string, string, number][];

describe("a receipt", () => {
  test("holds all events by topic and id, and verifies also after it was written and read", async () => {
    const receipt = await issued([...three]);
    expect(receipt.event_log.events.map(({ event_id, kind, topic: name }) => [name, event_id, kind])).toEqual([
      ["a.topic", 1, "two"],
      ["a.topic", 2, "three"],
      ["b.topic", 1, "one"],
    ]);
    const read = receiptCodec.read(parseExactJson(receiptCodec.print(receipt, "")), "");
    expect(verifyReceipt(read, crypto)).toEqual({
      verified: true,
      receipt_id: "receipt-1",
      receipt_hash: receipt.chain.receipt_hash,
      event_root_hash: receipt.chain.event_root_hash,
      event_count: 3,
      signature_count: 1,
      errors: [],
    });
  });

  test("of the reference is read, verified, and written as it was", () => {
    const text = readFileSync(new URL("./fixtures/reference-receipt.json", import.meta.url), "utf8");
    const receipt = receiptCodec.read(parseExactJson(text), "");
    expect(verifyReceipt(receipt, crypto)).toMatchObject({ verified: true, event_count: 4, errors: [] });
    expect(receiptCodec.print(receipt, "")).toBe(text.trimEnd());
  });

  test.each([
    ["event-log 30: a payload", '"payload": 3', '"payload": 4', "record_hash mismatch"],
    ["a header", '"who": "me"', '"who": "you"', "record_hash mismatch"],
    ["the run's outcome", '"exit_code": 0', '"exit_code": 1', "receipt_hash mismatch"],
    ["a field that nobody knows", '"backend"', '"also": 1, "backend"', "receipt_hash mismatch"],
    ["the schema", "receipt-v1", "receipt-v9", "unsupported receipt schema 'harn-provenance-receipt-v9'"],
    ["the algorithm", '"algorithm": "ed25519"', '"algorithm": "none"', "uses unsupported algorithm 'none'"],
    ["the key's id", "ed25519:139", "ed25519:000", "is not the id of its public key"],
    ["the key", '"public_key_base64": "', '"public_key_base64": "!', "public key is not base64"],
    ["the signature", '"signature_base64": "', '"signature_base64": "AAAA', "bytes are invalid: expected 64, got 67"],
  ])("does not verify when %s was changed", async (_name, from, to, problem) => {
    const report = verifyReceipt(tampered(await issued([...three]), from, to), crypto);
    expect(report.verified).toBe(false);
    expect(report.errors.join("\n")).toContain(problem);
  });

  test("does not verify when an event was left out, or two changed places", async () => {
    const receipt = await issued([...three]);
    const [first, second, third] = receipt.event_log.events;
    const with_ = (events: readonly (typeof first)[]): Receipt =>
      ({ ...receipt, event_log: { ...receipt.event_log, events } }) as Receipt;
    const [left] = verifyReceipt(with_([second, third]), crypto).errors;
    expect(left).toBe(`topic a.topic event 2 prev_hash mismatch; expected None, found Some("${first?.record_hash}")`);
    expect(verifyReceipt(with_([second, first, third]), crypto).errors.join()).toContain("event_root_hash mismatch");
  });

  test("signed again by somebody else has another key id, and one that is signed by another key than it names fails", async () => {
    const receipt = await issued([...three]);
    const other = await issueReceipt(
      new MemoryEventLog({ now: () => 0 }),
      { id: "x", now: 0, producer: receipt.producer, run: receipt.run },
      signer(1),
    );
    expect(other.signatures[0]?.key_id).not.toBe(receipt.signatures[0]?.key_id);
    const errors = verifyReceipt({ ...receipt, signatures: other.signatures }, crypto).errors;
    expect(errors.at(-1)).toBe("no valid receipt signature found");
    expect(errors.at(-2)).toContain("failed verification");
  });

  test("event-log 31: with zero events has the hash of the empty string as its root", async () => {
    const receipt = await issued();
    expect(receipt.chain.event_root_hash).toBe(`sha256:${sha256("")}`);
    expect(verifyReceipt(receipt, crypto).verified).toBe(true);
  });

  test("event-log 32: over three events has the root H(H(a+b) + H(c+c))", () => {
    const hash = (text: string): string => `sha256:${sha256(text)}`;
    expect(eventRootHash(["a", "b", "c"], sha256)).toBe(hash(hash("ab") + hash("cc")));
    expect(eventRootHash(["a"], sha256)).toBe("a");
  });

  test("event-log 33: with an empty list of signatures fails with that alone", async () => {
    const receipt = await issued([...three]);
    expect(verifyReceipt({ ...receipt, signatures: [] }, crypto).errors).toEqual(["receipt has no signatures"]);
  });

  test("that lacks a field is refused by its name", () => {
    expect(() => receiptCodec.read(parseExactJson("{}"), "")).toThrow("missing field `schema`");
  });
});
