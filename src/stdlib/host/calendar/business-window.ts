import { DictValue, show, type Value } from "../../../value/index.ts";
import { businessCalendar } from "./business.ts";
import { dateText, type Reader } from "./instant.ts";

interface Hours {
  readonly start: number;
  readonly end: number;
}

/** Business hours from options `{start?, end?}` (`HH:MM`) or `{start_hour?, end_hour?}`, in seconds of the day. */
function hoursOf(reader: Reader, options: DictValue | undefined): Hours {
  const start = timeOf(reader, options, "start", 9);
  const end = timeOf(reader, options, "end", 17);
  if (end <= start) throw reader.fault("end time must be after start time");
  return { start, end };
}

function timeOf(reader: Reader, options: DictValue | undefined, key: "start" | "end", usual: number): number {
  const text = options?.get(key) ?? null;
  if (text !== null) return clockOf(reader, key, show(text));
  const hour = reader.int(options?.get(`${key}_hour`) ?? usual, `${key}_hour`);
  if (hour < 0 || hour > 23) throw reader.fault(`${key}_hour must be between 0 and 23`);
  return hour * 3600;
}

function clockOf(reader: Reader, key: string, text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (match === null) throw reader.fault(`${key} must be HH:MM or HH:MM:SS`);
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0);
}

/** The business hours of the day that holds a moment, and how the moment lies to them. */
export function businessWindow(reader: Reader, ...[at, which, given]: (Value | undefined)[]): Value {
  const options = reader.options(given, "options");
  const working = businessCalendar(reader, which);
  const zone = reader.zone(options?.get("timezone"), working.zone);
  const moment = reader.moment(at, zone);
  const { day } = reader.local(moment, zone);
  const { start, end } = hoursOf(reader, options);
  const starts_at = reader.toSeconds({ day, second: start }, zone);
  const ends_at = reader.toSeconds({ day, second: end }, zone);
  const now = moment.seconds + moment.fraction;
  const business_day = working.isBusinessDay(day);
  const place = now < starts_at ? "before_window" : now < ends_at ? "inside" : "after_window";
  const reason = business_day ? place : "non_business_day";
  return DictValue.of({
    business_day,
    calendar: working.name,
    local_date: dateText(day),
    timezone: zone.name,
    starts_at,
    ends_at,
    inside: reason === "inside",
    reason,
  });
}
