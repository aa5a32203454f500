import type { Json } from "./json.ts";

/**
 * What can be observed of a running pipeline, in one order. The properties are those of the wire (`harn run --json`), so
 * that an embedding program and a reader of the stream see the same thing.
 */
export type RunEvent =
  | StdoutEvent
  | StderrEvent
  | TranscriptEvent
  | ToolCallEvent
  | ToolResultEvent
  | HookEvent
  | PersonaStageEvent
  | PackRunEvent;

/** Text written to standard output in one call, as it is. */
export interface StdoutEvent {
  readonly event_type: "stdout";
  readonly payload: string;
}

/** Text written to standard error in one call, as it is. */
export interface StderrEvent {
  readonly event_type: "stderr";
  readonly payload: string;
}

/** One entry of a transcript; `kind` repeats the entry's `type`. */
export interface TranscriptEvent {
  readonly event_type: "transcript";
  readonly agent_id?: string;
  readonly kind: string;
  readonly payload: Json;
}

/** A model asks for a tool. `call_id` joins it with its result. */
export interface ToolCallEvent {
  readonly event_type: "tool_call";
  readonly call_id: string;
  readonly name: string;
  readonly args: Json;
  /** RFC 3339, of the emission. */
  readonly started_at: string;
}

export interface ToolResultEvent {
  readonly event_type: "tool_result";
  readonly call_id: string;
  readonly ok: boolean;
  readonly result: Json;
}

/** A workflow hook fired. A null payload is the same as none. */
export interface HookEvent {
  readonly event_type: "hook";
  readonly name: string;
  readonly phase: string;
  readonly payload: Json;
}

/** A persona's stage changed state: `started`, `completed`, `handoff` … */
export interface PersonaStageEvent {
  readonly event_type: "persona_stage";
  readonly persona: string;
  readonly stage: string;
  readonly transition: string;
}

/** A bundle was verified and unpacked, and runs now. */
export interface PackRunEvent {
  readonly event_type: "pack_run";
  readonly bundle_hash: string;
  readonly signature_verified: boolean;
  /** Fingerprint of the signing key, when signed. */
  readonly key_id?: string;
  readonly cache_hit: boolean;
  readonly dry_run_verify: boolean;
}

/** `2026-02-03T04:05:06.123Z`. */
export function rfc3339(unixMilliseconds: number): string {
  const time = Math.trunc(unixMilliseconds);
  if (time !== lastTime) {
    lastText = new Date(time).toISOString();
    lastTime = time;
  }
  return lastText;
}

/** The last answer: several things are told of one moment. */
let lastTime = Number.NaN;
let lastText = "";
