import { unreachable } from "../../../text/index.ts";
import { DictValue, handOut, ListValue, show, stringifyJson, type Value } from "../../../value/index.ts";

/** Where observations go: a service's wire form, a line on standard error, or a buffer for tests. */
export type BackendKind = "pretty_stderr" | "otel" | "honeycomb" | "splunk_hec" | "test";

export const backendKinds: readonly BackendKind[] = ["pretty_stderr", "otel", "honeycomb", "splunk_hec", "test"];

function one(value: Value): ListValue {
  return new ListValue([value]);
}

function nested(...path: readonly string[]): (value: Value) => DictValue {
  return (value) => path.reduceRight<Value>((inner, key) => DictValue.of({ [key]: one(inner) }), value) as DictValue;
}

/** `fields` become fields of the record itself; the record's own come first. */
function flattened(record: DictValue): DictValue {
  const fields = record.get("fields");
  const flat = fields instanceof DictValue ? fields.copy() : DictValue.of({});
  for (const [key, value] of record.entries()) if (key !== "fields") flat.setInPlace(key, handOut(value));
  return flat;
}

function attributesOf(record: DictValue): Value {
  return handOut(record.get("fields") ?? DictValue.of({}));
}

function titleOf(record: DictValue): string {
  const title = record.get("message") ?? record.get("name");
  return title === undefined ? "" : show(title);
}

function openTelemetry(record: DictValue): DictValue {
  const kind = record.get("kind");
  const attributes = attributesOf(record);
  const traceId = record.get("trace_id") ?? null;
  const spanId = record.get("span_id") ?? null;
  if (kind === "metric") {
    const points = one(DictValue.of({ asDouble: handOut(record.get("value") ?? null), attributes }));
    const metric = DictValue.of({ name: titleOf(record), sum: DictValue.of({ dataPoints: points }) });
    return nested("resourceMetrics", "scopeMetrics", "metrics")(metric);
  }
  if (kind === "span_end") {
    const span = DictValue.of({ attributes, name: titleOf(record), spanId, traceId });
    return nested("resourceSpans", "scopeSpans", "spans")(span);
  }
  const line = DictValue.of({
    attributes,
    body: titleOf(record),
    severityText: record.get("level") ?? "info",
    spanId,
    traceId,
  });
  return nested("resourceLogs", "scopeLogs", "logRecords")(line);
}

/** A JSON line: `ts`, `level`, `msg`, then the fields in key order. */
function prettyLine(record: DictValue, instant: string): string {
  const fields = record.get("fields");
  const parts: (readonly [string, Value])[] = [
    ["ts", instant],
    ["level", record.get("level") ?? "info"],
    ["msg", titleOf(record)],
    ...(fields instanceof DictValue ? fields.entries() : []),
  ];
  return `{${parts.map(([key, value]) => `${stringifyJson(key)}:${stringifyJson(value)}`).join(",")}}`;
}

/** A record as a backend takes it. */
export function formatted(kind: BackendKind, record: DictValue, instant: string): Value {
  switch (kind) {
    case "pretty_stderr":
      return prettyLine(record, instant);
    case "otel":
      return openTelemetry(record);
    case "honeycomb":
      return flattened(record);
    case "splunk_hec":
      return DictValue.of({ event: record, sourcetype: "_json" });
    case "test":
      return record;
    default:
      return unreachable(kind);
  }
}
