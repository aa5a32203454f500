// The library on 10 MB of text, beside the primitive of Node that each builtin stands on or competes with: JSON, patterns, digests,
// compression, CSV. The JavaScript side does what a program would write by hand; for CSV that is cutting at line breaks and commas,
// which reads no quotes.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Bench } from "../src/stdlib/host/testing/bench.ts";
import { pureStdlib } from "../src/stdlib/index.ts";
import { BytesValue, ListValue, readJson, stringifyJson, type Value } from "../src/value/index.ts";
import { bench } from "./harness.ts";

const megabytes = 10;
const library = new Bench({ pure: pureStdlib });
const call = (name: string, ...args: Value[]): Value => library.now(name, ...args);

const rows = Array.from({ length: 90_000 }, (_, at) => ({
  id: at,
  name: `row ${at} of the table`,
  tags: ["alpha", "beta", `tag-${at % 97}`],
  price: at * 1.25 + 0.5,
  open: at % 3 === 0,
}));
const json = JSON.stringify(rows);
const value = readJson(json);
const csv = rows.map((row) => `${row.id},${row.name},${row.tags.join(" ")},${row.price},${row.open}`).join("\n");
const prose = json.slice(0, megabytes * 1_000_000);
const bytes = new TextEncoder().encode(prose);
const plain = await library.start("json_parse", '{"headers": false}');

const results = await bench(
  [
    { name: "json_parse", harn: () => sizeOf(call("json_parse", json)), js: () => JSON.parse(json).length },
    { name: "json_stringify", harn: () => stringifyJson(value).length > 0, js: () => JSON.stringify(rows).length > 0 },
    {
      name: "regex_match, all",
      harn: () => sizeOf(call("regex_match", "tag-[0-9]+", prose)),
      js: () => prose.match(/tag-[0-9]+/g)?.length,
    },
    {
      name: "sha256",
      harn: () => call("sha256", prose),
      js: () => createHash("sha256").update(prose).digest("hex"),
    },
    {
      name: "gzip_encode",
      harn: () => (call("gzip_encode", new BytesValue(bytes)) as BytesValue).bytes.length > 0,
      js: () => gzipSync(bytes).length > 0,
    },
    {
      name: "csv_parse",
      harn: () => sizeOf(call("csv_parse", csv, plain)),
      js: () => csv.split("\n").map((line) => line.split(",")).length,
    },
  ],
  { rounds: 5, roundMilliseconds: 100 },
);

console.log();
for (const { name, harn } of results) console.log(`${name}: ${((megabytes * 1000) / harn).toFixed(0)} MB/s`);

function sizeOf(list: Value): number {
  return list instanceof ListValue ? list.view().length : 0;
}
