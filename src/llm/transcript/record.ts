import type { DictValue, Value } from "../../value/index.ts";
import { isDict, list, record } from "../fields.ts";
import { messageEvent, type NewId } from "./event.ts";

export const transcriptVersion = 2;

export interface TranscriptParts {
  readonly id?: string;
  readonly messages: readonly Value[];
  /** All events; made from the messages when absent. */
  readonly events?: readonly Value[];
  readonly assets?: readonly Value[];
  readonly summary?: string;
  readonly metadata?: Value;
  readonly state?: string;
}

/** A transcript as programs hold it. */
export function transcriptRecord(newId: NewId, parts: TranscriptParts): DictValue {
  return record({
    _type: "transcript",
    version: transcriptVersion,
    id: parts.id ?? newId(),
    messages: list(parts.messages),
    events: list(parts.events ?? messageEvents(newId, parts.messages)),
    assets: list(parts.assets ?? []),
    summary: parts.summary,
    metadata: parts.metadata,
    state: parts.state,
  });
}

export function messageEvents(newId: NewId, messages: readonly Value[]): DictValue[] {
  return messages.filter(isDict).map((message) => messageEvent(message, newId));
}
