import { type Builtin, type CallContext, declare, opt, req, t } from "../../../builtin/index.ts";
import { DictValue, isInt, isObject, show, stringifyJson, thrown } from "../../../value/index.ts";
import { consoleState, logLevels } from "../console.ts";
import { isoInstant } from "../datetime/civil.ts";
import { randomUuid } from "../uuid.ts";
import { type LogSpan, logSpan } from "./log-span.ts";
import { type Span, type Spans, spans } from "./spans.ts";

const tracing = declare("tracing");

function shortId(context: CallContext): string {
  return randomUuid(context).slice(0, 8);
}

/** Without the span of that id, wherever it stands: spans may end in any order. */
function without(span: LogSpan | undefined, spanId: string): LogSpan | undefined {
  if (!span || span.spanId === spanId) return span?.outer;
  return { ...span, outer: without(span.outer, spanId) };
}

function summaryOf({ ended }: Spans): string {
  if (ended.length === 0) return "No spans recorded.";
  const ids = new Set(ended.map((span) => span.id));
  const isTop = (span: Span): boolean => span.parentId === undefined || !ids.has(span.parentId);
  const inOrder = ended.toSorted((a, b) => a.id - b.id);
  const lines: string[] = [];
  const add = (span: Span, depth: number): void => {
    const metadata = [...(span.end?.metadata.entries() ?? [])].map(([key, value]) => `${key}=${stringifyJson(value)}`);
    const tail = metadata.length > 0 ? ` (${metadata.join(", ")})` : "";
    lines.push(`${"  ".repeat(depth)}${span.kind} ${span.name} ${span.end?.duration ?? 0}ms${tail}`);
    for (const child of inOrder) if (child.parentId === span.id) add(child, depth + 1);
  };
  const top = inOrder.filter(isTop);
  for (const span of top) add(span, 0);
  const total = top.reduce((sum, span) => sum + (span.end?.duration ?? 0), 0);
  return `Trace: ${ended.length} spans, ${total}ms total\n\n${lines.join("\n")}`;
}

export const tracingBuiltins: readonly Builtin[] = [
  tracing({
    name: "enable_tracing",
    summary: "Keep the spans that end from now on, or stop keeping them.",
    params: [opt("enabled", t.bool)],
    returns: t.nil,
    effect: "state",
    run: (context, enabled = true) => {
      context.service(spans).isTracing = enabled;
      return null;
    },
  }),
  tracing({
    name: "trace_spans",
    summary: "The spans that were kept, in the order in which they ended.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => context.service(spans).describe(context),
  }),
  tracing({
    name: "trace_summary",
    summary: "The spans that were kept, as a tree.",
    params: [],
    returns: t.string,
    effect: "state",
    run: (context) => summaryOf(context.service(spans)),
  }),
  tracing({
    name: "trace_start",
    summary: "Begin a span that log lines name: `{name, span_id, start_ms, trace_id}`.",
    params: [opt("name", t.any)],
    returns: t.dict,
    effect: "state",
    run: (context, name) => {
      const outer = context.scoped(logSpan);
      const span = { traceId: outer?.traceId ?? shortId(context), spanId: shortId(context), outer };
      context.setScoped(logSpan, span);
      return DictValue.of({
        name: name === undefined ? "" : show(name),
        span_id: span.spanId,
        start_ms: Math.floor(context.host.clock.now()),
        trace_id: span.traceId,
      });
    },
  }),
  tracing({
    name: "trace_end",
    summary:
      "End a span of `trace_start`, and log how long it took (milliseconds) to standard error. An error for what is no span.",
    params: [opt("span", t.any)],
    returns: t.nil,
    effect: "state",
    run: (context, span) => {
      if (!isObject(span) || span.kind !== "dict")
        throw thrown("trace_end: argument must be a span dict from trace_start");
      const now = context.host.clock.now();
      const start = span.get("start_ms");
      const spanId = show(span.get("span_id") ?? "");
      context.setScoped(logSpan, without(context.scoped(logSpan), spanId));
      if (logLevels.indexOf("info") < logLevels.indexOf(context.service(consoleState).logLevel)) return null;
      const line = {
        ts: isoInstant(now),
        level: "info",
        msg: "span_end",
        duration_ms: isInt(start) ? Math.floor(now) - Number(start) : 0,
        name: show(span.get("name") ?? ""),
        span_id: spanId,
        trace_id: show(span.get("trace_id") ?? ""),
      };
      context.write("stderr", `${JSON.stringify(line)}\n`);
      return null;
    },
  }),
  tracing({
    name: "trace_id",
    summary: "The trace that log lines name, or nil.",
    params: [],
    returns: t.nilable(t.string),
    effect: "state",
    examples: [["trace_id()", "nil"]],
    run: (context) => context.scoped(logSpan)?.traceId ?? null,
  }),
  tracing({
    name: "__lifecycle_span_start",
    summary: "Begin a span of the library; the number is for `__lifecycle_span_end`, 0 while tracing is off.",
    params: [req("name", t.string)],
    returns: t.int,
    effect: "state",
    run: (context, name) => {
      const book = context.service(spans);
      return book.isTracing ? book.start(context, "fn_call", name, DictValue.of({})).id : 0;
    },
  }),
  tracing({
    name: "__lifecycle_span_end",
    summary: "End a span of the library. One that is not known is fine.",
    params: [req("span_id", t.int)],
    returns: t.nil,
    effect: "state",
    run: (context, id) => {
      const book = context.service(spans);
      const span = book.find(Number(id));
      if (span) book.finish(context, span, span.attributes);
      return null;
    },
  }),
];
