import { type Json, jsonOfValue } from "../../eventlog/index.ts";
import { boolAt, isDict, isList, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { type DictValue, thrown, type Value } from "../../value/index.ts";
import { type OwnTool, ownEntry } from "./tool-set.ts";

const statuses = ["pending", "in_progress", "completed"];
const priorities = ["high", "medium", "low"];

export interface ProgressReport {
  readonly message: string | null;
  readonly entries: readonly DictValue[];
  readonly replace: boolean;
  readonly metadata: Json;
}

/** Reads what a model or a program reports of its progress. */
export function readProgress(builtin: string, input: Value): ProgressReport {
  if (typeof input === "string") return { message: input, entries: [], replace: true, metadata: null };
  if (!isDict(input)) throw thrown(`${builtin}: argument must be a dict`);
  const message = input.get("message") ?? null;
  if (message !== null && typeof message !== "string") throw thrown(`${builtin}: message must be a string or nil`);
  if (!isAbsentOrList(input.get("entries"))) throw thrown(`${builtin}: entries must be a list`);
  const entries = itemsAt(input, "entries") ?? [];
  if ((message ?? "").trim() === "" && entries.length === 0) throw thrown(`${builtin}: message or entries is required`);
  const metadata = input.get("metadata");
  return {
    message,
    entries: entries.map((entry) => readEntry(builtin, entry)),
    replace: boolAt(input, "replace") ?? true,
    metadata: metadata === undefined ? null : jsonOfValue(metadata),
  };
}

function isAbsentOrList(value: Value | undefined): boolean {
  return value === undefined || value === null || isList(value);
}

function readEntry(builtin: string, entry: Value): DictValue {
  const given = isDict(entry) ? entry : record({ content: typeof entry === "string" ? entry : undefined });
  const content = textAt(given, "content") ?? "";
  if (content.trim() === "") throw thrown(`${builtin}: each entry needs a non-empty \`content\``);
  const status = textAt(given, "status") ?? "pending";
  if (!statuses.includes(status)) throw thrown(`${builtin}: entry status must be one of ${statuses.join(", ")}`);
  const priority = textAt(given, "priority") ?? "medium";
  if (!priorities.includes(priority))
    throw thrown(`${builtin}: entry priority must be one of ${priorities.join(", ")}`);
  return record({ content, status, priority });
}

export function progressTool(report: (input: Value) => Promise<Value>): OwnTool {
  return {
    entry: ownEntry("agent_progress", "Report what you are doing and what is left, for people who watch.", {
      message: record({ type: "string", required: false, description: "One line on where you are." }),
      entries: record({
        type: "array",
        required: false,
        description: "Steps: {content, status: pending|in_progress|completed, priority: high|medium|low}.",
      }),
      replace: record({ type: "boolean", required: false, description: "Whether the steps replace those before." }),
    }),
    run: (_context, args) => report(args),
  };
}

export function entriesValue(report: ProgressReport): Value {
  return list(report.entries);
}
