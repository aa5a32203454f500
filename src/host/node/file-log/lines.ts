import {
  encodeJson,
  isJsonObject,
  type Json,
  LogEvent,
  parseExactJson,
  stepError,
  type Topic,
} from "../../../eventlog/index.ts";

/** `{"id":1,"event":{"kind":…,"payload":…,"headers":…,"occurred_at_ms":…}}`, without its line break. */
export function encodeLine(event: LogEvent): string {
  return `${beginning(event.id, event.kind)}${event.payloadText}${ending(event.headersText, event.occurredAtMs)}`;
}

function beginning(id: number, kind: string): string {
  return `{"id":${id},"event":{"kind":${JSON.stringify(kind)},"payload":`;
}

function ending(headersText: string, occurredAtMs: number): string {
  return `,"headers":${headersText},"occurred_at_ms":${occurredAtMs}}}`;
}

/** Reads a complete line. The payload keeps the spelling that its hash covers. */
export function decodeLine(topic: Topic, line: string): LogEvent {
  try {
    const { id, event } = JSON.parse(line) as { id: number; event: { [key: string]: unknown } };
    const { kind, occurred_at_ms: occurredAtMs } = event;
    if (!Number.isSafeInteger(id) || typeof kind !== "string" || typeof occurredAtMs !== "number")
      throw new Error("an event has an id, a kind and a time");
    const headersText = encodeJson((event.headers ?? {}) as Json);
    const payloadText = cut(line, beginning(id, kind), ending(headersText, occurredAtMs)) ?? canonicalPayload(line);
    return new LogEvent({ topic, id, kind, payloadText, headersText, occurredAtMs });
  } catch (cause) {
    throw stepError("serde", "parse", cause);
  }
}

function cut(line: string, start: string, end: string): string | undefined {
  const isOurs = line.length > start.length + end.length && line.startsWith(start) && line.endsWith(end);
  return isOurs ? line.slice(start.length, line.length - end.length) : undefined;
}

/** For lines that somebody else laid out. */
function canonicalPayload(line: string): string {
  const record = parseExactJson(line);
  const event = isJsonObject(record) && isJsonObject(record.event) ? record.event : {};
  if (event.payload === undefined) throw new Error("missing field `payload`");
  return encodeJson(event.payload);
}

const usualStart = Buffer.from('{"id":');
const [zero, nine, comma] = [48, 57, 44];
/** Longer numbers are left to a parser. */
const mostDigits = 15;

/** The id of a complete line, without reading the rest of it where that can be avoided. */
export function idOfLine(topic: Topic, line: Buffer): number {
  if (line.length > usualStart.length && usualStart.compare(line, 0, usualStart.length) === 0) {
    let id = 0;
    for (let at = usualStart.length; at <= usualStart.length + mostDigits; at++) {
      const byte = line[at] ?? 0;
      if (byte === comma && at > usualStart.length) return id;
      if (byte < zero || byte > nine) break;
      id = id * 10 + (byte - zero);
    }
  }
  return decodeLine(topic, line.toString("utf8")).id;
}

/** Whether a last line without a line break is a whole record all the same. */
export function isWholeLine(topic: Topic, line: string): boolean {
  try {
    decodeLine(topic, line);
    return true;
  } catch {
    return false;
  }
}
