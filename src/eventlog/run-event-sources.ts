import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.ts";
import type { RunEventBus } from "./run-event-bus.ts";
import { rfc3339 } from "./run-events.ts";

/**
 * Copies one transcript entry to the bus: first the tool calls or the tool result that it holds, then the entry itself.
 * The entry must be redacted already. A key of the wrong type does not fall back to its alternative; a missing one does.
 */
export function forwardTranscriptEntry(
  bus: Pick<RunEventBus, "emit" | "isActive">,
  entry: JsonObject,
  now: () => number,
): void {
  if (!bus.isActive) return;
  const kind = textOr(entry.type, "transcript_event");
  if (kind === "interpreted_response" && isJsonArray(entry.tool_calls)) {
    for (const call of entry.tool_calls) forwardToolCall(bus, isJsonObject(call) ? call : {}, now);
  }
  if (kind === "tool_result") {
    bus.emit({
      event_type: "tool_result",
      call_id: textOr(either(entry, "call_id", "id"), ""),
      ok: typeof entry.ok === "boolean" ? entry.ok : true,
      result: either(entry, "result", "content") ?? null,
    });
  }
  const agent = typeof entry.agent_id === "string" ? { agent_id: entry.agent_id } : {};
  bus.emit({ event_type: "transcript", ...agent, kind, payload: entry });
}

function forwardToolCall(bus: Pick<RunEventBus, "emit">, call: JsonObject, now: () => number): void {
  bus.emit({
    event_type: "tool_call",
    call_id: textOr(either(call, "id", "call_id"), ""),
    name: textOr(call.name, ""),
    args: either(call, "arguments", "args") ?? null,
    started_at: rfc3339(now()),
  });
}

/** Where personas tell what becomes of them; a header `persona` names which one speaks. */
export const personaTopic = "persona.runtime.events";

/** Who watches the run of a builtin. Nobody, where a runtime provides no bus. */
export const runWatchers: ServiceKey<() => Pick<RunEventBus, "emit" | "isActive">> = serviceKey(
  "watchers of the run",
  () => () => ({ isActive: false, emit: () => {} }),
);

const forwardedFamilies = ["persona.stage.", "persona.run."];

/** Copies a persona's runtime event to the bus if it is a transition of a stage or of the whole run. */
export function forwardPersonaEvent(
  bus: Pick<RunEventBus, "emit" | "isActive">,
  persona: string,
  kind: string,
  payload: Json,
): void {
  const family = forwardedFamilies.find((prefix) => kind.startsWith(prefix));
  if (family === undefined || !bus.isActive) return;
  const named = isJsonObject(payload)
    ? (["stage", "to", "name"] as const).find((key) => payload[key] !== undefined)
    : undefined;
  const stage = named === undefined ? "" : textOr((payload as JsonObject)[named], "");
  bus.emit({ event_type: "persona_stage", persona, stage, transition: kind.slice(family.length) });
}

function either(object: JsonObject, key: string, alternative: string): Json | undefined {
  return object[key] === undefined ? object[alternative] : object[key];
}

function textOr(json: Json | undefined, fallback: string): string {
  return typeof json === "string" ? json : fallback;
}
