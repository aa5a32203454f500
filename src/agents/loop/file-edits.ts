import { type CallContext, fileEditsKey } from "../../builtin/index.ts";
import { record } from "../../llm/fields.ts";
import { Raise } from "../../value/index.ts";
import { askHook } from "../hooks/ask.ts";
import type { LoopState } from "./state.ts";

/** Tells hooks of the files that were written since the last time. What a hook answers changes nothing, and its errors do not end the loop. */
export async function announceFileEdits(context: CallContext, state: LoopState): Promise<void> {
  for (const { path, metadata } of context.service(fileEditsKey).drain()) {
    const fields = () => ({ session: record({ id: state.session.id }), path, metadata });
    try {
      await askHook(context, state.service, state.session, "FileEdited", fields);
    } catch (error) {
      if (error instanceof Raise && (error.kind === "cancelled" || error.kind === "deadline")) throw error;
    }
  }
}
