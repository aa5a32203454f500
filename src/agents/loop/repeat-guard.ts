import { intAt } from "../../llm/fields.ts";
import { type DictValue, stringifyJson } from "../../value/index.ts";
import type { CalledTool } from "../tools/dispatch.ts";
import { denied, type ToolOutcome } from "../tools/outcome.ts";

const defaults = { warn: 2, block: 3, skip: 4 };

/**
 * Stands up to a model that makes the same call in a row: a hint goes with its result (`loop_detect_warn`), then stands in its place
 * (`loop_detect_block`), then the call is not made (`loop_detect_skip`).
 */
export class RepeatGuard {
  readonly #warn: number;
  readonly #block: number;
  readonly #skip: number;
  #last = "";
  #count = 0;

  constructor(warn: number, block: number, skip: number) {
    this.#warn = warn;
    this.#block = block;
    this.#skip = skip;
  }

  /** Makes the call, or what takes its place. */
  async run(call: CalledTool, make: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
    const key = `${call.name} ${stringifyJson(call.arguments)}`;
    this.#count = key === this.#last ? this.#count + 1 : 1;
    this.#last = key;
    const count = this.#count;
    if (count >= this.#skip) return skipped(call, count);
    const outcome = await make();
    if (count >= this.#block) return { ...outcome, ...shown(hint(call, count)) };
    if (count < this.#warn) return outcome;
    return { ...outcome, ...shown(`${outcome.observation ?? outcome.rendered}\n${hint(call, count)}`) };
  }
}

function hint(call: CalledTool, count: number): string {
  return `The same call of '${call.name}' was made ${count} times in a row. Its result will not change: do something else, or say what is in the way.`;
}

function shown(text: string): Pick<ToolOutcome, "observation" | "rendered"> {
  return { observation: text, rendered: text };
}

function skipped(call: CalledTool, count: number): ToolOutcome {
  const ran = { toolName: call.name, callId: call.id, arguments: call.arguments, executor: undefined };
  const reason = `${hint(call, count)} It was not made again.`;
  return denied({ ...ran, approval: null, durationMs: 0 }, reason, "tool_rejected");
}

/** Only a loop that asks for it is guarded; what it does not say is as documented. */
export function readRepeatGuard(options: DictValue): RepeatGuard | undefined {
  const [warn, block, skip] = (["warn", "block", "skip"] as const).map((word) => intAt(options, `loop_detect_${word}`));
  if (warn === undefined && block === undefined && skip === undefined) return undefined;
  return new RepeatGuard(warn ?? defaults.warn, block ?? defaults.block, skip ?? defaults.skip);
}
