import { rfc3339 } from "../../eventlog/index.ts";
import type { TriggerEvent } from "../events/event.ts";

export class CronError extends Error {
  override readonly name = "CronError";
}

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly words?: readonly string[];
}

const fields: readonly Field[] = [
  { name: "minute", low: 0, high: 59 },
  { name: "hour", low: 0, high: 23 },
  { name: "day of month", low: 1, high: 31 },
  {
    name: "month",
    low: 1,
    high: 12,
    words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { name: "day of week", low: 0, high: 7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const nicknames: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

const minuteMs = 60_000;
/** A schedule that finds no time within so many days has none: February the 30th. */
const searchDays = 8 * 366;

/** A schedule of five fields in UTC. Where both days are restricted, either one fits, as cron has it. */
export class CronSchedule {
  readonly text: string;
  readonly #sets: readonly ReadonlySet<number>[];
  readonly #isDayFree: boolean;
  readonly #isWeekdayFree: boolean;

  constructor(text: string) {
    this.text = text;
    const parts = (nicknames[text.trim().toLowerCase()] ?? text).trim().split(/\s+/);
    if (parts.length !== fields.length)
      throw new CronError(`cron schedule '${text}' must have 5 fields, got ${parts.length}`);
    this.#sets = fields.map((field, at) => readField(field, parts[at] ?? ""));
    this.#isDayFree = parts[2] === "*";
    this.#isWeekdayFree = parts[4] === "*";
  }

  /** The first time behind `after`, Unix milliseconds. */
  next(after: number): number {
    let at = (Math.floor(after / minuteMs) + 1) * minuteMs;
    const last = at + searchDays * 24 * 60 * minuteMs;
    while (at <= last) {
      const date = new Date(at);
      if (!this.#has(3, date.getUTCMonth() + 1)) at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
      else if (!this.#fitsDay(date)) at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
      else if (!this.#has(1, date.getUTCHours())) at = (Math.floor(at / (60 * minuteMs)) + 1) * 60 * minuteMs;
      else if (!this.#has(0, date.getUTCMinutes())) at += minuteMs;
      else return at;
    }
    throw new CronError(`cron schedule '${this.text}' never comes due`);
  }

  #has(field: number, value: number): boolean {
    return this.#sets[field]?.has(value) ?? false;
  }

  #fitsDay(date: Date): boolean {
    const [day, weekday] = [this.#has(2, date.getUTCDate()), this.#has(4, date.getUTCDay())];
    if (this.#isDayFree) return weekday;
    return this.#isWeekdayFree ? day : day || weekday;
  }
}

/** `*`, `5`, `1-5`, `mon-fri`, any of them with a step, and lists of those. */
function readField(field: Field, text: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", step = "1"] = part.split("/");
    const [from, to] = rangeOf(field, range, part.includes("/"));
    const stride = Number(step);
    if (!Number.isInteger(stride) || stride < 1 || from > to) throw wrong(field, text);
    for (let value = from; value <= to; value += stride) values.add(field.name === "day of week" ? value % 7 : value);
  }
  return values;
}

function rangeOf(field: Field, range: string, hasStep: boolean): readonly [number, number] {
  if (range === "*") return [field.low, field.high];
  const [from = "", to] = range.split("-");
  const start = numberOf(field, from);
  return [start, to === undefined ? (hasStep ? field.high : start) : numberOf(field, to)];
}

function numberOf(field: Field, text: string): number {
  const word = field.words?.indexOf(text.toLowerCase()) ?? -1;
  const value = word >= 0 ? word + field.low : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.low && value <= field.high) return value;
  throw wrong(field, text);
}

function wrong({ name, low, high }: Field, text: string): CronError {
  return new CronError(`cron field '${text}' is no ${name} between ${low} and ${high}`);
}

export interface CronTick {
  readonly triggerId: string;
  readonly schedule: CronSchedule;
  /** The time that the schedule names, Unix milliseconds. */
  readonly at: number;
  readonly receivedAt: number;
  readonly uuid: () => string;
}

/** The event of a tick. Its dedupe key names the time, so that two tickers make one tick. */
export function cronEvent({ triggerId, schedule, at, receivedAt, uuid }: CronTick): TriggerEvent {
  // Schedules name whole seconds.
  const tickAt = rfc3339(at).replace(".000Z", "Z");
  return {
    id: `trigger_evt_${uuid()}`,
    provider: "cron",
    kind: "tick",
    receivedAt: rfc3339(receivedAt),
    occurredAt: tickAt,
    dedupeKey: `cron:${triggerId}:${Math.floor(at / 1000)}`,
    traceId: `trace_${uuid()}`,
    tenantId: null,
    headers: {},
    providerPayload: { provider: "cron", cron_id: triggerId, schedule: schedule.text, tick_at: tickAt, raw: {} },
    signature: { state: "unsigned" },
  };
}
