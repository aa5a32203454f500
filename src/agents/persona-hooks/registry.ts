import { serviceKey } from "../../builtin/index.ts";
import { matchesGlob } from "../../llm/catalog/glob.ts";
import { isCallable } from "../../llm/fields.ts";
import { runtimeError, typeName, type Value } from "../../value/index.ts";

/** The events that persona and step hooks may wait for. */
export const personaEvents = [
  "PreStep",
  "PostStep",
  "OnBudgetThreshold",
  "OnApprovalRequested",
  "OnHandoffEmitted",
  "OnPersonaPaused",
  "OnPersonaResumed",
] as const;

export type PersonaEvent = (typeof personaEvents)[number];

interface PersonaHook {
  readonly event: PersonaEvent;
  /** Globs: of the persona's name, and of the step's; without one every step is meant. */
  readonly persona: string;
  readonly step: string | undefined;
  readonly handler: Value;
}

/** The hooks around personas and their steps, in the order they were registered. */
export class PersonaHooks {
  #hooks: PersonaHook[] = [];

  get isEmpty(): boolean {
    return this.#hooks.length === 0;
  }

  add(hook: PersonaHook): void {
    this.#hooks.push(hook);
  }

  clear(): void {
    this.#hooks = [];
  }

  handlers(event: PersonaEvent, persona: string, step: string): readonly Value[] {
    return this.#hooks
      .filter(
        (hook) =>
          hook.event === event &&
          matchesGlob(hook.persona, persona) &&
          (hook.step === undefined || matchesGlob(hook.step, step)),
      )
      .map((hook) => hook.handler);
  }
}

export const personaHooksKey = serviceKey("persona hooks", () => new PersonaHooks());

/** Reads what `register_persona_hook` and `register_step_hook` were given, in the words programs match on. */
export function readPersonaHook(
  builtin: string,
  given: { readonly persona: string; readonly step?: string; readonly event: string; readonly handler: Value },
): PersonaHook {
  const event = personaEvents.find((known) => known === given.event);
  if (event === undefined) throw runtimeError(`${builtin}: unknown persona hook event \`${given.event}\``);
  if (!isCallable(given.handler))
    throw runtimeError(`${builtin}: handler must be a closure, got ${typeName(given.handler)}`);
  return { event, persona: given.persona, step: given.step, handler: given.handler };
}
