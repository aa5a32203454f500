import type { CallContext } from "../../builtin/index.ts";
import { lifecycleKey } from "../../lifecycle/index.ts";
import { record } from "../../llm/fields.ts";
import type { Session } from "../sessions/session.ts";

/** Tells hooks of a project that an agent takes a turn, or has taken one. */
export function tellOfTurn(
  context: CallContext,
  event: "PreAgentTurn" | "PostAgentTurn",
  session: Session,
  iteration: number,
): Promise<void> {
  const payload = () => record({ event, session: record({ id: session.id }), turn: record({ iteration }) });
  return context.service(lifecycleKey).hooks.tell(context, event, payload);
}
