import { type RunCalls, sumOf } from "./run-calls.ts";

/** One measured run of a program. */
export interface Iteration {
  readonly wallMs: number;
  readonly calls: RunCalls;
}

interface Part {
  readonly kind: string;
  readonly total_ms: number;
  readonly count: number;
  readonly pct_of_wall: number;
}

interface LongCall {
  readonly span_id: number;
  readonly kind: string;
  readonly name: string;
  readonly duration_ms: number;
  readonly model?: string;
}

/** How much of the time of some runs went where, as `--profile-json` writes it (cli-and-config §2.1). */
interface Rollup {
  readonly total_wall_ms: number;
  readonly by_kind: readonly Part[];
  readonly residual_ms: number;
  readonly top_llm_calls: readonly LongCall[];
  readonly top_tool_calls: readonly LongCall[];
}

/** How many of the longest calls are listed. */
const listed = 10;

/** What the runs waited for models and tools, and the rest: the program itself. Calls that overlap count in full each. */
export function rollup(iterations: readonly Iteration[]): Rollup {
  const wall = sumOf(iterations, ({ wallMs }) => wallMs);
  const part = (kind: string, calls: readonly { readonly milliseconds: number }[]): Part[] => {
    const total = sumOf(calls, ({ milliseconds }) => milliseconds);
    return calls.length === 0
      ? []
      : [{ kind, total_ms: total, count: calls.length, pct_of_wall: (100 * total) / wall }];
  };
  const models = iterations.flatMap(({ calls }) => calls.models);
  const tools = iterations.flatMap(({ calls }) => calls.tools);
  const by_kind = [...part("llm_call", models), ...part("tool_call", tools)];
  const waited = sumOf(by_kind, ({ total_ms }) => total_ms);
  return {
    total_wall_ms: wall,
    by_kind,
    residual_ms: Math.max(0, wall - waited),
    top_llm_calls: longest(models).map(({ spanId, model, milliseconds }) => ({
      span_id: spanId,
      kind: "llm_call",
      name: "llm_call",
      duration_ms: milliseconds,
      model,
    })),
    top_tool_calls: longest(tools).map(({ spanId, tool, milliseconds }) => ({
      span_id: spanId,
      kind: "tool_call",
      name: tool,
      duration_ms: milliseconds,
    })),
  };
}

function longest<T extends { readonly milliseconds: number }>(calls: readonly T[]): readonly T[] {
  return [...calls].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, listed);
}
