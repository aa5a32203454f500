// A captain's transcript: the agent events of one or more sweeps, a line of JSON each.
import {
  encodeJson,
  isJsonObject,
  type Json,
  type JsonObject,
  memberName,
  parseExactJson,
} from "../../eventlog/index.ts";
import { messageOf } from "../../text/index.ts";
import { RunRecordError } from "../error.ts";
import type { RecordServices } from "../services.ts";

/** One event of a transcript; `body` has all of its keys, in the order of the file. */
export interface TranscriptEvent {
  readonly index: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly type: string;
  readonly session: string;
  readonly body: JsonObject;
}

/** The event that JSON describes. Throws where it lacks what every event has. */
export function transcriptEvent(json: Json): TranscriptEvent {
  if (!isJsonObject(json)) throw new RunRecordError("an event is an object");
  const { emitted_at_ms, index, session_id, type } = json;
  if (typeof index !== "number" || index < 0) throw new RunRecordError("missing field `index`");
  if (typeof emitted_at_ms !== "number") throw new RunRecordError("missing field `emitted_at_ms`");
  if (typeof type !== "string") throw new RunRecordError("missing field `type`");
  return { index, at: emitted_at_ms, type, session: typeof session_id === "string" ? session_id : "", body: json };
}

/** The same event at another place and time. */
export function movedEvent(event: TranscriptEvent, by: { readonly index: number; readonly ms: number }) {
  const body = { ...event.body, index: event.index + by.index, emitted_at_ms: event.at + by.ms };
  return { ...event, index: body.index, at: body.emitted_at_ms, body };
}

/** The line of an event, without its end. Keys of the event stand as they came, those of free-form parts in order. */
export function transcriptLine({ body }: TranscriptEvent): string {
  const members = Object.entries(body).map(([key, item]) => memberName(key) + encodeJson(item ?? null));
  return `{${members.join(",")}}`;
}

/** Reads a file, or all `event_log*.jsonl` of a folder; by index. */
export function loadTranscript(path: string, services: Pick<RecordServices, "files">): readonly TranscriptEvent[] {
  const events = transcriptFiles(path, services).flatMap((file) => readLines(file, services));
  return events.sort((left, right) => left.index - right.index);
}

function transcriptFiles(path: string, { files }: Pick<RecordServices, "files">): readonly string[] {
  const kind = attempt(`failed to stat transcript ${path}`, () => files.stat(path, true).kind);
  if (kind !== "directory") return [path];
  const names = attempt(`failed to read transcript directory ${path}`, () => files.list(path)).map(({ name }) => name);
  const found = names.filter((name) => name.startsWith("event_log") && name.endsWith(".jsonl")).sort();
  if (found.length === 0) throw new RunRecordError(`no event_log*.jsonl files under ${path}`);
  return found.map((name) => `${path}/${name}`);
}

function readLines(path: string, { files }: Pick<RecordServices, "files">): readonly TranscriptEvent[] {
  const text = attempt(`failed to open transcript ${path}`, () => files.readText(path));
  return text
    .split("\n")
    .flatMap((line, at) =>
      line.trim() === ""
        ? []
        : [
            attempt(`failed to parse line ${at + 1} of ${path} as PersistedAgentEvent`, () =>
              transcriptEvent(parseExactJson(line)),
            ),
          ],
    );
}

function attempt<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new RunRecordError(`${what}: ${messageOf(error)}`, { cause: error });
  }
}
