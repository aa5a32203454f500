import { type CallContext, serviceKey } from "../../../builtin/index.ts";
import { DictValue, FloatValue, handOut, ListValue, type Value } from "../../../value/index.ts";
import { isoInstant } from "../datetime/civil.ts";
import { timedUuid } from "../uuid.ts";
import { type BackendPlan, defaultPlan } from "./backends.ts";
import { formatted } from "./formats.ts";

/** A span of `__obs_start_span`: something that takes time, inside of another one or not. */
export interface ObservedSpan {
  readonly id: string;
  readonly traceId: string;
  readonly name: string;
  readonly attributes: DictValue;
  readonly began: number;
  readonly outer: ObservedSpan | undefined;
}

/** The innermost span that a task is in. */
const currentSpan = serviceKey<ObservedSpan>("observed span");

/** A complaint about the configuration is filed under this. */
const auditCode = "HARN-OBS-001";
/** The oldest entries give way, so that a long run does not grow for ever. */
const longestBuffer = 10_000;

/** What one runtime has observed, and where it goes. */
export class Observations {
  plan: BackendPlan = defaultPlan;
  #entries: DictValue[] = [];
  #started = 0;
  readonly #open = new Map<string, ObservedSpan>();

  reset(context: CallContext): void {
    this.plan = defaultPlan;
    this.#entries = [];
    this.#open.clear();
    context.setScoped(currentSpan, undefined);
  }

  /** `{backend, format, payload}` of everything since the last reset or `take`, oldest first. */
  entries(): ListValue {
    return new ListValue(this.#entries.map((entry) => handOut(entry)));
  }

  take(): ListValue {
    const taken = this.#entries;
    this.#entries = [];
    return new ListValue(taken);
  }

  start(context: CallContext, name: string, attributes: DictValue): ObservedSpan {
    const outer = context.scoped(currentSpan);
    this.#started += 1;
    const span: ObservedSpan = {
      id: `obs_span_${this.#started.toString(16).padStart(16, "0")}`,
      traceId: outer?.traceId ?? `obs_trace_${timedUuid(context)}`,
      name,
      attributes,
      began: context.host.clock.monotonic(),
      outer,
    };
    this.#open.set(span.id, span);
    context.setScoped(currentSpan, span);
    return span;
  }

  /** The first end counts, and spans may end in any order. False for a span that is not open. */
  finish(context: CallContext, id: string): boolean {
    const span = this.#open.get(id);
    if (!span) return false;
    this.#open.delete(id);
    context.setScoped(currentSpan, this.#stillOpen(context.scoped(currentSpan)));
    const duration = new FloatValue(context.host.clock.monotonic() - span.began);
    const fields = DictValue.of({ span_name: span.name, duration_ms: duration });
    this.emit(context, DictValue.of({ kind: "span_end", name: span.name, fields }), span);
    return true;
  }

  #stillOpen(span: ObservedSpan | undefined): ObservedSpan | undefined {
    let innermost = span;
    while (innermost && !this.#open.has(innermost.id)) innermost = innermost.outer;
    return innermost;
  }

  span(id: string): ObservedSpan | undefined {
    return this.#open.get(id);
  }

  /** Hands a record to every backend; the answer is what they were handed. */
  emit(context: CallContext, record: DictValue, within = context.scoped(currentSpan)): ListValue {
    const full = completed(record, within);
    const instant = isoInstant(context.host.clock.now());
    const entries = [
      ...this.plan.complaints.map((message) => audit(message)),
      ...this.plan.backends.map(({ id, kind }) =>
        DictValue.of({ backend: id, format: kind, payload: formatted(kind, full, instant) }),
      ),
    ];
    for (const entry of entries) {
      if (entry.get("format") === "pretty_stderr") context.write("stderr", `${entry.get("payload")}\n`);
    }
    this.#keep(entries);
    return new ListValue(entries.map((entry) => handOut(entry)));
  }

  #keep(entries: readonly DictValue[]): void {
    this.#entries.push(...entries);
    if (this.#entries.length > longestBuffer) this.#entries.splice(0, this.#entries.length - longestBuffer);
  }
}

export const observations = serviceKey<Observations>("observations", () => new Observations());

function audit(message: string): DictValue {
  const payload = DictValue.of({ code: auditCode, message });
  return DictValue.of({ backend: "pretty_stderr", format: "audit", payload });
}

/** The record with its schema, the span that it belongs to, and that span's attributes among its fields. */
function completed(record: DictValue, span: ObservedSpan | undefined): DictValue {
  let full = record.has("schema") ? record : record.with("schema", "harn.obs.event.v1");
  if (!span) return full;
  const given = record.get("fields");
  const fields = span.attributes.copy();
  if (given instanceof DictValue) for (const [key, value] of given.entries()) fields.setInPlace(key, handOut(value));
  if (record.has("fields") || fields.size > 0) full = full.with("fields", fields);
  const identity: Record<string, Value> = { span_id: span.id, trace_id: span.traceId };
  for (const [key, value] of Object.entries(identity)) if (!full.has(key)) full = full.with(key, value);
  return full;
}
