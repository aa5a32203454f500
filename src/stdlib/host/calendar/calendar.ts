import { type Builtin, type CallContext, declare, rest, t } from "../../../builtin/index.ts";
import { DictValue, FloatValue, ListValue, show, truthy, typeName, type Value } from "../../../value/index.ts";
import { civilFromDays, dayOfYear, daysFromCivil, isDate } from "../datetime/civil.ts";
import type { TimeZone } from "../datetime/time-zone.ts";
import { asDict } from "../options.ts";
import {
  type BusinessCalendar,
  businessCalendar,
  businessDayAfter,
  businessDaysBetween,
  holidaysOf,
  supported,
} from "./business.ts";
import { businessWindow } from "./business-window.ts";
import { type Country, countries } from "./countries.ts";
import { dateText, disambiguation, isoWeekday, type Moment, Reader, timestamp } from "./instant.ts";
import { firstDay, shifted, unitOf, weekdayNumber } from "./units.ts";

const calendar = declare("calendar");

type Body = (reader: Reader, ...args: (Value | undefined)[]) => Value;

/** These stand behind `std/calendar`, which gives their parameters names; they say themselves what is missing. */
function internal(name: string, summary: string, body: Body): Builtin {
  return calendar({
    name,
    summary,
    params: [rest("args", t.any)],
    run: (context: CallContext, ...args: Value[]) => body(new Reader(context, name), ...args),
  });
}

function add(reader: Reader, ...[at, count, unit, zoneName, choice]: (Value | undefined)[]): Value {
  const zone = reader.zone(zoneName);
  const moment = reader.moment(at, zone);
  const amount = reader.int(count, "amount");
  const to = shifted(reader, reader.local(moment, zone), amount, unitOf(reader, unit));
  return timestamp(reader.toSeconds(to, zone, disambiguation(choice)), moment.fraction);
}

function boundary(reader: Reader, ...[at, unit, edge, zoneName]: (Value | undefined)[]): Value {
  const zone = reader.zone(zoneName);
  const { day } = reader.local(reader.moment(at, zone), zone);
  const chosen = unitOf(reader, unit);
  const first = { day: firstDay(day, chosen), second: 0 };
  const side = edge ?? "start";
  if (side === "start") return reader.toSeconds(first, zone);
  if (side !== "end") throw reader.fault("edge must be 'start' or 'end'");
  // The last millisecond.
  return new FloatValue(reader.toSeconds(shifted(reader, first, 1, chosen), zone) - 0.001);
}

const mostDates = 10_000;

function dateRange(reader: Reader, ...[from, to, unit, zoneName, given]: (Value | undefined)[]): Value {
  const zone = reader.zone(zoneName);
  const start = reader.moment(from, zone);
  const end = reader.moment(to, zone);
  const step = unitOf(reader, unit);
  const options = reader.options(given, "options");
  const most = options?.get("max_items") === undefined ? mostDates : reader.int(options.get("max_items"), "max_items");
  const isEndIn = truthy(options?.get("include_end") ?? false);
  const local = reader.local(start, zone);
  const dates: Value[] = [];
  // Each is counted from the start: a month that is too short does not shorten those behind it.
  for (let n = 0; ; n++) {
    const seconds = reader.toSeconds(shifted(reader, local, n, step), zone);
    const distance = seconds + start.fraction - (end.seconds + end.fraction);
    if (distance > 0 || (distance === 0 && !isEndIn)) return new ListValue(dates);
    if (dates.length >= most) throw reader.fault(`exceeded max_items (${most})`);
    dates.push(timestamp(seconds, start.fraction));
  }
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function parts(reader: Reader, ...[at, zoneName]: (Value | undefined)[]): Value {
  const zone = reader.zone(zoneName);
  const moment = reader.moment(at, zone);
  const { day, second: ofDay } = reader.local(moment, zone);
  const date = civilFromDays(day);
  const [hour, minute, second] = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60];
  const week = isoWeekOf(day);
  const clock = `${two(hour)}:${two(minute)}:${two(second)}${fractionText(moment)}`;
  return DictValue.of({
    ...date,
    hour,
    minute,
    second,
    date: dateText(day),
    weekday: isoWeekday(day) % 7,
    iso_weekday: isoWeekday(day),
    iso_week: week.week,
    iso_week_year: week.year,
    ordinal: dayOfYear(date),
    quarter: Math.ceil(date.month / 3),
    timestamp: timestamp(moment.seconds, moment.fraction),
    timezone: zone.name,
    offset_seconds: zone.offsetAt(moment.seconds),
    iso8601: `${dateText(day)}T${clock}${offsetText(zone, moment)}`,
  });
}

