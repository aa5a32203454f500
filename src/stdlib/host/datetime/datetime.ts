import { type Builtin, type CallContext, declare, opt, req, serviceKey, type Ty, t } from "../../../builtin/index.ts";
import {
  DictValue,
  DurationValue,
  FloatValue,
  intFromFloat,
  maxInt,
  minInt,
  show,
  typeName,
  type Value,
} from "../../../value/index.ts";
import { fail } from "../faults.ts";
import { asDict } from "../options.ts";
import {
  type Civil,
  civilAt,
  type Instant,
  instantFromMilliseconds,
  isoInstant,
  rfc3339,
  secondsFromCivil,
  weekdayOf,
} from "./civil.ts";
import { checkComponents, parseDate } from "./parse.ts";
import { strftime } from "./strftime.ts";
import { instantOfLocal, type TimeZone, TimeZones, utc } from "./time-zone.ts";

const datetime = declare("datetime");
const clock = declare("process");

export const timeZones = serviceKey<TimeZones>("time zones", () => new TimeZones());

const defaultFormat = "%Y-%m-%d %H:%M:%S";
/** The years that the calendar covers. */
const earliest = secondsFromCivil({ year: -262_142, month: 1, day: 1, hour: 0, minute: 0, second: 0 });
const latest = secondsFromCivil({ year: 262_141, month: 12, day: 31, hour: 23, minute: 59, second: 59 });

type Moment = Value;
const moment: Ty<Moment> = t.union(t.int, t.float, t.dict);

/** A timestamp in seconds, or a dict that has one. */
function instantOf(value: Value | undefined, builtin: string): Instant {
  const dict = asDict(value);
  if (dict !== undefined) return instantOf(dict.get("timestamp"), builtin);
  if (value === undefined) throw fail(`${builtin}: missing timestamp argument`);
  if (typeof value === "number" || typeof value === "bigint")
    return inRange({ seconds: Number(value), nanoseconds: 0 }, builtin);
  if (typeof value === "object" && value?.kind === "float") return instantOfFloat(value.value, builtin);
  throw fail(`${builtin}: expected timestamp number or date dict, got ${typeName(value)}`);
}

/** Floats carry microseconds: finer digits of a present-day timestamp are noise. */
function instantOfFloat(value: number, builtin: string): Instant {
  if (!Number.isFinite(value)) throw fail(`${builtin}: timestamp must be finite`);
  let seconds = Math.floor(value);
  let microseconds = Math.round((value - seconds) * 1e6);
  if (microseconds === 1_000_000) {
    seconds += 1;
    microseconds = 0;
  }
  return inRange({ seconds, nanoseconds: microseconds * 1000 }, builtin);
}

function inRange(instant: Instant, builtin: string): Instant {
  if (instant.seconds < earliest || instant.seconds > latest) throw fail(`${builtin}: timestamp out of range`);
  return instant;
}

/** An int when it is whole seconds. */
function timestampOf({ seconds, nanoseconds }: Instant): Value {
  return nanoseconds === 0 ? seconds : new FloatValue(seconds + nanoseconds / 1e9);
}

function millisecondsOf({ seconds, nanoseconds }: Instant): number {
  return seconds * 1000 + Math.floor(nanoseconds / 1e6);
}

function zoneNamed(context: CallContext, name: string, builtin: string): TimeZone {
  const zone = context.service(timeZones).find(name);
  if (zone === undefined) throw fail(`${builtin}: unknown timezone '${name}'`);
  return zone;
}

function zoneOrUtc(context: CallContext, name: string | undefined, builtin: string): TimeZone {
  return name === undefined ? utc : zoneNamed(context, name, builtin);
}

/** The name in an unchecked argument; nil is none. */
function zoneName(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : show(value);
}

function fieldsOf(civil: Civil): Record<string, Value> {
  const { year, month, day, hour, minute, second } = civil;
  return { year, month, day, hour, minute, second, weekday: weekdayOf(civil) };
}

