import type { DictValue, Value } from "../../value/index.ts";
import { boolAt, intAt, list, record, textAt } from "../fields.ts";

/** One entry of `agent_trace()`: what the model calls and loops of this runtime did, in order. */
export class AgentTrace {
  readonly #entries: DictValue[] = [];

  add(type: string, fields: Readonly<Record<string, Value | undefined>>): void {
    this.#entries.push(record({ type, ...fields }));
  }

  get length(): number {
    return this.#entries.length;
  }

  entries(): readonly DictValue[] {
    return this.#entries;
  }

  /** The figures of the entries from `start` on. */
  summary(start = 0): DictValue {
    const byType = new Map<string, DictValue[]>();
    for (let at = start; at < this.#entries.length; at++) {
      const entry = this.#entries[at] as DictValue;
      const type = textAt(entry, "type") ?? "";
      const known = byType.get(type);
      if (known === undefined) byType.set(type, [entry]);
      else known.push(entry);
    }
    const ofType = (type: string): readonly DictValue[] => byType.get(type) ?? [];
    const total = (type: string, key: string): number =>
      ofType(type).reduce((sum, entry) => sum + (intAt(entry, key) ?? 0), 0);
    const completed = ofType("loop_complete").at(-1);
    const fallbacks = ofType("native_tool_fallback");
    const checkpoints = ofType("typed_checkpoint");
    return record({
      status: textAt(completed, "status") ?? "unknown",
      iterations: intAt(completed, "iterations") ?? 0,
      total_duration_ms: intAt(completed, "total_duration_ms") ?? 0,
      llm_calls: ofType("llm_call").length,
      tool_executions: ofType("tool_execution").length,
      tool_rejections: ofType("tool_rejected").length,
      interventions: ofType("loop_intervention").length,
      compactions: ofType("context_compaction").length,
      native_text_tool_fallbacks: fallbacks.length,
      native_text_tool_fallback_rejections: fallbacks.filter((entry) => boolAt(entry, "accepted") === false).length,
      empty_completion_retries: ofType("empty_completion_retry").length,
      schema_stream_aborts: ofType("schema_stream_abort").length,
      typed_checkpoints: checkpoints.length,
      typed_checkpoint_failures: checkpoints.filter((entry) => boolAt(entry, "ok") === false).length,
      total_input_tokens: total("llm_call", "input_tokens"),
      total_output_tokens: total("llm_call", "output_tokens"),
      total_llm_duration_ms: total("llm_call", "duration_ms"),
      total_tool_duration_ms: total("tool_execution", "duration_ms"),
      tools_used: list([...new Set(ofType("tool_execution").map((entry) => textAt(entry, "tool_name") ?? ""))]),
    });
  }
}
