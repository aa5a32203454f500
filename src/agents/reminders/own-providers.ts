import { dictAt, intAt, list, numberAt, record, textAt } from "../../llm/fields.ts";
import { DictValue, type Value } from "../../value/index.ts";
import type { Session } from "../sessions/session.ts";
import type { ReminderProvider } from "./providers.ts";

function provider(
  id: string,
  events: readonly string[],
  evaluate: (payload: DictValue, session: Session) => Value,
): ReminderProvider {
  return {
    id,
    subscribesTo: new Set(events),
    evaluate: async (_context, subject, session) => evaluate(dictAt(subject, "payload") ?? new DictValue(), session),
  };
}

/** From which share of the context window on models are warned. */
const pressureSteps = [0.95, 0.85, 0.7];

/** The highest step that a share has reached. */
export function pressureStep(share: number): number | undefined {
  return pressureSteps.find((each) => share >= each);
}

/** What the runtime itself reminds models of. */
export const ownProviders: readonly ReminderProvider[] = [
  provider("token_pressure", ["OnBudgetThreshold"], (payload) => {
    const used = numberAt(payload, "used_ratio") ?? 0;
    const step = pressureStep(used);
    if (step === undefined || step <= (numberAt(payload, "reported_ratio") ?? 0)) return null;
    return record({
      body: `About ${Math.round(used * 100)}% of the context window is used. Finish what matters most and keep answers short.`,
      tags: undefined,
      ttl_turns: 2,
      dedupe_key: "token_pressure",
    });
  }),
  provider("idle_nudge", ["SessionIdle"], () =>
    record({
      body: "Nothing new has come in. Go on only if something is left to do.",
      ttl_turns: 1,
      dedupe_key: "idle_nudge",
    }),
  ),
  provider("tool_output_truncated", ["PostToolUse"], (payload) =>
    payload.get("truncated") === true
      ? record({
          body: `The output of '${textAt(payload, "tool_name") ?? "a tool"}' was cut. Ask for the part you need rather than for all of it.`,
          ttl_turns: 1,
          dedupe_key: "tool_output_truncated",
        })
      : null,
  ),
  provider("post_compact_recap", ["PostCompact"], (payload) =>
    record({
      body: `${intAt(payload, "archived_messages") ?? 0} earlier messages were replaced by a summary. Details that are not in it have to be looked up again.`,
      ttl_turns: 2,
      dedupe_key: "post_compact_recap",
    }),
  ),
  provider("workspace_anchor", ["SessionStart", "OnBudgetThreshold"], (_payload, { workspaceAnchor }) =>
    workspaceAnchor === undefined
      ? null
      : record({
          body: [
            `This session works in ${workspaceAnchor.primary}.`,
            ...workspaceAnchor.additionalRoots.map(({ path }) => `It may also use ${path}.`),
          ].join("\n"),
          tags: list(["workspace_anchor"]),
          ttl_turns: 1,
          dedupe_key: "workspace_anchor",
        }),
  ),
];