const now: readonly Builtin[] = [
  datetime({
    name: "date_now",
    summary: "The current UTC date and time as a dict.",
    params: [],
    returns: t.dict,
    effect: "time",
    run(context) {
      const milliseconds = Math.floor(context.host.clock.now());
      return DictValue.of({
        ...fieldsOf(civilAt(instantFromMilliseconds(milliseconds))),
        timestamp: new FloatValue(milliseconds / 1000),
        iso8601: isoInstant(milliseconds),
      });
    },
  }),
  ...[datetime, clock].map((declarer, index) =>
    declarer({
      name: index === 0 ? "date_now_iso" : "date_iso",
      summary: "The current UTC time as `2026-03-29T14:30:00.123Z`.",
      params: [],
      returns: t.string,
      effect: "time",
      run: (context) => isoInstant(context.host.clock.now()),
    }),
  ),
];

const conversions: readonly Builtin[] = [
  datetime({
    name: "date_parse",
    summary:
      "The timestamp of a date's text, in seconds since 1970: RFC 3339, its relatives (a blank for the `T`, no time, no offset: UTC), or numbers in the order year, month, day, hour, minute, second. An error for anything else, and for a day that is none.",
    params: [req("text", t.string)],
    returns: t.number,
    examples: [['date_parse("2024-02-29T12:30:45Z")', "1709209845"]],
    run: (_context, text) => timestampOf(parseDate(text)),
  }),
  datetime({
    name: "date_format",
    summary:
      "A timestamp (seconds since 1970) as text, by a strftime format, in UTC or a time zone by its IANA name. An error for an unknown zone.",
    params: [req("timestamp", moment), opt("format", t.string), opt("timezone", t.string)],
    returns: t.string,
    examples: [['date_format(0, "%A %j")', '"Thursday 001"']],
    run(context, timestamp, format = defaultFormat, timezone) {
      const instant = instantOf(timestamp, "date_format");
      const text = strftime(format, instant, zoneOrUtc(context, timezone, "date_format"));
      if (text === undefined) throw fail(`date_format: invalid format '${format}'`);
      return text;
    },
  }),
  datetime({
    name: "date_in_zone",
    summary: "A timestamp's date and time in a time zone, as a dict.",
    params: [req("timestamp", moment), req("timezone", t.string)],
    returns: t.dict,
    run(context, timestamp, timezone) {
      const instant = instantOf(timestamp, "date_in_zone");
      const offset = zoneNamed(context, timezone, "date_in_zone").offsetAt(instant.seconds);
      return DictValue.of({
        ...fieldsOf(civilAt(instant, offset)),
        zone: timezone,
        offset_seconds: offset,
        timestamp: timestampOf(instant),
        iso8601: rfc3339(instant, offset),
      });
    },
  }),
  datetime({
    name: "date_to_zone",
    summary:
      "A timestamp (seconds since 1970) as RFC 3339 text with a time zone's offset. An error for an unknown zone.",
    params: [req("timestamp", moment), req("timezone", t.string)],
    returns: t.string,
    run(context, timestamp, timezone) {
      const instant = instantOf(timestamp, "date_to_zone");
      return rfc3339(instant, zoneNamed(context, timezone, "date_to_zone").offsetAt(instant.seconds));
    },
  }),
  datetime({
    name: "date_from_components",
    summary: "The timestamp of `{year, month, day, hour?, minute?, second?}` in UTC or a time zone.",
    params: [req("components", t.dict), opt("timezone", t.string)],
    returns: t.number,
    examples: [["date_from_components({year: 1970, month: 1, day: 2})", "86400"]],
    run(context, components, timezone) {
      const zone = zoneOrUtc(context, timezone, "date_from_components");
      const local = localSeconds(components);
      const instant = instantOfLocal(zone, local, 0);
      if (instant === undefined) throw fail("date_from_components: local time does not exist in that timezone");
      return timestampOf(instant);
    },
  }),
];

function localSeconds(components: DictValue): number {
  const read = (key: string, fallback?: number): number => {
    const value = components.get(key);
    if (value === undefined && fallback !== undefined) return fallback;
    if (value === undefined) throw fail(`date_from_components: missing ${key}`);
    if (typeof value === "number" || typeof value === "bigint") return Number(value);
    if (typeof value === "object" && value?.kind === "float" && Number.isInteger(value.value)) return value.value;
    throw fail(`date_from_components: ${key} must be an integer, got ${typeName(value)}`);
  };
  const date = { year: read("year"), month: read("month"), day: read("day") };
  const time = { hour: read("hour", 0), minute: read("minute", 0), second: read("second", 0) };
  checkComponents(date, time.hour, time.minute, time.second);
  return secondsFromCivil({ ...date, ...time });
}

