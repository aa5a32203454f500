// Which of the numbered behaviours that the sheets promise have a test named after them, or a line in docs/compatibility.md that
// says why not. Test names begin with what they hold: `run-events 5, 6: …`, `P22: …`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tree.mjs";

/** What each sheet is called in names of tests, and how many behaviours its closing list has. */
const sheets = [
  { key: "A", title: "models and agents", count: 69 },
  { key: "E", title: "agent events", count: 47 },
  { key: "I", title: "agent inbox", count: 46 },
  { key: "P", title: "pools, channels, suspension", count: 46 },
  { key: "event-log", title: "event log", count: 50 },
  { key: "lifecycle", title: "lifecycle of a pipeline", count: 50 },
  { key: "run-events", title: "run events and bundles", count: 46 },
  { key: "run-records", title: "run records, humans", count: 52 },
  { key: "triggers", title: "triggers and worker queue", count: 48 },
];

const keys = sheets.map(({ key }) => key);
const reference = new RegExp(`^(${keys.join("|")})? ?(\\d+)$`);
/** A name of a test, or of a case in a table of one. */
const testName = new RegExp(`["'\`]((?:${keys.join("|")}) ?\\d[^"'\`:]*):`, "g");
const lineReference = new RegExp(`\\b(${keys.join("|")}) ?(\\d+(?:, ?\\d+)*)\\b`, "g");

const tested = referencesIn(testFiles().flatMap((path) => namesIn(readFileSync(path, "utf8"))));
const explained = new Set(
  [...readFileSync(join(root, "docs", "compatibility.md"), "utf8").matchAll(lineReference)].flatMap(
    ([, key, numbers]) => numbers.split(/, ?/).map((number) => `${key} ${number}`),
  ),
);

let missing = 0;
for (const { count, key, title } of sheets) {
  const all = Array.from({ length: count }, (_, at) => `${key} ${at + 1}`);
  const open = all.filter((each) => !tested.has(each) && !explained.has(each));
  missing += open.length;
  const lines = all.filter((each) => explained.has(each) && !tested.has(each)).length;
  const rest = open.length === 0 ? "" : `; without either: ${open.map((each) => each.split(" ")[1]).join(", ")}`;
  console.log(`${title} (${key}): ${count - open.length - lines} of ${count} in tests, ${lines} in lines${rest}`);
}
process.exitCode = missing === 0 ? 0 : 1;

function testFiles() {
  return ["src", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((path) => path.endsWith(".test.ts") || /[\\/]testing[\\/].*\.ts$/.test(path))
      .map((path) => join(root, folder, path)),
  );
}

function namesIn(text) {
  return [...text.matchAll(testName)].map(([, name]) => name);
}

/** `run-events 5, 6` holds two of one sheet, `I14, E38` one of each; whatever else stands before a colon holds none. */
function referencesIn(names) {
  const found = new Set();
  for (const name of names) {
    let key;
    for (const part of name.split(/, | and /)) {
      const [, own, number] = reference.exec(part.trim()) ?? [];
      key = own ?? key;
      if (number === undefined || key === undefined) break;
      found.add(`${key} ${number}`);
    }
  }
  return found;
}
