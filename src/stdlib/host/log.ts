import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { type DictValue, floatDigits, quoteJson, show, type Value } from "../../value/index.ts";
import { consoleState, isOneOf, type LogLevel, logLevels } from "./console.ts";
import { isoInstant } from "./datetime/civil.ts";
import { fail } from "./faults.ts";
import { logSpan } from "./tracing/log-span.ts";

const io = declare("io");

/** One JSON line: `ts level msg`, the trace if any, then the fields in key order. */
function logLine(context: CallContext, level: LogLevel, message: string, fields: DictValue | undefined): string {
  const trace = context.scoped(logSpan);
  const parts = [
    `"ts":${quoteJson(isoInstant(context.host.clock.now()))}`,
    `"level":${quoteJson(level)}`,
    `"msg":${quoteJson(message)}`,
    ...(trace === undefined ? [] : [`"trace_id":${quoteJson(trace.traceId)}`, `"span_id":${quoteJson(trace.spanId)}`]),
    ...[...(fields?.entries() ?? [])].map(([key, value]) => `${quoteJson(key)}:${fragment(value)}`),
  ];
  return `{${parts.join(",")}}\n`;
}

/** Scalars as JSON; anything else as the text of its display form. */
function fragment(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "object") {
    if (value.kind === "float") return Number.isFinite(value.value) ? floatDigits(value.value) : "null";
    return quoteJson(show(value));
  }
  return typeof value === "string" ? quoteJson(value) : String(value);
}

function leveled(level: LogLevel): Builtin {
  return io({
    name: `log_${level}`,
    summary: `Write a JSON log line of level \`${level}\`.`,
    params: [req("message", t.any), opt("fields", t.nilable(t.dict))],
    returns: t.nil,
    effect: "stdio",
    borrows: true,
    run(context, message, fields) {
      const minimum = context.service(consoleState).logLevel;
      if (logLevels.indexOf(level) >= logLevels.indexOf(minimum)) {
        context.write("stdout", logLine(context, level, show(message), fields ?? undefined));
      }
      return null;
    },
  });
}

const setLevel = io({
  name: "log_set_level",
  summary: "Drop log lines below a level.",
  params: [req("level", t.string)],
  returns: t.nil,
  effect: "state",
  run(context, level) {
    if (!isOneOf(logLevels, level)) {
      throw fail(`log_set_level: invalid level '${level}'. Expected debug, info, warn, or error`);
    }
    context.service(consoleState).logLevel = level;
    return null;
  },
});

const logJson = io({
  name: "log_json",
  summary: "Write a JSON line with a time, a key and a value.",
  params: [req("key", t.string), opt("value", t.any)],
  returns: t.nil,
  effect: "stdio",
  borrows: true,
  run(context, key, value) {
    const time = quoteJson(isoInstant(context.host.clock.now()));
    context.write("stdout", `{"ts":${time},"key":${quoteJson(key)},"value":${fragment(value ?? null)}}\n`);
    return null;
  },
});

export const logBuiltins: readonly Builtin[] = [...logLevels.map(leveled), setLevel, logJson];
