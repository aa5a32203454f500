import { intAt, isDict, record, textAt } from "../../llm/fields.ts";
import { type DictValue, type Raise, runtimeError, typeName, type Value } from "../../value/index.ts";

export const timeoutActions = ["resume_with_summary", "fail", "resume_with_input"];

function invalid(path: string, problem: string): Raise {
  return runtimeError(`HARN-SUS-002: invalid ResumeConditions.${path}: ${problem}`);
}

/** When a parked worker resumes by itself: `{trigger, timeout: {duration_minutes, on_timeout}, on_event}`. */
export function readConditions(given: Value | undefined): DictValue | null {
  if (given === undefined || given === null) return null;
  if (!isDict(given)) throw invalid("root", `expected dict or nil, got ${typeName(given)}`);
  for (const key of given.keys())
    if (!["trigger", "timeout", "on_event"].includes(key))
      throw invalid(key, "unknown field; expected trigger, timeout, or on_event");
  return record({
    trigger: readTrigger(given.get("trigger") ?? null),
    timeout: readTimeout(given.get("timeout") ?? null),
    on_event: readEvent(given.get("on_event") ?? null),
  });
}

function readTrigger(given: Value): DictValue | undefined {
  if (given === null) return undefined;
  if (!isDict(given)) throw invalid("trigger", `expected dict or nil, got ${typeName(given)}`);
  for (const key of ["kind", "provider"])
    if ((textAt(given, key) ?? "") === "") throw invalid("trigger", `trigger_register: missing \`${key}\``);
  return given;
}

function readTimeout(given: Value): DictValue | undefined {
  if (given === null) return undefined;
  if (!isDict(given)) throw invalid("timeout", `expected dict or nil, got ${typeName(given)}`);
  for (const key of given.keys())
    if (key !== "duration_minutes" && key !== "on_timeout")
      throw invalid(`timeout.${key}`, "unknown field; expected duration_minutes or on_timeout");
  const minutes = intAt(given, "duration_minutes");
  if (minutes === undefined || minutes < 1) throw invalid("timeout.duration_minutes", "must be a positive int");
  return record({ duration_minutes: minutes, on_timeout: readAction(given.get("on_timeout") ?? null) });
}

function readAction(given: Value): string {
  if (given === null) return "resume_with_summary";
  if (typeof given !== "string") throw invalid("timeout.on_timeout", `expected string, got ${typeName(given)}`);
  if (timeoutActions.includes(given)) return given;
  throw invalid(
    "timeout.on_timeout",
    `unsupported action \`${given}\`, expected resume_with_summary|fail|resume_with_input`,
  );
}

function readEvent(given: Value): string | undefined {
  if (given === null) return undefined;
  if (typeof given !== "string") throw invalid("on_event", `expected string or nil, got ${typeName(given)}`);
  if (given.trim() === "") throw invalid("on_event", "must be a non-empty string");
  return given;
}
