import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encodeJson, type Json, LogEvent, topic } from "../../../eventlog/index.ts";
import { nodeDisk, withFile } from "./disk.ts";
import { type CarriedHeader, headersBetween } from "./header-scan.ts";
import { decodeLine, encodeLine } from "./lines.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-header-scan-"));
const path = join(folder, "orders.jsonl");
const orders = topic("orders");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const line = (id: number, payload: Json, headers: Readonly<Record<string, string>>): string =>
  encodeLine(
    new LogEvent({
      topic: orders,
      id,
      kind: "k",
      payloadText: encodeJson(payload),
      headersText: encodeJson(headers),
      occurredAtMs: 1,
    }),
  );

function scanned(text: string, header = "key", from = 0): readonly CarriedHeader[] {
  writeFileSync(path, text);
  const to = Buffer.byteLength(text);
  return withFile(nodeDisk, path, "r", (file) => [
    ...headersBetween({ disk: nodeDisk, file, topic: orders }, from, to, header),
  ]);
}

const decoded = (lines: readonly string[], header = "key"): readonly CarriedHeader[] =>
  lines.flatMap((text) => {
    const event = decodeLine(orders, text);
    const value = event.headers[header];
    return value === undefined ? [] : [{ id: event.id, value }];
  });

const odd: readonly (readonly [payload: Json, headers: Readonly<Record<string, string>>])[] = [
  [{ key: "of the payload" }, {}],
  [{ headers: { key: "of the payload" } }, { other: "x" }],
  [{ headers: { key: "of the payload" } }, { key: "of the headers" }],
  ['"key":"quoted"', { other: '"key":"quoted"' }],
  [null, { key: '"key":"itself"', zone: "last" }],
  [null, { key: 'back\\slash, "quote" and \nline' }],
  [null, { key: "ends in \\" }],
  [null, { key: "" }],
  [null, { key: "with } in it", zone: "}" }],
  ["ünï €", { key: "ünï €", kez: "z" }],
  [{ x: ',"headers":{"key":"no"}' }, { another: ',"headers":{', key: "yes" }],
];

describe("events that carry a header", () => {
  const lines = odd.map(([payload, headers], at) => line(at + 1, payload, headers));

  it("are those that a parser finds, whatever their payloads and values say", () => {
    expect(scanned(`${lines.join("\n")}\n`)).toEqual(decoded(lines));
    expect(decoded(lines)).toHaveLength(8);
  });

  it("are found in lines that somebody else laid out", () => {
    const foreign = [
      '{"event": {"headers": {"key":"a"}, "kind": "k", "payload": 1, "occurred_at_ms": 1}, "id": 1}',
      '{"id":2,"event":{"headers":{"key":"b"},"kind":"k","payload":{"key":"c"},"occurred_at_ms":1}}',
      '{"id":3,"event":{"headers":{},"kind":"k","payload":{"headers":{"x":1},"key":"d"},"occurred_at_ms":1}}',
      '{"id":4,"event":{"kind":"k","payload":{"x":1,"headers":{"key":"no"},"z":"a"},"occurred_at_ms":1}}',
      '{"id":5,"event":{"kind":"k","payload":{"x":1,"headers":{"key":"no"}},"occurred_at_ms":1}}',
      '{"id":6,"event":{"kind":"k","headers":{"key":"e"},"payload":{"x":{},"key":"no"},"occurred_at_ms":1}}',
      '{"id":7,"event":{"kind":"k","payload":1,"occurred_at_ms":1,"headers":{"a":"}","key":"f"}}}',
    ];
    expect(scanned(`${foreign.join("\n")}\n`)).toEqual(decoded(foreign));
  });

  it("are found from an offset on, in a last line without a break, and nothing in an empty file", () => {
    const [first = ""] = lines;
    const text = lines.join("\n");
    expect(scanned(text, "key", Buffer.byteLength(first) + 1)).toEqual(decoded(lines));
    expect(scanned(text)).toEqual(decoded(lines));
    expect(scanned("")).toEqual([]);
    expect(scanned(`${lines.join("\n")}\n`, "absent")).toEqual([]);
  });

  it("are found across the pieces that a file is read in, also where a line is longer than one", () => {
    const sizes = [10, 700_000, 400_000, 3_000_000, 5, 900_000, 200_000];
    const long = sizes.map((size, at) => line(at + 1, "x".repeat(size), at % 3 === 2 ? {} : { key: `${size}` }));
    expect(scanned(`${long.join("\n")}\n`)).toEqual(decoded(long));
  });

  it("a damaged line that does not name the header is none of its business", () => {
    expect(scanned(`{"id":1,"event":{{{\n${line(2, 1, { key: "a" })}\n`)).toEqual([{ id: 2, value: "a" }]);
    expect(() => scanned('{"id":1,"event":{"key":{{{\n')).toThrow();
  });
});
