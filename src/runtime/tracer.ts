import type { HostClock } from "../builtin/index.ts";
import type { Json } from "../eventlog/index.ts";
import { show } from "../value/index.ts";
import type { EffectObserver, EffectResult } from "./effect-observer.ts";
import { isEffect } from "./effects.ts";

export type SpanKind =
  | "pipeline"
  | "fn_call"
  | "llm_call"
  | "tool_call"
  | "import"
  | "parallel"
  | "spawn"
  | "step"
  | "vm_setup"
  | "suspension"
  | "resume"
  | "drain"
  | "drain_decision"
  | "pool_submit"
  | "pool_dequeue"
  | "channel_emit"
  | "channel_match"
  | "user_timing";

/** A finished span, in the shape that run records keep. */
export interface TraceSpan {
  readonly trace_id: string;
  readonly span_id: number;
  readonly parent_id: number | null;
  readonly kind: string;
  readonly name: string;
  /** Milliseconds since the tracer began. */
  readonly start_ms: number;
  readonly duration_ms: number;
  readonly metadata: Readonly<Record<string, Json>>;
  readonly links: readonly SpanLink[];
}

export interface SpanLink {
  readonly trace_id: string;
  readonly span_id: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A span that is under way. */
export interface OpenSpan {
  readonly id: number;
  end(metadata?: Readonly<Record<string, Json>>): void;
}

/** Collects the spans of one run. Ids count from 1; spans that never end are not reported. */
export class Tracer {
  readonly traceId: string;
  readonly #clock: Pick<HostClock, "monotonic">;
  readonly #began: number;
  readonly #finished: TraceSpan[] = [];
  #count = 0;

  constructor(traceId: string, clock: Pick<HostClock, "monotonic">) {
    this.traceId = traceId;
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  /** In the order in which they ended. */
  get spans(): readonly TraceSpan[] {
    return this.#finished;
  }

  start(kind: SpanKind, name: string, parent?: OpenSpan): OpenSpan {
    const id = ++this.#count;
    const start = this.#elapsed();
    let isOpen = true;
    const end = (metadata: Readonly<Record<string, Json>> = {}): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#finished.push({
        trace_id: this.traceId,
        span_id: id,
        parent_id: parent?.id ?? null,
        kind,
        name,
        start_ms: start,
        duration_ms: this.#elapsed() - start,
        metadata,
        links: [],
      });
    };
    return { id, end };
  }

  #elapsed(): number {
    return Math.max(0, Math.trunc(this.#clock.monotonic() - this.#began));
  }
}

/** Makes a span of each model call and, if asked, of every other effect. */
export function traceEffects(
  tracer: Tracer,
  options: { readonly all?: boolean; readonly parent?: OpenSpan } = {},
): EffectObserver {
  const open = new Map<number, OpenSpan>();
  return {
    started({ builtin, sequence }) {
      const isModel = builtin.effect === "llm";
      if (!isModel && !(options.all === true && isEffect(builtin))) return;
      open.set(sequence, tracer.start(isModel ? "llm_call" : "fn_call", builtin.name, options.parent));
    },
    finished({ sequence }, result) {
      open.get(sequence)?.end(spanMetadata(result));
      open.delete(sequence);
    },
  };
}

function spanMetadata(result: EffectResult): Readonly<Record<string, Json>> {
  return result.kind === "returned" ? {} : { error: errorText(result.error) };
}

function errorText(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === "object" && error !== null && "value" in error) return show(error.value as never);
  return String(error);
}
