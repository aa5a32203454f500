import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue, sha256 } from "../../eventlog/index.ts";
import { boolAt, intAt, isDict, list, record, textsAt } from "../../llm/fields.ts";
import { type DictValue, stringifyJson, type Value } from "../../value/index.ts";
import type { CalledTool } from "../tools/dispatch.ts";
import { emit } from "./checkpoints.ts";
import { feedbackMessage } from "./feedback.ts";
import type { LoopState } from "./state.ts";

interface Repeated {
  readonly tool: string;
  readonly digest: string;
  readonly count: number;
}

const defaultThreshold = 3;

/** Notices a model that makes the same call again and again. */
export class StallWatch {
  readonly #threshold: number;
  readonly #injects: boolean;
  readonly #maxFeedback: number;
  readonly #exempt: ReadonlySet<string>;
  readonly #showsArguments: boolean;
  readonly warnings: Value[] = [];
  readonly repeated: Value[] = [];
  #last: Repeated | undefined;
  #feedbacks = 0;

  constructor(config: DictValue) {
    this.#threshold = Math.max(2, intAt(config, "threshold") ?? defaultThreshold);
    this.#injects = boolAt(config, "inject_feedback") ?? true;
    this.#maxFeedback = Math.max(0, intAt(config, "max_feedback") ?? 1);
    this.#exempt = new Set(textsAt(config, "exempt_tools") ?? []);
    this.#showsArguments = boolAt(config, "include_arguments") ?? false;
  }

  /** Whether this turn's calls bring a run of equal ones exactly to the threshold. */
  async observe(context: CallContext, state: LoopState, calls: readonly CalledTool[]): Promise<boolean> {
    let isStalled = false;
    for (const call of calls) {
      if (this.#exempt.has(call.name)) continue;
      const digest = `sha256:${sha256(stringifyJson(call.arguments))}`;
      const isSame = this.#last?.tool === call.name && this.#last.digest === digest;
      const count = isSame && this.#last !== undefined ? this.#last.count + 1 : 1;
      this.#last = { tool: call.name, digest, count };
      if (count !== this.#threshold) continue;
      isStalled = true;
      await this.#warn(context, state, call, this.#last);
    }
    return isStalled;
  }

  async #warn(context: CallContext, state: LoopState, call: CalledTool, repeated: Repeated): Promise<void> {
    const warning = record({
      kind: "repeated_tool_call",
      tool_name: call.name,
      arguments_digest: repeated.digest,
      arguments: this.#showsArguments ? call.arguments : undefined,
      repeat_count: repeated.count,
      threshold: this.#threshold,
      iteration: state.iteration,
    });
    this.warnings.push(warning);
    this.repeated.push(record({ tool_name: call.name, count: repeated.count, arguments_digest: repeated.digest }));
    state.note("agent_loop_stall_warning", warning);
    await emit(context, state, { type: "agent_loop_stall_warning", warning: jsonOfValue(warning) });
    if (!this.#injects || this.#feedbacks >= this.#maxFeedback) return;
    this.#feedbacks++;
    state.pendingFeedback.push(
      feedbackMessage(
        "stall_diagnostics",
        `The tool '${call.name}' was called ${repeated.count} times in a row with the same arguments. Its result will not change: do something else, or say what is in the way.`,
      ),
    );
  }

  /** What the result of the loop says. */
  fields(): Record<string, Value> {
    return {
      repeated_tool_calls: list(this.repeated),
      stall_warnings: list(this.warnings),
      suspected_loop: this.warnings.length > 0,
    };
  }
}

export function readStallWatch(options: DictValue): StallWatch | undefined {
  const given = options.get("stall_diagnostics");
  if (given === true) return new StallWatch(record({}));
  return isDict(given) && given.get("enabled") !== false ? new StallWatch(given) : undefined;
}
