import type { CallContext } from "../../builtin/index.ts";
import { isCallable, isDict, record } from "../../llm/fields.ts";
import { type DictValue, runtimeError, show, typeName, type Value } from "../../value/index.ts";
import type { CalledTool } from "./dispatch.ts";
import type { BeforeVerdict } from "./hooks.ts";

export type ToolEvent = "PreToolUse" | "PostToolUse";

/** What a project's manifest wants asked around calls of tools. */
export interface ProjectToolHook {
  readonly event: ToolEvent;
  /** Whether it is about this call: by the name of the tool, or by anything in the payload. */
  readonly selects: (payload: DictValue) => boolean;
  readonly handler: Value;
}

/** Told of what a handler answers, for the reminders in it. */
export type AnswerWitness = (event: ToolEvent, answer: Value) => void;

/** The hooks that the project of a run declares; unlike those that programs register, they cannot be taken away. */
export class ProjectToolHooks {
  readonly #hooks: ProjectToolHook[] = [];

  add(hook: ProjectToolHook): void {
    this.#hooks.push(hook);
  }

  /** Asks in order: the first that refuses decides, and each may change the arguments for the next. */
  async before(context: CallContext, given: CalledTool, witness: AnswerWitness): Promise<BeforeVerdict> {
    let call = given;
    for (const { handler, selects } of this.#of("PreToolUse")) {
      const payload = record({ event: "PreToolUse", tool: toolOf(call), tool_call_id: call.id });
      if (!selects(payload)) continue;
      const answer = await context.callAsync(handler, [payload]);
      witness("PreToolUse", answer);
      const asked = controlOf("PreToolUse", "nil or {deny, args}", answer);
      const refused = asked?.get("deny") ?? null;
      if (refused !== null && refused !== false) return { kind: "deny", reason: show(refused) };
      const changed = asked?.get("args");
      if (isDict(changed)) call = { ...call, arguments: changed };
    }
    return { kind: "go", call };
  }

  /** What they make of a result. */
  async after(context: CallContext, call: CalledTool, given: Value, witness: AnswerWitness): Promise<Value> {
    let result = given;
    for (const { handler, selects } of this.#of("PostToolUse")) {
      const told = record({ text: show(result) });
      const payload = record({ event: "PostToolUse", tool: toolOf(call), tool_call_id: call.id, result: told });
      if (!selects(payload)) continue;
      const answer = await context.callAsync(handler, [payload]);
      witness("PostToolUse", answer);
      if (typeof answer === "string") result = answer;
      else result = controlOf("PostToolUse", "nil, string, or {result}", answer)?.get("result") ?? result;
    }
    return result;
  }

  #of(event: ToolEvent): readonly ProjectToolHook[] {
    return this.#hooks.filter((hook) => hook.event === event);
  }
}

/** A list holds reminders alone. */
function controlOf(event: ToolEvent, expected: string, answer: Value): DictValue | undefined {
  if (answer === null || (typeof answer === "object" && "kind" in answer && answer.kind === "list")) return undefined;
  if (isDict(answer) && !isCallable(answer)) return answer;
  throw runtimeError(`${event} hook must return ${expected}, got ${typeName(answer)}`);
}

function toolOf(call: CalledTool): DictValue {
  return record({ name: call.name, args: call.arguments, tool_call_id: call.id });
}
