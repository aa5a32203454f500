import type { CatalogPart } from "../builtin/index.ts";
import { BuiltinValue, DictValue, type Value } from "../value/index.ts";

// Apart from the builtins, so that naming them loads nothing of this room.

function namespace(name: string, members: readonly string[]): DictValue {
  const entries = members.map((member): [string, Value] => [member, new BuiltinValue(`${name}.${member}`)]);
  return DictValue.of({ _namespace: name, ...Object.fromEntries(entries) });
}

/** `transcript.…` and `workflow.…`, whose members are builtins of this room. */
export const agentNamespaces: CatalogPart = {
  globals: {
    transcript: namespace("transcript", ["inject_reminder", "clear_reminders"]),
    workflow: namespace("workflow", [
      "signal",
      "query",
      "publish_query",
      "update",
      "respond_update",
      "receive",
      "pause",
      "resume",
      "status",
      "continue_as_new",
    ]),
  },
};
