import type { Host } from "../../builtin/index.ts";
import { contentText } from "../../llm/dialects/content-blocks.ts";
import { list, numberOf, record, textAt } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import type { Session } from "../sessions/session.ts";
import { projectFacts } from "./project-facts.ts";

type Payload = Readonly<Record<string, Value | undefined>>;

/** One of the runtime's own. It is asked in every turn and mostly silent: it looks at the fields of the event as they are, and waits for nothing. */
export interface OwnProvider {
  readonly id: string;
  readonly subscribesTo: ReadonlySet<string>;
  readonly evaluate: (payload: Payload, session: Session, host: Host) => DictValue | undefined;
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

/** The step that a context has newly reached. */
function newPressure(payload: Payload): number | undefined {
  const step = pressureStep(numberOf(payload.used_ratio) ?? 0);
  return step === undefined || step <= (numberOf(payload.reported_ratio) ?? 0) ? undefined : step;
}

/** What the session is about: the task of the loop, or what was said last to the model. */
function taskOf(payload: Payload, session: Session): string {
  if (typeof payload.task === "string") return payload.task;
  const last = session.messages.findLast((message) => textAt(message, "role") === "user");
  return contentText(last?.get("content"));
}

/** What the runtime itself reminds models of. */
export const ownProviders: readonly OwnProvider[] = [
  provider("token_pressure", ["OnBudgetThreshold"], (payload) => {
    if (newPressure(payload) === undefined) return undefined;
    return record({
      body: `About ${Math.round((numberOf(payload.used_ratio) ?? 0) * 100)}% of the context window is used. Finish what matters most and keep answers short.`,
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
  provider("project_facts", ["SessionStart", "OnBudgetThreshold"], (payload, session, { files }) => {
    const isAsked = payload.used_ratio === undefined || newPressure(payload) !== undefined;
    return isAsked ? projectFacts(files, taskOf(payload, session)) : undefined;
  }),
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
