import { record } from "../../llm/fields.ts";
import { type NewId, transcriptEvent } from "../../llm/transcript/event.ts";
import type { DictValue } from "../../value/index.ts";
import type { CallFacts } from "./call-facts.ts";

/** What a session keeps of a decision on one call. */
export function permissionEvent(
  newId: NewId,
  kind: "PermissionGrant" | "PermissionDeny" | "PermissionEscalation",
  about: { readonly facts: CallFacts; readonly reason: string; readonly isEscalated: boolean },
): DictValue {
  const { facts, reason, isEscalated } = about;
  return transcriptEvent(newId, {
    kind,
    role: "tool",
    visibility: "internal",
    text: reason,
    metadata: record({ tool_name: facts.tool, arguments: facts.arguments, reason, escalated: isEscalated }),
  });
}