function fractionText({ fraction }: Moment): string {
  const milliseconds = Math.round(fraction * 1000);
  return milliseconds === 0 ? "" : `.${String(Math.min(milliseconds, 999)).padStart(3, "0")}`;
}

function offsetText(zone: TimeZone, { seconds }: Moment): string {
  const offset = zone.offsetAt(seconds);
  const minutes = Math.floor(Math.abs(offset) / 60);
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A week belongs to the year that its Thursday is in. */
function isoWeekOf(day: number): { readonly week: number; readonly year: number } {
  const thursday = civilFromDays(day - isoWeekday(day) + 4);
  return { week: Math.ceil(dayOfYear(thursday) / 7), year: thursday.year };
}

function fromLocal(reader: Reader, ...[given, zoneName, choice]: (Value | undefined)[]): Value {
  if (given === undefined) throw reader.fault("missing parts");
  const fields = asDict(given);
  if (fields === undefined) throw reader.fault(`parts must be a dict, got ${typeName(given)}`);
  const date = {
    year: reader.int(fields.get("year"), "year"),
    month: reader.int(fields.get("month"), "month"),
    day: reader.int(fields.get("day"), "day"),
  };
  if (!isDate(date)) throw reader.fault("invalid date");
  const [hour = 0, minute = 0, second = 0] = ["hour", "minute", "second"].map((key) =>
    reader.int(fields.get(key) ?? 0, key),
  );
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    throw reader.fault("invalid time");
  const local = { day: daysFromCivil(date), second: hour * 3600 + minute * 60 + second };
  return reader.toSeconds(local, reader.zone(zoneName), disambiguation(choice));
}

function nextWeekday(reader: Reader, ...[at, name, way, zoneName, isTodayIn]: (Value | undefined)[]): Value {
  const zone = reader.zone(zoneName);
  const moment = reader.moment(at, zone);
  if (name === undefined || name === null) throw reader.fault("missing weekday");
  const weekday = weekdayNumber(name);
  if (weekday === undefined) throw reader.fault("weekday must be ISO weekday 1-7 or weekday name");
  const direction = way ?? "next";
  if (direction !== "next" && direction !== "previous")
    throw reader.fault(`direction must be 'next' or 'previous', got '${show(direction)}'`);
  const { day } = reader.local(moment, zone);
  const ahead = (weekday - isoWeekday(day) + 7) % 7;
  const distance = ahead === 0 && truthy(isTodayIn ?? false) ? 0 : direction === "next" ? ahead || 7 : ahead - 7;
  return reader.toSeconds({ day: day + distance, second: 0 }, zone);
}

interface Placed {
  readonly working: BusinessCalendar;
  readonly zone: TimeZone;
}

function placed(reader: Reader, which: Value | undefined, zoneName: Value | undefined): Placed {
  const working = businessCalendar(reader, which);
  return { working, zone: reader.zone(zoneName, working.zone) };
}

/** The moment on another day, at the same time of day. */
function moved(reader: Reader, moment: Moment, zone: TimeZone, to: (day: number) => number): Value {
  const { day, second } = reader.local(moment, zone);
  const target = to(day);
  return target === day
    ? timestamp(moment.seconds, moment.fraction)
    : timestamp(reader.toSeconds({ day: target, second }, zone), moment.fraction);
}

function addBusinessDays(reader: Reader, ...[at, count, which, zoneName]: (Value | undefined)[]): Value {
  const { working, zone } = placed(reader, which, zoneName);
  const moment = reader.moment(at, zone);
  const days = reader.int(count, "days");
  return moved(reader, moment, zone, (day) => businessDayAfter(reader, working, day, days));
}

function nextBusinessDay(reader: Reader, ...[at, which, zoneName, isTodayIn]: (Value | undefined)[]): Value {
  const { working, zone } = placed(reader, which, zoneName);
  const moment = reader.moment(at, zone);
  const stays = (day: number): boolean => truthy(isTodayIn ?? false) && working.isBusinessDay(day);
  return moved(reader, moment, zone, (day) => (stays(day) ? day : businessDayAfter(reader, working, day, 1)));
}

function between(reader: Reader, ...[from, to, which, zoneName]: (Value | undefined)[]): Value {
  const { working, zone } = placed(reader, which, zoneName);
  const [start, end] = [from, to].map((value) => reader.local(reader.moment(value, zone), zone).day);
  return businessDaysBetween(reader, working, start ?? 0, end ?? 0);
}

/** A question about the day of a moment. */
function onDay(ask: (working: BusinessCalendar, day: number) => boolean): Body {
  return (reader, at, which, zoneName) => {
    const { working, zone } = placed(reader, which, zoneName);
    return ask(working, reader.local(reader.moment(at, zone), zone).day);
  };
}

function holidays(reader: Reader, ...[which, year]: (Value | undefined)[]): Value {
  const found = holidaysOf(which, () => reader.int(year, "year"));
  return new ListValue(
    found.map(({ name, day, actual }) =>
      DictValue.of({ name, date: dateText(day), actual_date: dateText(actual), observed: day !== actual }),
    ),
  );
}

function shownCountry({ code, name, currency, zones, holidayCalendars }: Country): DictValue {
  const [first] = zones;
  return DictValue.of({
    code,
    name,
    currency_code: currency[0],
    currency_name: currency[1],
    timezones: new ListValue([...zones]),
    default_timezone: zones.length === 1 && first !== undefined ? first : null,
    default_timezone_ambiguous: zones.length > 1,
    holiday_calendars: new ListValue([...holidayCalendars]),
  });
}

function countryInfo(reader: Reader, code: Value | undefined): Value {
  if (code === undefined || code === null) throw reader.fault("missing code");
  const wanted = show(code).toUpperCase();
  const found = countries.find((country) => country.code === wanted);
  return found === undefined ? null : shownCountry(found);
}

export const calendarBuiltins: readonly Builtin[] = [
  internal("__calendar_add", "A moment so many days, weeks, months, quarters or years later.", add),
  internal("__calendar_boundary", "The beginning or the end of the unit that holds a moment.", boundary),
  internal("__calendar_date_range", "Moments from one to another, a unit apart.", dateRange),
  internal("__calendar_parts", "The fields of a moment in a time zone.", parts),
  internal("__calendar_from_local", "The moment of a local time.", fromLocal),
  internal("__calendar_next_weekday", "The beginning of the next or previous day of a name.", nextWeekday),
  internal("__calendar_add_business_days", "A moment so many business days later.", addBusinessDays),
  internal("__calendar_next_business_day", "A moment on the next business day.", nextBusinessDay),
  internal("__calendar_business_days_between", "The business days from one moment to another.", between),
  internal(
    "__calendar_is_business_day",
    "Whether a moment is on a business day.",
    onDay((working, day) => working.isBusinessDay(day)),
  ),
  internal(
    "__calendar_is_holiday",
    "Whether a moment is on a holiday.",
    onDay((working, day) => working.isHoliday(day)),
  ),
  internal(
    "__calendar_business_window",
    "The business hours of a moment's day, and whether it is in them.",
    businessWindow,
  ),
  internal("__calendar_holidays", "The holidays of a year.", holidays),
  internal("__calendar_country_info", "What is known about a country; nil for a code that is none.", countryInfo),
  internal("__calendar_countries", "The countries that are known.", () => new ListValue(countries.map(shownCountry))),
  internal(
    "__calendar_supported_holiday_calendars",
    "The holiday calendars that are known.",
    () => new ListValue(supported.map((each) => DictValue.of(each))),
  ),
];
