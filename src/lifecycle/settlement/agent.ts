import type { CallContext } from "../../builtin/index.ts";
import { type JsonObject, jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { DictValue, Raise, show } from "../../value/index.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { field } from "../unsettled/json-fields.ts";
import { type SettlementRequest, settle } from "./loop.ts";

const method = "spawn_settlement_agent";

/** A settlement between its two hooks: `PreDrain` may refuse it or rewrite what is unsettled, `PostDrain` is told. */
export async function runSettlement(
  context: CallContext,
  lifecycle: Lifecycle,
  request: SettlementRequest,
): Promise<JsonObject> {
  try {
    return await settleBetweenHooks(context, lifecycle, request);
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    return { status: "error", method, error: errorText(error) };
  }
}

async function settleBetweenHooks(
  context: CallContext,
  lifecycle: Lifecycle,
  request: SettlementRequest,
): Promise<JsonObject> {
  const { hooks } = lifecycle;
  const before = DictValue.of({
    event: "PreDrain",
    unsettled: valueOfJson(request.unsettled),
    return_value: valueOfJson(request.returnValue),
    options: valueOfJson(request.options),
  });
  const asked = await hooks.control(context, "PreDrain", before);
  if (asked.kind === "block") return { status: "skipped", method, reason: asked.reason };
  const rewritten = asked.kind === "modify" ? field(jsonOfValue(asked.payload), "unsettled") : undefined;
  const unsettled = rewritten ?? request.unsettled;
  const outcome = await settle(context, lifecycle, { ...request, unsettled });
  await hooks.advise(
    context,
    "PostDrain",
    DictValue.of({ event: "PostDrain", unsettled: valueOfJson(unsettled), outcome: valueOfJson(outcome) }),
  );
  return outcome;
}

/** An error as the receipts of this room tell it. */
export function errorText(error: Raise): string {
  return error.kind === "thrown" ? `Thrown: ${show(error.value)}` : show(error.value);
}
