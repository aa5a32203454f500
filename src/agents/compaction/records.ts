import { list, record } from "../../llm/fields.ts";
import { type NewId, transcriptEvent } from "../../llm/transcript/event.ts";
import { messageEvents } from "../../llm/transcript/record.ts";
import type { DictValue, Value } from "../../value/index.ts";
import type { AgentEventOf } from "../events/event.ts";
import { assetsOf, eventsOf } from "../transcripts/transcript.ts";
import type { Compacted } from "./engine.ts";
import type { CompactionSettings } from "./settings.ts";

export type CompactionMode = "manual" | "host" | "auto" | "workflow" | "worker" | "resume_digest";

/** What a compaction did, as its event carries it. */
export function compactionFacts(
  done: Compacted,
  settings: CompactionSettings,
  mode: CompactionMode,
): Record<string, Value> {
  return {
    mode,
    strategy: settings.label,
    engine_strategy: settings.strategy,
    archived_messages: done.archived.length,
    keep_last: settings.keepLast,
    new_summary_len: done.text.length,
    estimated_tokens_before: done.tokensBefore,
    estimated_tokens_after: done.tokensAfter,
    instruction_mode: settings.directives.mode,
  };
}

/** What sinks and subscribers are told of a compaction. */
export function compactionNews(
  sessionId: string,
  done: Compacted,
  settings: CompactionSettings,
  mode: CompactionMode,
): AgentEventOf<"transcript_compacted"> {
  return {
    type: "transcript_compacted",
    session_id: sessionId,
    mode,
    strategy: settings.label,
    archived_messages: done.archived.length,
    estimated_tokens_before: done.tokensBefore,
    estimated_tokens_after: done.tokensAfter,
    snapshot_asset_id: null,
    instruction_mode: settings.directives.mode,
  };
}

export function compactionEvent(newId: NewId, metadata: DictValue): DictValue {
  return transcriptEvent(newId, {
    kind: "compaction",
    role: "system",
    visibility: "internal",
    text: "transcript compacted",
    metadata,
  });
}

/** The transcript after a compaction. What it was before is kept as an asset. */
export function compactedTranscript(
  newId: NewId,
  before: DictValue,
  done: Compacted,
  facts: Readonly<Record<string, Value>>,
  summary: string,
  targetTokens: Value,
): DictValue {
  const snapshotId = newId();
  const asset = record({
    _type: "transcript_asset",
    id: snapshotId,
    kind: "transcript_snapshot",
    visibility: "internal",
    data: before,
  });
  const metadata = record({
    ...facts,
    target_tokens: targetTokens,
    snapshot_asset_id: snapshotId,
    reminders_preserved: 0,
    reminders_expired: 0,
    reminders_decremented: 0,
    reminders_deduped: 0,
  });
  const notes = eventsOf(before).filter(
    (event) => event.get("kind") !== "message" && event.get("kind") !== "tool_result",
  );
  return before
    .with("messages", list(done.messages))
    .with("events", list([...messageEvents(newId, done.messages), ...notes, compactionEvent(newId, metadata)]))
    .with("assets", list([...assetsOf(before), asset]))
    .with("summary", summary)
    .with("archived_messages", done.archived.length);
}
