import { isJsonObject, type Json, parseExactJson } from "../../eventlog/index.ts";
import { type AgentEvent, decodeAgentEvent, printAgentEventMembers } from "./event.ts";
import { AgentEventError, count, int, nullable, object } from "./shapes/shape.ts";

/** An event as a JSONL file holds it, with the event's own members beside these. */
export interface PersistedAgentEvent {
  /** Per session, from 0, without a gap. */
  readonly index: number;
  /** When the sink received it, in Unix milliseconds. */
  readonly emittedAtMs: number;
  /** How deep the call stack was; null where nobody could tell. */
  readonly frameDepth: number | null;
  readonly event: AgentEvent;
}

const head = object("a persisted agent event", {
  index: count,
  emitted_at_ms: int,
  frame_depth: nullable(count),
});

/** One line, without its break. */
export function printPersistedEvent({ index, emittedAtMs, frameDepth, event }: PersistedAgentEvent): string {
  const members = head.print({ index, emitted_at_ms: emittedAtMs, frame_depth: frameDepth });
  return `${members.slice(0, -1)},${printAgentEventMembers(event)}}`;
}

export function parsePersistedEvent(line: string): PersistedAgentEvent {
  const json: Json = parseExactJson(line);
  if (!isJsonObject(json)) throw new AgentEventError("invalid type: expected a persisted agent event");
  const { index, emitted_at_ms, frame_depth } = head.read(json);
  return { index, emittedAtMs: emitted_at_ms, frameDepth: frame_depth, event: decodeAgentEvent(json) };
}
