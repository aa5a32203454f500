import {
  type Builtin,
  declare,
  type Outcome,
  opt,
  req,
  rest,
  SUSPENDED,
  t,
  type WaitReason,
} from "../../builtin/index.ts";
import { DictValue, isInt, isObject, ListValue, PairValue, runtimeError, type Value } from "../../value/index.ts";
import type { Task } from "../task.ts";
import { Wait } from "../wait.ts";
import { Channel, type Receiver } from "./channel.ts";
import { after, millisecondsOf } from "./timer.ts";
import { InLine } from "./wait-line.ts";

const tasks = declare("tasks");
const concurrency = declare("concurrency");

/** What a timeout that is no length of time means, in milliseconds. */
const fallbackTimeoutMs = 5000;

const timedOut = -1;
const nothingReady = -2;

/** What a select came to: the index of a channel with its value, or one of the two reasons for none. */
type Choice = (index: number, value: Value) => Value;

/** What an ended channel means: the statement takes its case with nil, the functions go on with the others. */
type Ended = "ready" | "skipped";

/**
 * Waits for the first of several channels that has a message; of several that do, the first in order. When ended channels
 * are skipped and all have ended, there is nothing.
 */
function selectFrom(
  task: Task,
  channels: readonly Channel[],
  timeoutMs: number | undefined,
  answer: Choice,
  ended: Ended = "skipped",
): Outcome {
  for (const [index, channel] of channels.entries()) {
    const value = channel.tryReceive();
    if (value !== undefined) return answer(index, value);
    if (ended === "ready" && channel.isDrained) return answer(index, null);
  }
  const isOver = channels.length > 0 && channels.every((channel) => channel.isDrained);
  if (isOver || (timeoutMs !== undefined && timeoutMs <= 0)) return answer(timedOut, null);
  return awaitAny(task, channels, timeoutMs, answer, ended);
}

function awaitAny(
  task: Task,
  channels: readonly Channel[],
  timeoutMs: number | undefined,
  answer: Choice,
  ended: Ended,
): Outcome {
  new ParkedSelect(task, channels, timeoutMs, answer, ended).join(timeoutMs);
  return SUSPENDED;
}

/** One task that waits at several channels. Few objects: there may be many such tasks. */
class ParkedSelect extends Wait {
  readonly #channels: readonly Channel[];
  readonly #answer: Choice;
  readonly #ended: Ended;
  readonly #cases: SelectCase[];
  #taken: SelectCase | undefined;
  #value: Value = null;
  #cancelTimer: (() => void) | undefined;

  constructor(task: Task, channels: readonly Channel[], timeoutMs: number | undefined, answer: Choice, ended: Ended) {
    super(task, new SelectReason(channels, timeoutMs !== undefined));
    this.#channels = channels;
    this.#answer = answer;
    this.#ended = ended;
    this.#cases = channels.map((channel, index) => new SelectCase(this, channel, index));
  }

