import { boolAt, record, textAt } from "../../llm/fields.ts";
import { BuiltinValue, type DictValue, runtimeError, show, thrown, typeName, type Value } from "../../value/index.ts";
import type { LoopState } from "./state.ts";
import { type OwnTool, ownEntry } from "./tool-set.ts";

const handleField = record({ type: "string", description: "A worker's id or handle." });

/** With these a model pauses child agents and lets them go on. */
const subagentTools: readonly OwnTool[] = [
  {
    entry: ownEntry("subagent_pause", "Have a child agent stop after its current turn, to be resumed later.", {
      handle: handleField,
      reason: record({ type: "string", description: "Why it should pause." }),
    }),
    run: async (context, args) => {
      const handle = requiredHandle(args, "subagent_pause");
      const reason = (textAt(args, "reason") ?? "").trim();
      if (reason === "") throw runtimeError("subagent_pause: reason is required");
      const options = record({ initiator: "parent" });
      return context.callAsync(new BuiltinValue("__host_worker_suspend"), [handle, reason, options]);
    },
  },
  {
    entry: ownEntry("subagent_resume", "Let a paused child agent go on.", {
      handle: handleField,
      input: record({ type: "string", required: false, description: "What it is told first." }),
      continue_transcript: record({
        type: "boolean",
        required: false,
        description: "Whether it keeps its conversation (the default), or begins with a summary of it.",
      }),
    }),
    run: async (context, args) => {
      const handle = requiredHandle(args, "subagent_resume");
      const goesOn = args.get("continue_transcript") ?? true;
      if (typeof goesOn !== "boolean")
        throw thrown(`subagent_resume: continue_transcript must be a bool; got ${typeName(goesOn)}`);
      const options = record({ input: args.get("input") ?? null, continue_transcript: goesOn });
      return context.callAsync(new BuiltinValue("__host_worker_resume"), [handle, options]);
    },
  },
];

function requiredHandle(args: DictValue, tool: string): Value {
  const handle = args.get("handle") ?? null;
  if (handle === null || show(handle).trim() === "") throw runtimeError(`${tool}: handle is required`);
  return handle;
}

const spawning = ["sub_agent_run", "spawn_agent"];

/** Puts them among a loop's tools when it asks for them, or when its model can start child agents. */
export function addSubagentTools(state: LoopState): void {
  const { given } = state.options;
  const isAsked = boolAt(given, "subagents") === true || boolAt(given, "subagent_tools") === true;
  if (!isAsked && !state.tools.given.some((tool) => spawning.includes(tool.name))) return;
  for (const tool of subagentTools) state.tools.add(tool);
}
