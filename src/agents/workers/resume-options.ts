import { dictAt, isDict, textAt } from "../../llm/fields.ts";
import { runtimeError, show, truthy, type Value } from "../../value/index.ts";

export interface ResumeOptions {
  readonly input: Value | undefined;
  readonly continueTranscript: boolean;
  readonly initiator: string | undefined;
}

const initiators: Readonly<Record<string, string>> = {
  self: "self_initiated",
  self_initiated: "self_initiated",
  parent: "parent",
  trigger: "triggered",
  triggered: "triggered",
};

/** Who parks or wakes a worker, by any name that programs use; an operator where it is none of them. */
export function initiatorNamed(name: string): string {
  return initiators[name] ?? "operator";
}

const optionKeys = ["input", "resume_input", "continue_transcript", "initiator", "resume_initiator", "trigger_event"];

/** The second argument of the resume builtin: options when it has any of their names, otherwise the input itself. */
export function resumeOptions(given: Value | undefined, continueTranscript: Value | undefined): ResumeOptions {
  const options = isDict(given) && optionKeys.some((key) => given.has(key)) ? given : undefined;
  const keeps = continueTranscript ?? options?.get("continue_transcript") ?? null;
  const initiator = textAt(options, "initiator") ?? textAt(options, "resume_initiator");
  const event = dictAt(options, "trigger_event");
  return {
    input: options === undefined ? given : (options.get("input") ?? options.get("resume_input") ?? event ?? undefined),
    continueTranscript: keeps === null || truthy(keeps),
    initiator: initiator === undefined ? undefined : initiatorNamed(initiator),
  };
}

/** The text that a worker goes on with, where there is one. */
export function resumeText(input: Value | undefined): string | undefined {
  if (input === undefined || input === null) return undefined;
  const text = show(input);
  if (text.trim() === "") throw runtimeError("HARN-SUS-009: resume_agent: resume input must be nil or non-empty text");
  return text;
}
