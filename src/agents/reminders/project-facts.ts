import { HostError, type HostFiles } from "../../builtin/index.ts";
import { isDict, itemsAt, list, numberAt, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import type { DictValue } from "../../value/index.ts";
import { Bm25 } from "../tools/bm25.ts";

/** Where std/agent/fact keeps what agents found out about a project. */
const namespace = "project/facts";
const memories = ".harn/memory";
const file = `${memories}/${namespace}/events.jsonl`;
const schema = "harn.fact.v1";
const mostFacts = 5;
const leastConfidence = 0.5;

/**
 * Reminds of what earlier agents found out about the project and were sure enough of: the facts that fit `task` best. Nothing where
 * there are none, or where the file cannot be read.
 */
export function projectFacts(files: HostFiles | undefined, task: string): DictValue | undefined {
  const text = files === undefined ? undefined : read(files);
  if (text === undefined) return undefined;
  const facts = remembered(text).filter((fact) => (numberAt(fact, "confidence") ?? 0) >= leastConfidence);
  const chosen = fitting(facts, task).slice(0, mostFacts);
  if (chosen.length === 0) return undefined;
  const head = `What was found out about this project, from \`${namespace}\` (at most ${mostFacts}, confidence ${leastConfidence.toFixed(2)} or more):`;
  return record({
    body: [head, ...chosen.map(lineOf)].join("\n"),
    tags: list(["project_facts"]),
    ttl_turns: 1,
    dedupe_key: "project_facts",
  });
}

function read(files: HostFiles): string | undefined {
  try {
    // Most projects have no memories, and what is near the root is found missing sooner: this is asked at each start of a loop.
    if (!files.exists(files.resolve(files.cwd, memories))) return undefined;
    const path = files.resolve(files.cwd, file);
    return files.exists(path) ? files.readText(path) : undefined;
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

/** The facts that were kept and not forgotten, the newest first. A line that was cut while it was written is none. */
function remembered(text: string): readonly DictValue[] {
  const events = text.split("\n").map(tryParseJson).filter(isDict);
  const forgotten = new Set(events.flatMap((event) => itemsAt(event, "forgotten_ids") ?? []));
  return events
    .filter((event) => textAt(event, "type") === "store" && !forgotten.has(event.get("id") ?? null))
    .map((event) => event.get("value"))
    .filter(isDict)
    .filter((fact) => textAt(fact, "schema") === schema)
    .reverse();
}

/** The best first; all of them where the task has no word of any. */
function fitting(facts: readonly DictValue[], task: string): readonly DictValue[] {
  const texts = facts.map((fact, at): [string, string] => [
    `${at}`,
    [textAt(fact, "kind"), textAt(fact, "claim"), ...evidenceOf(fact)].join(" "),
  ]);
  const ranked = new Bm25(texts).search(task);
  return ranked.length === 0
    ? facts
    : ranked.map(({ name }) => facts[Number(name)]).filter((fact) => fact !== undefined);
}

function lineOf(fact: DictValue): string {
  const confidence = (numberAt(fact, "confidence") ?? 0).toFixed(2);
  const evidence = evidenceOf(fact);
  const from = evidence.length === 0 ? "" : ` (evidence: ${evidence.join(", ")})`;
  return `- [${textAt(fact, "kind")}, confidence ${confidence}] ${textAt(fact, "claim")}${from}`;
}

function evidenceOf(fact: DictValue): string[] {
  return (itemsAt(fact, "evidence") ?? [])
    .filter(isDict)
    .map((item) => `${textAt(item, "kind") ?? ""}:${textAt(item, "ref") ?? ""}`);
}
