import type { CallContext } from "../../builtin/index.ts";
import { matchesGlob } from "../../llm/catalog/glob.ts";
import { intAt, isCallable, isDict, record, textAt } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import type { CalledTool } from "./dispatch.ts";

/** What a program wants done around calls of tools whose name fits a pattern. */
export interface ToolHook {
  readonly pattern: string;
  /** Why calls are refused, if they are. */
  readonly deny: string | undefined;
  /** Longest result that a model is shown, in characters. */
  readonly maxOutput: number | undefined;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

export function readHook(config: DictValue): ToolHook {
  const deny = config.get("deny");
  return {
    pattern: textAt(config, "pattern") ?? "*",
    deny: typeof deny === "string" ? deny : deny === true ? "denied by a tool hook" : undefined,
    maxOutput: intAt(config, "max_output"),
    before: callable(config, "pre"),
    after: callable(config, "post"),
  };
}

function callable(config: DictValue, key: string): Value | undefined {
  const value = config.get(key);
  return isCallable(value) ? value : undefined;
}

/** The hooks of one runtime, in the order they were registered. */
export class ToolHooks {
  #hooks: ToolHook[] = [];

  add(hook: ToolHook): void {
    this.#hooks.push(hook);
  }

  clear(): void {
    this.#hooks = [];
  }

  for(name: string): readonly ToolHook[] {
    return this.#hooks.filter((hook) => matchesGlob(hook.pattern, name));
  }
}

export type BeforeVerdict =
  | { readonly kind: "go"; readonly call: CalledTool }
  | { readonly kind: "deny"; readonly reason: string };

/** Asks the hooks in order: the first that refuses decides, and each may change the arguments for the next. */
export async function runBefore(
  context: CallContext,
  hooks: readonly ToolHook[],
  given: CalledTool,
): Promise<BeforeVerdict> {
  let call = given;
  for (const hook of hooks) {
    if (hook.deny !== undefined) return { kind: "deny", reason: hook.deny };
    if (hook.before === undefined) continue;
    const answer = await context.callAsync(hook.before, [
      record({ event: "PreToolUse", tool: toolDict(call), tool_call_id: call.id }),
    ]);
    if (!isDict(answer)) continue;
    const refused = answer.get("deny");
    if (typeof refused === "string") return { kind: "deny", reason: refused };
    const changed = answer.get("args") ?? answer.get("arguments");
    if (isDict(changed)) call = { ...call, arguments: changed };
  }
  return { kind: "go", call };
}

/** What the hooks make of a result. */
export async function runAfter(
  context: CallContext,
  hooks: readonly ToolHook[],
  call: CalledTool,
  given: Value,
): Promise<Value> {
  let result = given;
  for (const hook of hooks) {
    if (hook.after === undefined) continue;
    const answer = await context.callAsync(hook.after, [
      record({ event: "PostToolUse", tool: toolDict(call), tool_call_id: call.id, result }),
    ]);
    const replaced = isDict(answer) ? answer.get("result") : undefined;
    if (replaced !== undefined) result = replaced;
  }
  return result;
}

export function outputLimit(hooks: readonly ToolHook[]): number | undefined {
  const limits = hooks.flatMap((hook) => (hook.maxOutput === undefined ? [] : [hook.maxOutput]));
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function toolDict(call: CalledTool): DictValue {
  return record({ name: call.name, arguments: call.arguments, args: call.arguments });
}
