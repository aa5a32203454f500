import type { JsonObject } from "../eventlog/index.ts";
import type { RecordedModelCall } from "./recorder.ts";

/** The sums of one stage, or of a whole run, while it runs. */
export class StageRecorder {
  readonly name: string;
  readonly kind: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  status = "running";
  outcome = "";
  text = "";
  error: string | undefined;
  iterations = 0;
  compactions = 0;
  calls = 0;
  inputTokens = 0;
  outputTokens = 0;
  cost = 0;
  modelMs = 0;
  readonly models = new Set<string>();
  readonly #tools: string[] = [];
  readonly #successfulTools: string[] = [];

  constructor(name: string, kind: string, startedAt: number) {
    this.name = name;
    this.kind = kind;
    this.startedAt = startedAt;
  }

  startIteration(): void {
    this.iterations++;
    // Only what was said last is the stage's visible text.
    this.text = "";
  }

  addText(text: string): void {
    this.text += text;
  }

  addCall(call: RecordedModelCall): void {
    this.calls++;
    this.modelMs += call.durationMs;
    this.models.add(call.model);
    if (call.error !== undefined) {
      this.error = call.error;
      return;
    }
    this.error = undefined;
    this.inputTokens += call.inputTokens;
    this.outputTokens += call.outputTokens;
    this.cost += call.costUsd;
  }

  addTool(name: string, isRejected: boolean): void {
    this.#tools.push(name);
    if (!isRejected) this.#successfulTools.push(name);
  }

  /** The first end counts. */
  end(status: string, outcome: string, at: number): void {
    if (this.endedAt !== undefined) return;
    this.status = status;
    this.outcome = outcome === "" ? (status === "completed" ? "success" : status) : outcome;
    this.endedAt = at;
  }

  /** What the stage did, in the words that planner rounds are read from. */
  trace(): JsonObject {
    return {
      iterations: this.iterations,
      llm_calls: this.calls,
      tool_executions: this.#successfulTools.length,
      tool_rejections: this.#tools.length - this.#successfulTools.length,
      compactions: this.compactions,
      tools_used: [...new Set(this.#tools)],
      successful_tools: [...new Set(this.#successfulTools)],
    };
  }
}
