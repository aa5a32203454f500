import { isJsonArray, type Json, jsonOfValue, millisecondsOf } from "../eventlog/index.ts";
import { DictValue, isInt, ListValue, runtimeError, show, type Value } from "../value/index.ts";

/** How long people have if nobody says: 24 hours, in milliseconds. */
export const defaultTimeLimit = 24 * 60 * 60 * 1000;

export interface QuestionOptions {
  readonly schema: Value;
  readonly fallback: Value;
  readonly timeoutMs: number;
}

export function questionOptions(options: DictValue | undefined): QuestionOptions {
  return {
    schema: options?.get("schema") ?? null,
    fallback: options?.get("default") ?? null,
    timeoutMs: timeLimit(options?.get("timeout")),
  };
}

export interface ApprovalOptions {
  readonly detail: Json;
  readonly args: Json;
  readonly quorum: number;
  readonly reviewers: readonly string[];
  readonly timeoutMs: number;
  readonly principal: string | undefined;
  readonly evidenceRefs: readonly Json[];
  readonly undoMetadata: Json;
  readonly capabilitiesRequested: readonly string[];
}

const approval = "request_approval";

export function approvalOptions(given: Value | undefined): ApprovalOptions {
  const options = optionsOf(given, approval);
  const json = (key: string): Json => jsonOfValue(options?.get(key) ?? null);
  const detail = json("detail");
  return {
    detail,
    args: options?.has("args") === true ? json("args") : detail,
    quorum: quorumOf(options?.get("quorum")),
    reviewers: textList(options?.get("reviewers"), approval),
    timeoutMs: timeLimit(options?.get("deadline")),
    principal: textOf(options?.get("principal")),
    evidenceRefs: evidenceOf(json("evidence_refs")),
    undoMetadata: json("undo_metadata"),
    capabilitiesRequested: textList(options?.get("capabilities_requested"), approval),
  };
}

function optionsOf(given: Value | undefined, builtin: string): DictValue | undefined {
  if (given === undefined || given === null) return undefined;
  if (given instanceof DictValue) return given;
  throw runtimeError(`${builtin}: options must be a dict`);
}

function quorumOf(value: Value | undefined): number {
  if (value === undefined || value === null) return 1;
  if (isInt(value) && value > 0) return Number(value);
  throw runtimeError(`${approval}: quorum must be positive`);
}

function evidenceOf(json: Json): readonly Json[] {
  if (json === null) return [];
  if (isJsonArray(json)) return json;
  throw runtimeError(`${approval}: evidence_refs must be a list`);
}

function textOf(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : show(value);
}

export function textList(value: Value | undefined, builtin: string): readonly string[] {
  if (value === undefined || value === null) return [];
  const items = value instanceof ListValue ? value.toArray() : undefined;
  if (items?.every((item) => typeof item === "string") === true) return items;
  throw runtimeError(`${builtin}: expected list<string>`);
}

function timeLimit(value: Value | undefined): number {
  if (value === undefined || value === null) return defaultTimeLimit;
  const milliseconds = millisecondsOf(value);
  if (milliseconds === undefined) throw runtimeError("expected a duration or millisecond count");
  return milliseconds;
}

export function filledText(value: Value | undefined, index: number, builtin: string): string {
  const text = value === undefined || value === null ? "" : show(value);
  if (text === "") throw runtimeError(`${builtin}: expected string argument at ${index}`);
  return text;
}

export function positiveInt(value: Value | undefined, index: number, builtin: string): number {
  if (value === undefined || !isInt(value)) throw runtimeError(`${builtin}: expected int argument at ${index}`);
  if (value <= 0) throw runtimeError(`${builtin}: expected a positive int at ${index}`);
  return Number(value);
}
