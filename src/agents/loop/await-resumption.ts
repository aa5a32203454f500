import { isDict, record, textAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError } from "../../value/index.ts";
import type { CalledTool } from "../tools/dispatch.ts";
import { type OwnTool, ownEntry } from "./tool-set.ts";

export const awaitResumption = "agent_await_resumption";

/** What a model calls to park itself. The loop sees the call before it is dispatched; as a tool it has nothing to do. */
export const awaitResumptionTool: OwnTool = {
  entry: ownEntry(
    awaitResumption,
    "Park this run until somebody resumes it. Call it alone, when nothing can be done before something outside happens.",
    {
      reason: record({ type: "string", description: "What is waited for." }),
      conditions: record({ type: "object", required: false, description: "When to resume without being asked." }),
    },
  ),
  run: async () => {
    throw runtimeError(
      "HARN-SUS-005: agent_await_resumption is handled structurally by agent_loop and cannot be invoked directly",
    );
  },
};

export interface ParkWish {
  readonly reason: string;
  readonly conditions: DictValue | undefined;
}

/** The first call that parks, if the model made one. */
export function parkWish(calls: readonly CalledTool[]): ParkWish | undefined {
  const call = calls.find((each) => each.name === awaitResumption);
  if (call === undefined) return undefined;
  const args = isDict(call.arguments) ? call.arguments : undefined;
  const reason = textAt(args, "reason") ?? "";
  if (reason.trim() === "") throw runtimeError("HARN-SUS-005: agent_await_resumption reason is required");
  const conditions = args?.get("conditions");
  return { reason, conditions: isDict(conditions) ? conditions : undefined };
}
