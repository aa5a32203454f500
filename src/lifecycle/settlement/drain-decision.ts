import type { CallContext } from "../../builtin/index.ts";
import { type Json, type JsonObject, jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { DictValue } from "../../value/index.ts";
import { type AuditEntry, entryJson } from "../audit-log.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { field } from "../unsettled/json-fields.ts";

export const drainDecision = "drain_decision";

export type DecisionOutcome =
  | { readonly kind: "recorded"; readonly entry: AuditEntry }
  | { readonly kind: "blocked"; readonly reason: string };

/** Puts a decision about unsettled work on record, unless a hook objects; hooks may also rewrite it. */
export async function recordDecision(
  context: CallContext,
  lifecycle: Lifecycle,
  payload: Json,
): Promise<DecisionOutcome> {
  const asked = await lifecycle.hooks.control(
    context,
    "OnDrainDecision",
    DictValue.of({
      event: "OnDrainDecision",
      action: valueOfJson(field(payload, "action") ?? null),
      item: valueOfJson(field(payload, "item") ?? null),
      payload: valueOfJson(payload),
    }),
  );
  if (asked.kind === "block") return { kind: "blocked", reason: asked.reason };
  const rewritten = asked.kind === "modify" ? field(jsonOfValue(asked.payload), "payload") : undefined;
  return { kind: "recorded", entry: lifecycle.audits.record(drainDecision, rewritten ?? payload) };
}

export function recordedReceipt(method: string, entry: AuditEntry): JsonObject {
  return { status: "recorded", method, entry: entryJson(entry) };
}
