import { type Builtin, type CallContext, declare, opt, req, t } from "../../../builtin/index.ts";
import { DictValue, handOut, isInt, ListValue, runtimeError, type Value } from "../../../value/index.ts";
import { type Span, spans } from "./spans.ts";

const timing = declare("timing");

/** Final attributes that say how it ended: fields of the record beside being metadata. */
const outcomeKeys: ReadonlySet<string> = new Set(["status", "error"]);

function merged(base: DictValue, extra: DictValue | undefined): DictValue {
  if (extra === undefined) return base;
  const result = base.copy();
  for (const [key, value] of extra.entries()) result.setInPlace(key, handOut(value));
  return result;
}

function filtered(dict: DictValue, keeps: (key: string) => boolean): DictValue {
  return DictValue.of(Object.fromEntries([...dict.entries()].filter(([key]) => keeps(key))));
}

function spanOf(context: CallContext, builtin: string, handle: DictValue): Span {
  const id = handle.get("span_id");
  if (!isInt(id)) throw runtimeError(`${builtin}: handle is missing span_id (was it returned by start_timing?)`);
  const span = context.service(spans).find(Number(id));
  if (span) return span;
  throw runtimeError(`${builtin}: no timing has span_id ${id}`);
}

function handleOf(context: CallContext, span: Span): Record<string, Value> {
  return {
    attributes: span.attributes,
    kind: span.kind,
    monotonic_started_ms: span.began,
    name: span.name,
    parent_span_id: span.parentId ?? null,
    span_id: span.id,
    started_at_ms: span.startedAt,
    trace_id: context.service(spans).traceId(context),
  };
}

function recordOf(context: CallContext, span: Span, end: NonNullable<Span["end"]>): DictValue {
  const { metadata } = end;
  const events = span.events.map(({ name, offset, at, attributes }) =>
    DictValue.of({ attributes, name, offset_ms: offset, time_unix_ms: at }),
  );
  return DictValue.of({
    ...handleOf(context, span),
    attributes: filtered(metadata, (key) => !outcomeKeys.has(key)),
    duration_ms: end.duration,
    ended_at_ms: end.at,
    ...(events.length > 0 ? { events: new ListValue(events) } : {}),
    metadata,
    ...Object.fromEntries([...metadata.entries()].filter(([key]) => outcomeKeys.has(key))),
  });
}

const attributes = opt("attributes", t.nilable(t.dict));

export const timingBuiltins: readonly Builtin[] = [
  timing({
    name: "__timing_start",
    summary: "Begin to measure something; the handle is for the other `__timing_` builtins.",
    params: [req("name", t.string), attributes],
    returns: t.dict,
    effect: "time",
    run: (context, name, given) => {
      const span = context
        .service(spans)
        .start(context, "user_timing", name, merged(DictValue.of({}), given ?? undefined));
      return DictValue.of(handleOf(context, span));
    },
  }),
  timing({
    name: "__timing_end",
    summary: "How long something took, with its attributes and events. The first end counts.",
    params: [req("handle", t.dict), opt("final_attributes", t.nilable(t.dict))],
    returns: t.dict,
    effect: "time",
    run: (context, handle, final) => {
      const span = spanOf(context, "__timing_end", handle);
      const end = context.service(spans).finish(context, span, merged(span.attributes, final ?? undefined));
      return recordOf(context, span, end);
    },
  }),
  timing({
    name: "__timing_event",
    summary: "Note that something happened while something is measured. False when that has ended.",
    params: [req("handle", t.dict), req("name", t.string), attributes],
    returns: t.bool,
    effect: "time",
    run: (context, handle, name, given) => {
      const span = spanOf(context, "__timing_event", handle);
      if (span.end) return false;
      const offset = context.service(spans).elapsed(context) - span.began;
      const noted = merged(DictValue.of({}), given ?? undefined);
      span.events.push({ name, offset, at: Math.floor(context.host.clock.now()), attributes: noted });
      return true;
    },
  }),
  timing({
    name: "__timing_now_monotonic_ms",
    summary: "Milliseconds on a clock that never goes back, and began when a program first asked for it.",
    params: [],
    returns: t.int,
    effect: "time",
    run: (context) => context.service(spans).elapsed(context),
  }),
];
