import { type Builtin, declare, rest, t } from "../../builtin/index.ts";
import { DictValue, ListValue, typeName, type Value } from "../../value/index.ts";
import { decodeUtf8Lossy } from "../utf8.ts";
import { fail } from "./faults.ts";

const junit = declare("junit");

/** A tag, a section of character data, or text between them; comments and declarations are passed over. */
const tokens =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[?!][^>]*>|<(\/?)([\w:.-]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/g;
const attributePattern = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const statuses = { failure: "failed", error: "errored", skipped: "skipped" } as const;
type Outcome = keyof typeof statuses;

interface TestCase {
  readonly attributes: ReadonlyMap<string, string>;
  outcome: Outcome | undefined;
  readonly texts: Map<string, string>;
  message: string | undefined;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(\w+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(attributePattern)].map(([, name = "", a, b]) => [name, decoded(a ?? b ?? "")]));
}

/** The test cases of a report. One that is not closed is none; the first outcome of a case counts. */
function casesOf(report: string): readonly TestCase[] {
  const cases: TestCase[] = [];
  let current: TestCase | undefined;
  let open: string | undefined;
  for (const [, data, slash, tag, attributes = "", end, text] of report.matchAll(tokens)) {
    if (tag === undefined) {
      if (current !== undefined && open !== undefined) append(current, open, data ?? decoded(text ?? ""));
    } else if (tag === "testcase") {
      if (slash === "")
        current = { attributes: attributesOf(attributes), outcome: undefined, texts: new Map(), message: undefined };
      if (current !== undefined && (slash === "/" || end === "/")) {
        cases.push(current);
        current = undefined;
      }
    } else if (current !== undefined && slash === "") {
      open = begin(current, tag, attributesOf(attributes)) && end !== "/" ? tag : undefined;
    } else if (tag === open) open = undefined;
  }
  return cases;
}

/** Whether the text of the element is of interest. */
function begin(current: TestCase, tag: string, attributes: ReadonlyMap<string, string>): boolean {
  if (tag === "system-out" || tag === "system-err") return true;
  if (!isOutcome(tag) || current.outcome !== undefined) return false;
  current.outcome = tag;
  current.message = attributes.get("message");
  return true;
}

function isOutcome(tag: string): tag is Outcome {
  return Object.hasOwn(statuses, tag);
}

function append(current: TestCase, tag: string, text: string): void {
  current.texts.set(tag, (current.texts.get(tag) ?? "") + text);
}

function shown(found: TestCase): DictValue {
  const { attributes, outcome, texts, message } = found;
  const text = (tag: string): string | undefined => texts.get(tag)?.trim() || undefined;
  const told = [message, outcome === undefined ? undefined : text(outcome)].filter(
    (part) => part !== undefined && part !== "",
  );
  const seconds = Number(attributes.get("time") ?? "0");
  const [group = "", name = ""] = [attributes.get("classname"), attributes.get("name")];
  return DictValue.of({
    name: group === "" || name === "" ? name : `${group}::${name}`,
    status: outcome === undefined ? "passed" : statuses[outcome],
    duration_ms: Number.isFinite(seconds) && seconds > 0 ? Math.trunc(Math.round(seconds * 1e9) / 1e6) : 0,
    message: told.length === 0 ? null : told.join("\n"),
    stdout: text("system-out") ?? null,
    stderr: text("system-err") ?? null,
  });
}

function reportText(input: Value | undefined): string {
  if (input === undefined || input === null) return "";
  if (typeof input === "string") return input;
  if (typeof input === "object" && input.kind === "bytes") return decodeUtf8Lossy(input.bytes);
  throw fail(`parse_junit_xml: expected string or bytes, got ${typeName(input)}`);
}

export const junitBuiltins: readonly Builtin[] = [
  junit({
    name: "parse_junit_xml",
    summary:
      "The test cases of a JUnit report, `{name, status, duration_ms, message, stdout, stderr}`; `status` is passed, failed, errored or skipped. Text without any has none.",
    params: [rest("args", t.any)],
    returns: t.list,
    examples: [['len(parse_junit_xml("<testsuite><testcase name=\\"a\\"/></testsuite>"))', "1"]],
    run: (_context, input) => new ListValue(casesOf(reportText(input)).map(shown)),
  }),
];