const arithmetic: readonly Builtin[] = [
  datetime({
    name: "date_add",
    summary: "A timestamp moved by a duration.",
    params: [req("timestamp", moment), req("duration", t.duration)],
    returns: t.number,
    examples: [["date_add(10, duration_ms(250))", "10.25"]],
    run(_context, timestamp, duration) {
      const milliseconds = millisecondsOf(instantOf(timestamp, "date_add")) + duration.milliseconds;
      return milliseconds % 1000 === 0 ? milliseconds / 1000 : new FloatValue(milliseconds / 1000);
    },
  }),
  datetime({
    name: "date_diff",
    summary: "The duration from the second timestamp to the first.",
    params: [req("a", moment), req("b", moment)],
    returns: t.duration,
    examples: [['date_diff(date_parse("2024-01-03T00:00:00Z"), date_parse("2024-01-01T00:00:00Z"))', "2d"]],
    run: (_context, a, b) =>
      new DurationValue(millisecondsOf(instantOf(a, "date_diff")) - millisecondsOf(instantOf(b, "date_diff"))),
  }),
  named("weekday_name", "%A", "The weekday of a timestamp."),
  named("month_name", "%B", "The month of a timestamp."),
];

function named(name: string, format: string, summary: string): Builtin {
  return datetime({
    name,
    summary,
    params: [opt("timestamp", t.any), opt("timezone", t.any)],
    lenient: true,
    returns: t.string,
    run: (context, timestamp, timezone) =>
      strftime(format, instantOf(timestamp, name), zoneOrUtc(context, zoneName(timezone), name)) ?? "",
  });
}

const durationUnits = [
  ["duration_ms", "milliseconds", 1],
  ["duration_seconds", "seconds", 1000],
  ["duration_minutes", "minutes", 60_000],
  ["duration_hours", "hours", 3_600_000],
  ["duration_days", "days", 86_400_000],
] as const;

const durations: readonly Builtin[] = [
  ...durationUnits.map(([name, unit, size]) =>
    datetime({
      name,
      summary: `The duration of a number of ${unit}.`,
      params: [req("count", t.number)],
      returns: t.duration,
      run: (_context, count) => new DurationValue(durationLength(name, count, size)),
    }),
  ),
  datetime({
    name: "duration_to_seconds",
    summary: "The whole seconds of a duration.",
    params: [req("duration", t.duration)],
    returns: t.int,
    examples: [["duration_to_seconds(1500ms)", "1"]],
    run: (_context, duration) => Math.trunc(duration.milliseconds / 1000) || 0,
  }),
  datetime({
    name: "duration_to_human",
    summary: "A duration in its largest three units.",
    params: [req("duration", t.duration)],
    returns: t.string,
    examples: [["duration_to_human(194m)", '"3h 14m"']],
    run: (_context, duration) => humanDuration(duration.milliseconds),
  }),
];

function durationLength(builtin: string, count: number | bigint | FloatValue, size: number): number {
  if (typeof count === "object") {
    if (!Number.isFinite(count.value)) throw fail(`${builtin}: expected number, got float`);
    const length = count.value * size;
    if (Math.abs(length) > 2 ** 63) throw fail(`${builtin}: duration overflow`);
    return Number(intFromFloat(length < 0 ? -Math.round(-length) : Math.round(length)));
  }
  const length = BigInt(count) * BigInt(size);
  if (length < minInt || length > maxInt) throw fail(`${builtin}: duration overflow`);
  return Number(length);
}

const humanUnits = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

export function humanDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const parts: string[] = [];
  let rest = Math.abs(milliseconds);
  for (const [unit, size] of humanUnits) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 3) parts.push(`${count}${unit}`);
  }
  return `${milliseconds < 0 ? "-" : ""}${parts.join(" ")}`;
}

export const datetimeBuiltins: readonly Builtin[] = [...now, ...conversions, ...arithmetic, ...durations];
export { TimeZones } from "./time-zone.ts";