  join(timeoutMs: number | undefined): void {
    for (const one of this.#cases) one.channel.register(one);
    if (timeoutMs !== undefined)
      this.#cancelTimer = after(this.task.host.clock, timeoutMs, () => this.#settle(timedOut, null, undefined));
  }

  take(taken: SelectCase, value: Value): void {
    this.#taken = taken;
    this.#value = value;
    this.#settle(taken.index, value, taken);
  }

  end(one: SelectCase): void {
    if (this.#ended === "ready") return this.#settle(one.index, null, one);
    // A message that was taken out before the end may still come back.
    if (!this.#channels.every((channel) => channel.isDrained)) return one.channel.register(one);
    this.#settle(timedOut, null, one);
  }

  /** The channel that called has taken its case out of its line itself. */
  #settle(index: number, value: Value, caller: SelectCase | undefined): void {
    this.#withdraw(caller);
    this.wake(this.#answer(index, value));
  }

  #withdraw(caller: SelectCase | undefined): void {
    this.#cancelTimer?.();
    for (const one of this.#cases) if (one !== caller) one.channel.withdraw(one);
  }

  override abandon(): void {
    this.#withdraw(undefined);
    this.#taken?.channel.giveBack(this.#value);
  }
}

/** Why a select waits; said in words only when somebody asks. */
class SelectReason implements WaitReason {
  readonly kind: WaitReason["kind"];
  readonly isLimited: boolean;
  readonly #channels: readonly Channel[];

  constructor(channels: readonly Channel[], isLimited: boolean) {
    this.kind = channels.some((channel) => channel.isFedFromOutside) ? "event" : "channel";
    this.isLimited = isLimited;
    this.#channels = channels;
  }

  get detail(): string {
    return `a message in one of the channels ${this.#channels.map((channel) => channel.name).join(", ")}`;
  }
}

class SelectCase extends InLine implements Receiver {
  readonly #select: ParkedSelect;
  readonly channel: Channel;
  readonly index: number;

  constructor(select: ParkedSelect, channel: Channel, index: number) {
    super();
    this.#select = select;
    this.channel = channel;
    this.index = index;
  }

  take(value: Value): void {
    this.#select.take(this, value);
  }

  end(): void {
    this.#select.end(this);
  }
}

function channelsOf(builtin: string, values: readonly Value[]): readonly Channel[] {
  if (values.every((value) => value instanceof Channel)) return values as readonly Channel[];
  throw runtimeError(`${builtin}: channel list must contain only channels`);
}

const select: Builtin = tasks({
  name: "%select",
  summary: "What a `select` compiles to: the index of the case and its value.",
  params: [req("channels", t.list), opt("timeout", t.any), req("hasDefault", t.bool)],
  effect: "task",
  run: (context, list, timeout, hasDefault) => {
    const channels = channelsOf("select", list.toArray());
    const answer: Choice = (index, value) => new PairValue(index, value);
    if (!hasDefault) {
      const timeoutMs = timeout === undefined ? undefined : (millisecondsOf(timeout) ?? fallbackTimeoutMs);
      return selectFrom(context as Task, channels, timeoutMs, answer, "ready");
    }
    const now = selectFrom(context as Task, channels, 0, answer, "ready") as PairValue;
    return now.first === timedOut ? new PairValue(nothingReady, null) : now;
  },
});

/** `{channel, index, value}` with the channel's name; index -1 for none. */
function describe(channels: readonly Channel[]): Choice {
  return (index, value) => DictValue.of({ channel: channels[index]?.name ?? null, index, value });
}

/** The same, but nil for none. */
function describeOrNil(channels: readonly Channel[]): Choice {
  const found = describe(channels);
  return (index, value) => (index === timedOut ? null : found(index, value));
}

const selectBuiltin: Builtin = concurrency({
  name: "select",
  summary:
    "Wait for a message in one of several channels: `{channel, index, value}`, or nil once all are closed and empty.",
  params: [rest("channels", t.any)],
  returns: t.nilable(t.dict),
  effect: "task",
  run: (context, ...values) => {
    if (values.length === 0) throw runtimeError("select: requires at least one channel");
    if (!values.every((value) => value instanceof Channel))
      throw runtimeError("select: all arguments must be channels");
    const channels = values as readonly Channel[];
    return selectFrom(context as Task, channels, undefined, describeOrNil(channels));
  },
});

const selectList: Builtin = concurrency({
  name: "__select_list",
  summary: "Wait for a message in one of a list of channels.",
  params: [req("channels", t.list)],
  returns: t.dict,
  effect: "task",
  run: (context, list) => {
    const channels = channelsOf("__select_list", list.toArray());
    return selectFrom(context as Task, channels, undefined, describe(channels));
  },
});

const selectTimeout: Builtin = concurrency({
  name: "__select_timeout",
  summary: "Wait for a message in one of a list of channels for a limited time; index -1 when it is up.",
  params: [req("channels", t.list), req("timeout", t.any)],
  returns: t.dict,
  effect: "task",
  run: (context, list, timeout) => {
    const channels = channelsOf("__select_timeout", list.toArray());
    return selectFrom(context as Task, channels, millisecondsOf(timeout) ?? fallbackTimeoutMs, describe(channels));
  },
});

const selectTry: Builtin = concurrency({
  name: "__select_try",
  summary: "A message that is there in one of a list of channels; index -1 for none.",
  params: [req("channels", t.list)],
  returns: t.dict,
  effect: "task",
  run: (context, list) => {
    const channels = channelsOf("__select_try", list.toArray());
    return selectFrom(context as Task, channels, 0, describe(channels));
  },
});

const channelSelect: Builtin = concurrency({
  name: "channel_select",
  summary: "Wait for a message in one of a list of channels: `{channel, index, value}`, or nil when the time is up.",
  params: [req("channels", t.any), opt("timeout_ms", t.any)],
  returns: t.nilable(t.dict),
  effect: "task",
  run: (context, list, timeout) => {
    if (!(list instanceof ListValue)) throw runtimeError("channel_select: first argument must be a list of channels");
    const channels = channelsOf("channel_select", list.toArray());
    return selectFrom(context as Task, channels, timeoutOf(timeout), describeOrNil(channels));
  },
});

/** A length of time, or `{timeout_ms}`; nothing else limits the wait. */
export function timeoutOf(value: Value | undefined): number | undefined {
  if (isObject(value) && value.kind === "dict") return timeoutOf(value.get("timeout_ms") ?? value.get("max_wait_ms"));
  const milliseconds = isInt(value) ? Number(value) : millisecondsOf(value);
  return milliseconds === undefined ? undefined : Math.max(0, milliseconds);
}

export const selectBuiltins: readonly Builtin[] = [
  select,
  selectBuiltin,
  selectList,
  selectTimeout,
  selectTry,
  channelSelect,
];
