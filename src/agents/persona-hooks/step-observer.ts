import type { CallContext, Outcome } from "../../builtin/index.ts";
import { isDict, isList, list, record, textAt } from "../../llm/fields.ts";
import {
  activeWork,
  attributeOf,
  type DeclaredCall,
  type DeclaredCallObserver,
  nameUnder,
} from "../../runtime/index.ts";
import { type DictValue, runtimeError, show, thrown, truthy, typeName, type Value } from "../../value/index.ts";
import { type PersonaEvent, personaHooksKey } from "./registry.ts";

/** Which step of which persona is called. */
interface StepCall {
  readonly persona: string;
  readonly step: string;
  readonly declared: DeclaredCall["declared"];
}

/** Asks hooks before and after each step, of a persona or of none. */
export class StepObserver implements DeclaredCallObserver {
  around(context: CallContext, call: DeclaredCall): Outcome {
    const hooks = context.service(personaHooksKey);
    if (hooks.isEmpty || attributeOf(call.declared, "step") === undefined) return call.run(context);
    const { persona } = activeWork(context);
    const step = {
      // A step that works for no persona is one of the persona without a name.
      persona: persona === undefined ? "" : nameUnder(persona, "persona"),
      step: nameUnder(call.declared, "step"),
      declared: call.declared,
    };
    const before = hooks.handlers("PreStep", step.persona, step.step);
    const after = hooks.handlers("PostStep", step.persona, step.step);
    if (before.length + after.length === 0) return call.run(context);
    return context.async(async () => {
      const args = await askBefore(context, before, step, call.args);
      return askAfter(context, after, step, args, await context.callAsync(call.body, args));
    });
  }
}

/** The first hook that refuses ends the chain; changed arguments are what later hooks and the step see. */
async function askBefore(
  context: CallContext,
  hooks: readonly Value[],
  call: StepCall,
  given: readonly Value[],
): Promise<readonly Value[]> {
  let args = given;
  for (const hook of hooks) {
    const answer = await context.callAsync(hook, [payload("PreStep", call, args)]);
    if (answer === null) continue;
    if (!isDict(answer))
      throw runtimeError(`PreStep hook must return nil, Allow, or {deny|args}, got ${typeName(answer)}`);
    const reason = refusal(answer);
    if (reason !== undefined)
      throw thrown(record({ category: "hook_denied", event: "PreStep", reason, step: call.step }));
    const changed = answer.get("args");
    if (isList(changed)) args = changed.toArray();
  }
  return args;
}

/** Why a hook refuses, if it does. */
function refusal(answer: DictValue): string | undefined {
  const deny = answer.get("deny") ?? null;
  const isRefused =
    truthy(deny) || truthy(answer.get("block") ?? null) || textAt(answer, "decision")?.trim().toLowerCase() === "deny";
  if (!isRefused) return undefined;
  const reason = answer.get("reason") ?? (typeof deny === "boolean" ? null : deny);
  return reason === null ? "the hook refused the step" : show(reason);
}

async function askAfter(
  context: CallContext,
  hooks: readonly Value[],
  call: StepCall,
  args: readonly Value[],
  result: Value,
): Promise<Value> {
  let output = result;
  for (const hook of hooks) {
    const answer = await context.callAsync(hook, [payload("PostStep", call, args).with("output", output)]);
    if (answer === null) continue;
    if (!isDict(answer))
      throw runtimeError(`PostStep hook must return nil, Pass, or {output}, got ${typeName(answer)}`);
    output = answer.get("output") ?? (answer.has("output") ? null : (answer.get("result") ?? output));
  }
  return output;
}

function payload(event: PersonaEvent, { persona, step, declared }: StepCall, args: readonly Value[]): DictValue {
  return record({
    event,
    persona,
    step: record({ args: list(args), function: declared.name, name: step }),
    target: persona === "" ? step : `${persona}.${step}`,
  });
}
