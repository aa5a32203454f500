import {
  type ActiveLog,
  EventLogError,
  encodeRedacted,
  forwardTranscriptEntry,
  type JsonObject,
  RawJson,
  type RunEventBus,
  redactObject,
  topic,
} from "../eventlog/index.ts";

export interface TranscriptOutlet {
  readonly events: () => Pick<RunEventBus, "emit" | "isActive">;
  readonly log: ActiveLog;
  readonly now: () => number;
  /** Takes each entry as a line of `llm_transcript.jsonl`, with its line feed. */
  readonly keep: ((line: string) => void) | undefined;
}

const transcriptTopic = topic("agent.transcript.llm");

/** Where the entries of a transcript go, without what is secret in them: to who watches the run, the log, and a file. */
export function transcriptOutlet({ events, log, now, keep }: TranscriptOutlet): (entry: JsonObject) => void {
  return (entry) => {
    const watchers = events();
    if (watchers.isActive) forwardTranscriptEntry(watchers, redactObject(entry), now);
    const text = encodeRedacted(entry);
    keepInLog(log, entry, text);
    keep?.(`${text}\n`);
  };
}

/** A log that fails tells whoever waits for it: nobody who asks a model. */
function keepInLog(log: ActiveLog, entry: JsonObject, text: string): void {
  const kind = typeof entry.type === "string" ? entry.type : "transcript_event";
  try {
    log.get()?.append(transcriptTopic, { kind, payload: new RawJson(text) });
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
  }
}
