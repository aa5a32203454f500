import type { CallContext } from "../../builtin/index.ts";
import { isDict, record, textAt } from "../../llm/fields.ts";
import { Raise, show, type Value } from "../../value/index.ts";
import { askHook } from "../hooks/ask.ts";
import type { LoopState } from "./state.ts";
import type { FailedTurn } from "./turn.ts";

/** Ends that somebody should look at. */
const troubled: ReadonlySet<string> = new Set(["failed", "provider_error", "verify_exhausted", "stuck"]);

/** Tells the hooks of a loop's end, of a troubled one twice. */
export async function announceSessionEnd(context: CallContext, state: LoopState): Promise<void> {
  const status = state.finalStatus === "" ? "done" : state.finalStatus;
  const common = (): Record<string, Value> => ({
    session: record({ id: state.session.id }),
    final_status: status,
    stop_reason: state.stopReason,
  });
  if (troubled.has(status))
    await askHook(context, state.service, state.session, "SessionError", () => ({ ...common(), error: state.error }));
  await askHook(context, state.service, state.session, "SessionEnd", () => ({
    ...common(),
    iterations: state.completed,
  }));
}

/** A loop that an error ends is a failed one. The error goes on, whatever the hooks do. */
export async function announceFailure(context: CallContext, state: LoopState, error: unknown): Promise<void> {
  if (error instanceof Raise && (error.kind === "cancelled" || error.kind === "deadline")) return;
  state.end("failed", "error");
  state.error = error instanceof Raise ? show(error.value) : "internal error";
  try {
    await announceSessionEnd(context, state);
  } catch (later) {
    if (!(later instanceof Raise)) throw later;
  }
}

/** The loop returns all the same, and a program that prints its text alone would print nothing: somebody has to be told. */
export function warnOfFailure(context: CallContext, { error, status }: FailedTurn): void {
  const message = isDict(error) ? (textAt(error, "message") ?? "") : show(error);
  const [line = ""] = message.split("\n", 1);
  context.write("stderr", `[harn] warning: agent_loop ended with ${status}: ${line}\n`);
}
