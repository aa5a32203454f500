import { HostError, Refusal } from "../../builtin/index.ts";
import {
  EventLogError,
  type EventLogErrorCategory,
  LogEvent,
  type StoredEvent,
  SubscriberLagged,
} from "../../eventlog/index.ts";
import { fingerprint, messageOf } from "../../text/index.ts";
import { decodeBase64, encodeBase64 } from "../../value/index.ts";
import type { Secrets } from "./secrets.ts";

/** The key that marks what JSON has no form for. An object that has it as a key of its own is written as `{"$": ["o", entries]}`. */
const mark = "$";

/** How an answer from outside is written: JSON, with bytes, absent values and events of the log marked. */
export function encodeAnswer(value: unknown, secrets: Secrets): unknown {
  switch (typeof value) {
    case "string":
      return secrets.mask(value);
    case "undefined":
      return { [mark]: ["u"] };
    case "bigint":
      return { [mark]: ["i", String(value)] };
    case "number":
      return Number.isFinite(value) ? value : { [mark]: ["f", String(value)] };
    case "object":
      return value === null ? null : encodeObject(value, secrets);
    case "boolean":
      return value;
    default:
      throw new TypeError(`a ${typeof value} cannot be recorded`);
  }
}

function encodeObject(value: object, secrets: Secrets): unknown {
  if (value instanceof Uint8Array) return { [mark]: encodeBytes(value, secrets) };
  if (value instanceof LogEvent) {
    const { topic, id, kind, payloadText, headersText, occurredAtMs } = value;
    return { [mark]: ["e", topic, id, kind, secrets.mask(payloadText), secrets.mask(headersText), occurredAtMs] };
  }
  if (Array.isArray(value)) return value.map((item: unknown) => encodeAnswer(item, secrets));
  const entries = Object.entries(value).map(([key, item]) => [key, encodeAnswer(item, secrets)] as const);
  if (entries.some(([key]) => key === mark || key === "__proto__")) return { [mark]: ["o", entries] };
  return Object.fromEntries(entries);
}

/** Bytes that are text are written as text: shorter, readable, and secrets in them are found. */
function encodeBytes(bytes: Uint8Array, secrets: Secrets): readonly unknown[] {
  try {
    return ["t", secrets.mask(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes))];
  } catch {
    return ["b", encodeBase64(bytes)];
  }
}

/** `onLost` is told the name of a secret whose value is not known today: its placeholder stands in the answer. */
export function decodeAnswer(encoded: unknown, secrets: Secrets, onLost: (name: string) => void): unknown {
  const text = (masked: string): string => {
    const restored = secrets.restore(masked);
    if (restored.lost !== undefined) onLost(restored.lost);
    return restored.text;
  };
  const decode = (item: unknown): unknown => {
    if (typeof item === "string") return text(item);
    if (typeof item !== "object" || item === null) return item;
    if (Array.isArray(item)) return item.map(decode);
    const marked = (item as { readonly [mark]?: readonly unknown[] })[mark];
    if (marked !== undefined) return decodeMarked(marked, text, decode);
    return Object.fromEntries(Object.entries(item).map(([key, each]) => [key, decode(each)]));
  };
  return decode(encoded);
}

function decodeMarked(
  [form, ...parts]: readonly unknown[],
  text: (masked: string) => string,
  decode: (item: unknown) => unknown,
): unknown {
  switch (form) {
    case "u":
      return undefined;
    case "i":
      return BigInt(parts[0] as string);
    case "f":
      return Number(parts[0]);
    case "t":
      return new TextEncoder().encode(text(parts[0] as string));
    case "b":
      return decodeBase64(parts[0] as string);
    case "e": {
      const [topic, id, kind, payloadText, headersText, occurredAtMs] = parts;
      const stored = {
        topic,
        id,
        kind,
        payloadText: text(payloadText as string),
        headersText: text(headersText as string),
      };
      return new LogEvent({ ...stored, occurredAtMs } as StoredEvent);
    }
    case "o":
      return Object.fromEntries((parts[0] as [string, unknown][]).map(([key, item]) => [key, decode(item)]));
    default:
      throw new TypeError(`a recording holds a value of the unknown form ${String(form)}`);
  }
}

/** An error as an answer. Only what a program can tell apart is kept. */
export function encodeError(error: unknown, secrets: Secrets): unknown {
  const message = secrets.mask(messageOf(error));
  if (error instanceof Refusal) return { [mark]: ["!", "refused", error.isAboutPath ? "path" : "other", message] };
  if (error instanceof HostError) return { [mark]: ["!", "host", error.code, message] };
  if (error instanceof SubscriberLagged) return { [mark]: ["!", "lagged", String(error.lastId), message] };
  if (error instanceof EventLogError) return { [mark]: ["!", "log", error.category, message] };
  return { [mark]: ["!", "error", error instanceof Error ? error.name : "Error", message] };
}

/** The error that an answer stands for, if it stands for one. */
export function errorOf(encoded: unknown): Error | undefined {
  const marked = (encoded as { readonly [mark]?: readonly string[] } | null | undefined)?.[mark];
  if (!Array.isArray(marked) || marked[0] !== "!") return undefined;
  const [, family, code = "", message = ""] = marked as string[];
  switch (family) {
    case "host":
      return new HostError(code, message);
    case "refused":
      return new Refusal(message, { isAboutPath: code === "path" });
    case "lagged":
      return new SubscriberLagged(Number(code));
    case "log":
      return new EventLogError(code as EventLogErrorCategory, message);
    default: {
      const error = new Error(message);
      error.name = code;
      return error;
    }
  }
}

const shownLength = 200;

/** What was asked for, in one line: whole while it is short, else its beginning and a hash of the rest. */
export function describeArguments(args: readonly unknown[], secrets: Secrets): string {
  const text = args.map((arg) => JSON.stringify(encodeAnswer(arg, secrets))).join(", ");
  return text.length <= shownLength
    ? text
    : `${text.slice(0, shownLength)}… (${text.length} characters, #${fingerprint(text)})`;
}
