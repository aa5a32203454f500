import { jsonOfValue } from "../../eventlog/index.ts";
import { isList, textAt } from "../../llm/fields.ts";
import { type DictValue, show } from "../../value/index.ts";
import type { AgentEventHub } from "../events/hub.ts";

/** Tells of a message that a person wrote, which is one that carries an id: clients show it where they know it. */
export function announceUserMessage(hub: AgentEventHub, sessionId: string, message: DictValue): void {
  const id = [textAt(message, "messageId"), textAt(message, "message_id")].find((each) => each?.trim());
  if (id === undefined || textAt(message, "role") !== "user") return;
  const content = message.get("content") ?? "";
  hub.record({
    type: "user_message",
    session_id: sessionId,
    message_id: id,
    content: isList(content) ? content.toArray().map(jsonOfValue) : [{ type: "text", text: show(content) }],
  });
}
