import { boolAt, dictAt, record, textAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import { contextPolicyDict } from "../artifacts/context-policy.ts";

export type TranscriptMode = "inherit" | "fork" | "reset" | "compact";
const modes: readonly TranscriptMode[] = ["inherit", "fork", "reset", "compact"];

/** What a worker takes over from one task to the next. */
export interface CarryPolicy {
  readonly artifactMode: string;
  readonly transcriptMode: TranscriptMode;
  readonly contextPolicy: DictValue;
  readonly resumeWorkflow: boolean;
  /** Whether each change is written to the worker's file. */
  readonly persistState: boolean;
  /** Whether the worker waits for its next payload when a task is done. */
  readonly retriggerable: boolean;
  readonly policy: Value;
}

export function readCarry(given: DictValue | undefined): CarryPolicy {
  const word = textAt(given, "transcript_mode") ?? textAt(given, "transcript") ?? "inherit";
  const mode = modes.find((known) => known === word);
  if (mode === undefined)
    throw runtimeError(`spawn_agent: carry.transcript_mode must be one of inherit, fork, reset, compact; got ${word}`);
  return {
    artifactMode: textAt(given, "artifact_mode") ?? textAt(given, "artifacts") ?? "inherit",
    transcriptMode: mode,
    contextPolicy: contextPolicyDict(dictAt(given, "context_policy")),
    resumeWorkflow: boolAt(given, "resume_workflow") ?? true,
    persistState: boolAt(given, "persist_state") ?? true,
    retriggerable: boolAt(given, "retriggerable") ?? false,
    policy: given?.get("policy") ?? null,
  };
}

export function carryDict(carry: CarryPolicy): DictValue {
  return record({
    artifact_mode: carry.artifactMode,
    context_policy: carry.contextPolicy,
    persist_state: carry.persistState,
    policy: carry.policy,
    resume_workflow: carry.resumeWorkflow,
    retriggerable: carry.retriggerable,
    transcript_mode: carry.transcriptMode,
  });
}
