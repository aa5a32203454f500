import { type Instant, secondsFromCivil } from "./civil.ts";

/** An IANA time zone, by the host's own data base. */
export interface TimeZone {
  readonly name: string;
  /** Seconds east of UTC at that instant. */
  offsetAt(seconds: number): number;
  /** `CET`, `PST`; the offset as digits where the zone has no such name. */
  abbreviationAt(seconds: number): string;
}

export const utc: TimeZone = { name: "UTC", offsetAt: () => 0, abbreviationAt: () => "UTC" };

interface Part {
  readonly type: string;
  readonly value: string;
}

interface Formatter {
  formatToParts(milliseconds: number): readonly Part[];
  resolvedOptions(): { readonly timeZone: string };
}

/** The zones that were asked for, with their formatters, which are expensive to make. */
export class TimeZones {
  readonly #known = new Map<string, TimeZone>();

  /** `undefined` for a name that is no zone. */
  find(name: string): TimeZone | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const zone = name === "UTC" ? utc : openZone(name);
    if (zone !== undefined) this.#known.set(name, zone);
    return zone;
  }
}

/** Names are exact: the host takes any case and offsets such as `+01:00`, the data base knows neither. */
function openZone(name: string): TimeZone | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  const fields = formatter(name, {
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (fields === undefined || !isWrittenAsIs(name, fields)) return undefined;
  let names: Formatter | undefined;
  const offsetAt = (seconds: number): number => offsetFrom(fields.formatToParts(clamp(seconds) * 1000), clamp(seconds));
  return {
    name,
    offsetAt,
    abbreviationAt(seconds) {
      names ??= formatter(name, { timeZoneName: "short" });
      const text =
        names?.formatToParts(clamp(seconds) * 1000).find((part) => part.type === "timeZoneName")?.value ?? "";
      return /^[A-Z]{2,5}$/.test(text) ? text : digitsOf(offsetAt(seconds));
    },
  };
}

function formatter(timeZone: string, options: Record<string, string>): Formatter | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "iso8601",
      numberingSystem: "latn",
      ...options,
    } as Intl.DateTimeFormatOptions);
  } catch {
    return undefined;
  }
}

/** The host resolves links (`Asia/Calcutta`), so only a difference in nothing but case is a wrong name. */
function isWrittenAsIs(name: string, fields: Formatter): boolean {
  const resolved = fields.resolvedOptions().timeZone;
  return resolved === name || resolved.toLowerCase() !== name.toLowerCase();
}

/** What the host can tell about: beyond, the offset of the nearest time it can. */
function clamp(seconds: number): number {
  return Math.min(8.64e12, Math.max(-8.64e12, seconds));
}

function offsetFrom(parts: readonly Part[], seconds: number): number {
  const read = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const isBefore = parts.some((part) => part.type === "era" && /^B/.test(part.value));
  const year = isBefore ? 1 - read("year") : read("year");
  const local = secondsFromCivil({
    year,
    month: read("month"),
    day: read("day"),
    hour: read("hour"),
    minute: read("minute"),
    second: read("second"),
  });
  return local - seconds;
}

function digitsOf(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60);
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${hours}${minutes % 60 === 0 ? "" : String(minutes % 60).padStart(2, "0")}`;
}

/**
 * The instant of a local time. Clocks go back: of two instants the earlier one. Clocks go forward: no instant,
 * `undefined`.
 */
export function instantOfLocal(zone: TimeZone, localSeconds: number, nanoseconds: number): Instant | undefined {
  const candidates = [localSeconds - 86_400, localSeconds + 86_400]
    .map((around) => localSeconds - zone.offsetAt(around))
    .filter((seconds) => seconds + zone.offsetAt(seconds) === localSeconds);
  return candidates.length === 0 ? undefined : { seconds: Math.min(...candidates), nanoseconds };
}
