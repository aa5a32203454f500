import { type Builtin, type CallContext, declare, opt, rest, t } from "../../../builtin/index.ts";
import { DictValue, runtimeError, typeName, type Value } from "../../../value/index.ts";
import { asDict, textOption } from "../options.ts";
import { autoBackend, defaultPlan, planOf } from "./backends.ts";
import { type ObservedSpan, observations } from "./observations.ts";

const observability = declare("observability");

const ignored = rest("ignored", t.any);

function spanId(value: Value | undefined): string | undefined {
  return textOption(asDict(value), "span_id");
}

function valueOfSpan({ id, traceId, name, attributes }: ObservedSpan): DictValue {
  return DictValue.of({ attrs: attributes, name, span_id: id, trace_id: traceId });
}

function recordOf(value: Value | undefined): DictValue {
  const record = asDict(value);
  if (record) return record;
  throw runtimeError(`__obs_emit: record must be a dict, got ${typeName(value ?? null)}`);
}

function configure(context: CallContext, given: Value | undefined): null {
  const config = given === undefined || given === null ? undefined : asDict(given);
  if (config === undefined && given !== undefined && given !== null) {
    throw runtimeError("obs.configure: config must be a dict");
  }
  const service = context.service(observations);
  service.plan = config?.has("backend") ? planOf(config.get("backend"), context.host.environment) : defaultPlan;
  return null;
}

/** What stands behind std/observability. */
export const observabilityBuiltins: readonly Builtin[] = [
  observability({
    name: "__obs_auto_backend",
    summary: "The backend that the environment asks for, `{id, kind}`.",
    params: [ignored],
    returns: t.dict,
    effect: "env",
    lenient: true,
    run: (context) => autoBackend(context.host.environment),
  }),
  observability({
    name: "__obs_configure",
    summary: "Where observations go from now on: `{backend}`; standard error without one.",
    params: [opt("config", t.nilable(t.dict)), ignored],
    returns: t.nil,
    effect: "env",
    lenient: true,
    run: (context, config) => configure(context, config),
  }),
  observability({
    name: "__obs_emit",
    summary: "Hand a record to the backends, as part of a span or of the one that the task is in.",
    params: [opt("record", t.dict), opt("span", t.nilable(t.dict)), ignored],
    returns: t.list,
    effect: "state",
    lenient: true,
    run(context, record, span) {
      const service = context.service(observations);
      const id = spanId(span ?? undefined);
      return service.emit(context, recordOf(record), ...(id === undefined ? [] : [service.span(id)]));
    },
  }),
  observability({
    name: "__obs_start_span",
    summary: "Begin a span in the one that the task is in: `{attrs, name, span_id, trace_id}`.",
    params: [opt("name", t.string), opt("attrs", t.nilable(t.dict)), ignored],
    returns: t.dict,
    effect: "state",
    lenient: true,
    run(context, name: Value | undefined, attrs: Value | undefined) {
      if (name === undefined) throw runtimeError("__obs_start_span: missing name");
      if (typeof name !== "string")
        throw runtimeError(`__obs_start_span: name must be a string, got ${typeName(name)}`);
      const attributes = attrs === undefined || attrs === null ? DictValue.of({}) : asDict(attrs);
      if (!attributes) throw runtimeError(`__obs_start_span: attrs must be a dict, got ${typeName(attrs ?? null)}`);
      return valueOfSpan(context.service(observations).start(context, name, attributes));
    },
  }),
  observability({
    name: "__obs_end_span",
    summary: "End a span. One that has ended, or is none, is fine.",
    params: [opt("span", t.any), ignored],
    returns: t.nil,
    effect: "state",
    lenient: true,
    run(context, span) {
      const id = spanId(span);
      if (id !== undefined) context.service(observations).finish(context, id);
      return null;
    },
  }),
  observability({
    name: "__obs_events",
    summary: "What the backends were handed, `{backend, format, payload}`, oldest first.",
    params: [ignored],
    returns: t.list,
    effect: "state",
    lenient: true,
    run: (context) => context.service(observations).entries(),
  }),
  observability({
    name: "__obs_events_take",
    summary: "What the backends were handed, and forget it.",
    params: [ignored],
    returns: t.list,
    effect: "state",
    lenient: true,
    run: (context) => context.service(observations).take(),
  }),
  observability({
    name: "__obs_reset",
    summary: "Forget the backends, the spans and what was handed over.",
    params: [ignored],
    returns: t.nil,
    effect: "state",
    lenient: true,
    run(context) {
      context.service(observations).reset(context);
      return null;
    },
  }),
];
