import { unreachable } from "../text/index.ts";
import { encodeJson, type Json } from "./json.ts";
import type { RunEventSink } from "./run-event-bus.ts";
import type { RunEvent } from "./run-events.ts";

/** How a run ended, which only the stream tells: the bus carries what happens while it runs. */
export type TerminalEvent =
  | { readonly event_type: "result"; readonly value: Json; readonly exit_code: number }
  | { readonly event_type: "error"; readonly error: RunFailure };

export interface RunFailure {
  /** `compile_error`, `runtime` … */
  readonly code: string;
  readonly message: string;
  readonly details?: Json;
}

export interface RunEventLinesOptions {
  /** Leaves out standard output and error; the numbering stays without gaps. */
  readonly isQuiet?: boolean;
}

/**
 * The stream of `harn run --json`: each event as one line, numbered from 1, in the envelope that all JSON output of the
 * command line has. The envelope says `ok` even around the terminal `error`, whose failure is in the data.
 */
export class RunEventLines implements RunEventSink {
  readonly #write: (line: string) => void;
  readonly #isQuiet: boolean;
  #seq = 0;

  /** `write` gets whole lines, break included. */
  constructor(write: (line: string) => void, { isQuiet = false }: RunEventLinesOptions = {}) {
    this.#write = write;
    this.#isQuiet = isQuiet;
  }

  emit(event: RunEvent): void {
    if (this.#isQuiet && (event.event_type === "stdout" || event.event_type === "stderr")) return;
    this.#write(encodeRunEventLine(event, ++this.#seq));
  }

  /** The last line of the stream. */
  finish(event: TerminalEvent): void {
    this.#write(encodeRunEventLine(event, ++this.#seq));
  }
}

/** One line, break included. Keys of events stand in their fixed order, those of free-form JSON are sorted. */
export function encodeRunEventLine(event: RunEvent | TerminalEvent, seq: number): string {
  const data = `{"event_type":"${event.event_type}","seq":${seq}${encodeFields(event)}}`;
  return `{"schemaVersion":1,"ok":true,"data":${data},"error":null,"warnings":[]}\n`;
}

function encodeFields(event: RunEvent | TerminalEvent): string {
  switch (event.event_type) {
    case "stdout":
    case "stderr":
      return field("payload", event.payload);
    case "transcript":
      return optionalField("agent_id", event.agent_id) + field("kind", event.kind) + field("payload", event.payload);
    case "tool_call":
      return (
        field("call_id", event.call_id) +
        field("name", event.name) +
        field("args", event.args) +
        field("started_at", event.started_at)
      );
    case "tool_result":
      return field("call_id", event.call_id) + field("ok", event.ok) + field("result", event.result);
    case "hook":
      return (
        field("name", event.name) + field("phase", event.phase) + optionalField("payload", event.payload ?? undefined)
      );
    case "persona_stage":
      return field("persona", event.persona) + field("stage", event.stage) + field("transition", event.transition);
    case "pack_run":
      return (
        field("bundle_hash", event.bundle_hash) +
        field("signature_verified", event.signature_verified) +
        optionalField("key_id", event.key_id) +
        field("cache_hit", event.cache_hit) +
        field("dry_run_verify", event.dry_run_verify)
      );
    case "result":
      return field("value", event.value) + field("exit_code", event.exit_code);
    case "error": {
      const { code, message, details = null } = event.error;
      return `,"error":{"code":${encodeJson(code)}${field("message", message)}${field("details", details)}}`;
    }
    default:
      return unreachable(event);
  }
}

function field(key: string, value: Json): string {
  return `,"${key}":${encodeJson(value)}`;
}

function optionalField(key: string, value: Json | undefined): string {
  return value === undefined ? "" : field(key, value);
}
