import { list, numberOf, record } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import type { Session } from "../sessions/session.ts";

/** One of the runtime's own. It is asked in every turn and mostly silent: it looks at the fields of the event as they are, and waits for nothing. */
export interface OwnProvider {
  readonly id: string;
  readonly subscribesTo: ReadonlySet<string>;
  readonly evaluate: (payload: Readonly<Record<string, Value | undefined>>, session: Session) => DictValue | undefined;
}

function provider(id: string, events: readonly string[], evaluate: OwnProvider["evaluate"]): OwnProvider {
  return { id, subscribesTo: new Set(events), evaluate };
}

/** From which share of the context window on models are warned. */
const pressureSteps = [0.95, 0.85, 0.7];

/** The highest step that a share has reached. */
export function pressureStep(share: number): number | undefined {
  return pressureSteps.find((each) => share >= each);
}

/** What the runtime itself reminds models of. */
export const ownProviders: readonly OwnProvider[] = [
  provider("token_pressure", ["OnBudgetThreshold"], (payload) => {
    const used = numberOf(payload.used_ratio) ?? 0;
    const step = pressureStep(used);
    if (step === undefined || step <= (numberOf(payload.reported_ratio) ?? 0)) return undefined;
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
    payload.truncated === true
      ? record({
          body: `The output of '${typeof payload.tool_name === "string" ? payload.tool_name : "a tool"}' was cut. Ask for the part you need rather than for all of it.`,
          ttl_turns: 1,
          dedupe_key: "tool_output_truncated",
        })
      : undefined,
  ),
  provider("post_compact_recap", ["PostCompact"], (payload) =>
    record({
      body: `${Math.trunc(numberOf(payload.archived_messages) ?? 0)} earlier messages were replaced by a summary. Details that are not in it have to be looked up again.`,
      ttl_turns: 2,
      dedupe_key: "post_compact_recap",
    }),
  ),
  provider("workspace_anchor", ["SessionStart", "OnBudgetThreshold"], (_payload, { workspaceAnchor }) =>
    workspaceAnchor === undefined
      ? undefined
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
