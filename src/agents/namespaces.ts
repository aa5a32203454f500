import { type CatalogPart, namespace } from "../builtin/index.ts";

// Apart from the builtins, so that naming them loads nothing of this room.

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
