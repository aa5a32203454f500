import type { CallContext } from "../../../builtin/index.ts";
import { type DictValue, FloatValue, isInt, type Raise, show, typeName, type Value } from "../../../value/index.ts";
import { civilFromDays, daysFromCivil, isDate } from "../datetime/civil.ts";
import { timeZones } from "../datetime/datetime.ts";
import { parseDate } from "../datetime/parse.ts";
import type { TimeZone } from "../datetime/time-zone.ts";
import { fail } from "../faults.ts";
import { asDict, intOf } from "../options.ts";

/** A point in time: whole seconds since the epoch, and what is beyond them, less than one. */
export interface Moment {
  readonly seconds: number;
  readonly fraction: number;
}

/** A day and the second in it, as a clock of some place shows them. */
export interface Local {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly second: number;
}

export const secondsPerDay = 86_400;
/** Days from 1970-01-01 to the ends of the years that calendars count. */
const furthestDay = 95_746_129;

/** Errors that begin with the builtin's name. */
export class Reader {
  readonly #context: CallContext;
  readonly #builtin: string;

  constructor(context: CallContext, builtin: string) {
    this.#context = context;
    this.#builtin = builtin;
  }

  fault(message: string): Raise {
    return fail(`${this.#builtin}: ${message}`);
  }

  zone(value: Value | undefined, fallback = "UTC"): TimeZone {
    const name = value === undefined || value === null ? fallback : show(value);
    const zone = this.#context.service(timeZones).find(name);
    if (zone === undefined) throw this.fault(`unknown timezone '${name}'`);
    return zone;
  }

  /** A number of seconds, a text, or a dict with a `timestamp`; a date alone is the beginning of that day in the zone. */
  moment(value: Value | undefined, zone: TimeZone): Moment {
    if (value === undefined) throw this.fault("missing timestamp argument");
    if (typeof value === "string") return this.#parsed(value, zone);
    if (isInt(value)) return this.#checked({ seconds: Number(value), fraction: 0 });
    const dict = asDict(value);
    if (dict !== undefined) return this.moment(dict.get("timestamp"), zone);
    if (!(value instanceof FloatValue))
      throw this.fault(`expected timestamp number or date dict, got ${typeName(value)}`);
    if (!Number.isFinite(value.value)) throw this.fault("timestamp must be finite");
    const seconds = Math.floor(value.value);
    return this.#checked({ seconds, fraction: value.value - seconds });
  }

  #parsed(text: string, zone: TimeZone): Moment {
    const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
    if (date !== null) {
      const civil = { year: Number(date[1]), month: Number(date[2]), day: Number(date[3]) };
      if (isDate(civil))
        return { seconds: this.toSeconds({ day: daysFromCivil(civil), second: 0 }, zone), fraction: 0 };
    }
    if (!/^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/.test(text))
      throw this.#badText();
    try {
      const { seconds, nanoseconds } = parseDate(text);
      return { seconds, fraction: nanoseconds / 1e9 };
    } catch {
      throw this.#badText();
    }
  }

  #badText(): Raise {
    return this.fault("expected RFC 3339 timestamp or YYYY-MM-DD date string");
  }

  #checked(moment: Moment): Moment {
    if (Math.abs(moment.seconds) > furthestDay * secondsPerDay) throw this.fault("date out of range");
    return moment;
  }

  int(value: Value | undefined, name: string): number {
    if (value === undefined || value === null) throw this.fault(`missing ${name}`);
    const number = intOf(value);
    if (number === undefined) throw this.fault(`${name} must be an integer, got ${typeName(value)}`);
    return number;
  }

  options(value: Value | undefined, name: string): DictValue | undefined {
    if (value === undefined || value === null) return undefined;
    const options = asDict(value);
    if (options === undefined) throw this.fault(`${name} must be a dict, got ${typeName(value)}`);
    return options;
  }

  local({ seconds }: Moment, zone: TimeZone): Local {
    const shown = seconds + zone.offsetAt(seconds);
    const day = Math.floor(shown / secondsPerDay);
    return { day, second: shown - day * secondsPerDay };
  }

  /** The instant of a local time; where clocks went back there are two, where they went forward none. */
  toSeconds({ day, second }: Local, zone: TimeZone, choice: Disambiguation = "earlier"): number {
    if (Math.abs(day) > furthestDay) throw this.fault("date out of range");
    const local = day * secondsPerDay + second;
    const around = [local - secondsPerDay, local + secondsPerDay].map((each) => local - zone.offsetAt(each));
    const fitting = [...new Set(around)].filter((each) => each + zone.offsetAt(each) === local).sort((a, b) => a - b);
    const [earlier, later = earlier] = fitting;
    if (earlier === undefined || later === undefined)
      throw this.fault(`local time does not exist in timezone ${zone.name}`);
    if (choice === "reject" && earlier !== later) throw this.fault(`local time is ambiguous in timezone ${zone.name}`);
    return choice === "later" ? later : earlier;
  }
}

const disambiguations = ["earlier", "later", "reject"] as const;
export type Disambiguation = (typeof disambiguations)[number];

export function disambiguation(value: Value | undefined): Disambiguation {
  const text = value === undefined || value === null ? "earlier" : show(value);
  const found = disambiguations.find((each) => each === text);
  if (found === undefined) throw fail("local_datetime: disambiguation must be 'earlier', 'later', or 'reject'");
  return found;
}

/** Seconds: an int unless there is a fraction. */
export function timestamp(seconds: number, fraction = 0): Value {
  return fraction === 0 ? seconds : new FloatValue(seconds + fraction);
}

export function dateText(day: number): string {
  const { year, month, day: ofMonth } = civilFromDays(day);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(ofMonth).padStart(2, "0")}`;
}

/** 1 is Monday, 7 is Sunday. */
export function isoWeekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
