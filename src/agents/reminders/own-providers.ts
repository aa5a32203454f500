import { intAt, numberAt, record, textAt } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import type { ReminderProvider } from "./providers.ts";

function provider(id: string, events: readonly string[], evaluate: (subject: DictValue) => Value): ReminderProvider {
  return { id, subscribesTo: new Set(events), evaluate: async (_context, subject) => evaluate(subject) };
}

const pressureSteps = [0.95, 0.85, 0.7];

/** What the runtime itself reminds models of. */
export const ownProviders: readonly ReminderProvider[] = [
  provider("token_pressure", ["OnBudgetThreshold"], (subject) => {
    const used = numberAt(subject, "used_ratio") ?? 0;
    const step = pressureSteps.find((each) => used >= each);
    if (step === undefined || step <= (numberAt(subject, "reported_ratio") ?? 0)) return null;
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
  provider("tool_output_truncated", ["PostToolUse"], (subject) =>
    subject.get("truncated") === true
      ? record({
          body: `The output of '${textAt(subject, "tool_name") ?? "a tool"}' was cut. Ask for the part you need rather than for all of it.`,
          ttl_turns: 1,
          dedupe_key: "tool_output_truncated",
        })
      : null,
  ),
  provider("post_compact_recap", ["PostCompact"], (subject) =>
    record({
      body: `${intAt(subject, "archived_messages") ?? 0} earlier messages were replaced by a summary. Details that are not in it have to be looked up again.`,
      ttl_turns: 2,
      dedupe_key: "post_compact_recap",
    }),
  ),
];
