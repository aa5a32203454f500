/**
 * One thing that crossed between a run and what is outside of it, as it stands in a recording: a JSON array whose first
 * element is a letter. `args` is a text that names what was asked for (`describeArguments`), `result` an encoded answer
 * (`effect-values.ts`).
 */
export type JournalEntry =
  /** A call that was answered at once. */
  | readonly [letter: "s", operation: string, args: string, result: unknown]
  /** Readings of a clock in a row that gave the same number. */
  | readonly [letter: "n", operation: string, value: number, count: number]
  /** A call that changes the outside is about to be made. Its answer follows as `r`, unless the run was killed in between. */
  | readonly [letter: "w", operation: string, args: string]
  | readonly [letter: "r", result: unknown]
  /** Something began whose answer comes later. It is known by its number, which counts from 1. */
  | readonly [letter: "a", number: number, operation: string, args: string]
  /** What had begun under that number was answered, and the run went on from there. */
  | readonly [letter: "d", number: number, result: unknown]
  /** The run was asked to stop from outside. */
  | readonly [letter: "x", reason: string | null]
  /** The run told of itself: output, a tool call … */
  | readonly [letter: "e", event: string];

/** What recordings are written in. */
export const recordingFormat = 1;

/** What a recording says of its run before anything happened. */
export interface RunStart {
  readonly runId: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** Of the recording's own form; absent stands for 1. */
  readonly format?: number;
  /** Version of the product that wrote it. */
  readonly version: string;
  /** The entry's path, as messages name it. */
  readonly entry: string;
  /** Whether the entry is code from the command line. */
  readonly isInline: boolean;
  readonly cwd: string;
  readonly argv: readonly string[];
  /** The text of the entry. */
  readonly source: string;
  /** What else was asked to compile the program (`program/observed-reader.ts`). */
  readonly sources: readonly unknown[];
  /** What lay around the program: folders by name. */
  readonly places: Readonly<Record<string, string>>;
  /** Options that change what the run may do: `{"sandbox": true}`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The run that this one was forked off, and after which event. */
  readonly forkOf?: { readonly runId: string; readonly at: number };
}

/** How a recorded run ended. */
export interface RunEndEntry {
  readonly status: number;
  /** What stood on standard error about it, beside the program's own output. */
  readonly message: string;
}

/** One event of a recording: a line of its file. Ids count from 1 without a gap. */
export type JournalEvent =
  | { readonly id: number; readonly kind: "start"; readonly run: RunStart }
  | { readonly id: number; readonly kind: "effects"; readonly entries: readonly JournalEntry[] }
  | { readonly id: number; readonly kind: "end"; readonly end: RunEndEntry };

/** A recording that makes no sense as one. */
export class JournalFormatError extends Error {
  override readonly name = "JournalFormatError";
}

/** A recording as it was read back. */
export interface Recording {
  readonly start: RunStart;
  readonly effects: readonly { readonly id: number; readonly entries: readonly JournalEntry[] }[];
  /** Absent when the run was killed. */
  readonly end: RunEndEntry | undefined;
  /** Of the last whole event. */
  readonly lastId: number;
  /** Characters of the text that hold whole events: what follows was cut in the middle. */
  readonly wholeLength: number;
}

/** Reads a recording. A last line that was cut is left out: it was never acknowledged. */
export function readRecording(text: string): Recording {
  const wholeLength = text.lastIndexOf("\n") + 1;
  const lines = text.slice(0, wholeLength).split("\n").slice(0, -1);
  requireKnownFormat(lines[0]);
  const events = lines.map((line, index) => readEvent(line, index + 1));
  const [first] = events;
  if (first?.kind !== "start") throw new JournalFormatError("it does not begin with the start of a run");
  const last = events[events.length - 1];
  return {
    start: first.run,
    effects: events.flatMap((event) => (event.kind === "effects" ? [event] : [])),
    end: last?.kind === "end" ? last.end : undefined,
    lastId: events.length,
    wholeLength,
  };
}

/** What follows the start of a later form may be of kinds that are not known here. */
function requireKnownFormat(line = "null"): void {
  const { run } = (parsedLine(line, 1) ?? {}) as { readonly run?: { readonly format?: unknown } };
  const format = run?.format ?? recordingFormat;
  if (typeof format !== "number" || format > recordingFormat)
    throw new JournalFormatError(
      `it has form ${String(format)}, and this harn knows ${recordingFormat}: a later one has written it`,
    );
}

function parsedLine(line: string, id: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new JournalFormatError(`line ${id} is no JSON`);
  }
}

function readEvent(line: string, id: number): JournalEvent {
  const event = parsedLine(line, id);
  const { id: given, kind } = (event ?? {}) as Partial<JournalEvent>;
  if (given !== id) throw new JournalFormatError(`line ${id} should be event ${id}, and says ${String(given)}`);
  if (kind !== "start" && kind !== "effects" && kind !== "end")
    throw new JournalFormatError(`line ${id} is of the unknown kind ${JSON.stringify(kind)}`);
  return event as JournalEvent;
}

/** The line of an event, break included. */
export function journalLine(event: JournalEvent): string {
  return `${JSON.stringify(event)}\n`;
}
