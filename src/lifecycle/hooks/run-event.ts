import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import type { DictValue } from "../../value/index.ts";
import { lifecycleKey } from "../lifecycle.ts";
import type { HookAnswer } from "./answer.ts";

/** Tells observers of the run what came of a hook, with the payload as it was before any handler changed it (run-events §3.3). */
export function tellOfHook(context: CallContext, name: string, answer: HookAnswer, payload: DictValue): void {
  context.service(lifecycleKey).emit({
    event_type: "hook",
    name,
    phase: answer.kind === "decision" ? `decision:${answer.decision}` : answer.kind,
    payload: jsonOfValue(payload),
  });
}
