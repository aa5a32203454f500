import { type CallContext, serviceKey } from "../../../builtin/index.ts";
import { DictValue, ListValue, type Value } from "../../../value/index.ts";
import { timedUuid } from "../uuid.ts";

export type SpanKind = "user_timing" | "fn_call";

export interface SpanEvent {
  readonly name: string;
  /** Milliseconds since the span began. */
  readonly offset: number;
  readonly at: number;
  readonly attributes: DictValue;
}

/** Something with a beginning and an end that a program measures. Times are whole milliseconds. */
export interface Span {
  readonly id: number;
  readonly kind: SpanKind;
  readonly name: string;
  readonly parentId: number | undefined;
  readonly attributes: DictValue;
  /** Unix time, and on the clock that never goes back. */
  readonly startedAt: number;
  readonly began: number;
  readonly events: SpanEvent[];
  end: { readonly at: number; readonly duration: number; readonly metadata: DictValue } | undefined;
}

/** The innermost span that a task is in. */
const currentSpan = serviceKey<number>("current span");

/** The spans of one runtime. Those that have ended are kept while tracing is on. */
export class Spans {
  isTracing = false;
  readonly ended: Span[] = [];
  readonly #all = new Map<number, Span>();
  #origin: number | undefined;
  #traceId: string | undefined;

  traceId(context: CallContext): string {
    this.#traceId ??= `trace_${timedUuid(context)}`;
    return this.#traceId;
  }

  /** Whole milliseconds, on the clock that never goes back, since a program first asked. */
  elapsed({ host }: CallContext): number {
    const now = Math.floor(host.clock.monotonic());
    this.#origin ??= now;
    return now - this.#origin;
  }

  find(id: number): Span | undefined {
    return this.#all.get(id);
  }

  start(context: CallContext, kind: SpanKind, name: string, attributes: DictValue): Span {
    const span: Span = {
      id: this.#all.size + 1,
      kind,
      name,
      parentId: context.scoped(currentSpan),
      attributes,
      startedAt: Math.floor(context.host.clock.now()),
      began: this.elapsed(context),
      events: [],
      end: undefined,
    };
    this.#all.set(span.id, span);
    context.setScoped(currentSpan, span.id);
    return span;
  }

  /** The first end counts. */
  finish(context: CallContext, span: Span, metadata: DictValue): NonNullable<Span["end"]> {
    if (span.end) return span.end;
    span.end = { at: Math.floor(context.host.clock.now()), duration: this.elapsed(context) - span.began, metadata };
    if (context.scoped(currentSpan) === span.id) context.setScoped(currentSpan, span.parentId);
    if (this.isTracing) this.ended.push(span);
    return span.end;
  }

  /** `{duration_ms, kind, name, parent_id, span_id, start_ms, start_unix_ms, trace_id}`, and `metadata` where there is some. */
  describe(context: CallContext): Value {
    return new ListValue(
      this.ended.map((span) =>
        DictValue.of({
          duration_ms: span.end?.duration ?? 0,
          kind: span.kind,
          ...(span.end && span.end.metadata.size > 0 ? { metadata: span.end.metadata } : {}),
          name: span.name,
          parent_id: span.parentId ?? null,
          span_id: span.id,
          start_ms: span.began,
          start_unix_ms: span.startedAt,
          trace_id: this.traceId(context),
        }),
      ),
    );
  }
}

export const spans = serviceKey<Spans>("spans", () => new Spans());
