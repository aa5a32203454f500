import {
  DictValue,
  ListValue,
  type Raise,
  runtimeError,
  show,
  truthy,
  typeName,
  type Value,
} from "../../value/index.ts";

/** What a hook's handler asks for. */
export type HookAnswer =
  | { readonly kind: "allow" }
  | { readonly kind: "block"; readonly reason: string }
  | { readonly kind: "modify"; readonly payload: Value }
  | { readonly kind: "decision"; readonly decision: Decision; readonly reason: string | undefined };

export type Decision = "allow" | "deny" | "ask";

export const allow: HookAnswer = { kind: "allow" };

const decisions: readonly string[] = ["allow", "deny", "ask"] satisfies readonly Decision[];

/** Reads what a handler returned. Lists are the caller's affair. */
export function readAnswer(event: string, answer: Value): HookAnswer {
  if (answer === null || answer === true) return allow;
  if (answer === false) return { kind: "block", reason: `${event} hook returned false` };
  // A dict that carries reminders says in `then` what it asks for.
  if (answer instanceof DictValue)
    return carriesReminders(answer) && answer.has("then")
      ? readAnswer(event, answer.get("then") ?? null)
      : readControl(event, answer);
  throw wrongAnswer(event, answer);
}

function carriesReminders(answer: DictValue): boolean {
  return ["reminder", "effects", "body"].some((key) => answer.has(key));
}

/** Whether an answer carries reminders, as a list of them does. */
export function isReminder(answer: Value): boolean {
  if (answer instanceof ListValue) return answer.toArray().some(isReminder);
  return answer instanceof DictValue && carriesReminders(answer);
}

export function wrongAnswer(event: string, answer: Value): Raise {
  if (answer instanceof ListValue && answer.size > 0)
    return runtimeError(`${event} hook reminder return nested too deeply`);
  return runtimeError(`${event} hook must return nil, bool, or a control dict; got ${typeName(answer)}`);
}

function readControl(event: string, control: DictValue): HookAnswer {
  const decision = control.get("decision") ?? null;
  const reason = control.get("reason") ?? null;
  if (decision !== null) {
    const wanted = show(decision).trim().toLowerCase();
    if (!decisions.includes(wanted))
      throw runtimeError(`${event} hook \`decision\` must be "allow", "deny", or "ask"; got "${show(decision)}"`);
    return {
      kind: "decision",
      decision: wanted as Decision,
      reason: reason === null ? undefined : show(reason),
    };
  }
  if (truthy(control.get("block") ?? null))
    return { kind: "block", reason: reason === null ? `${event} hook blocked the operation` : show(reason) };
  const modified = control.get("modify");
  return modified === undefined ? allow : { kind: "modify", payload: modified };
}
