import { type Builtin, declare, type Method, opt, req, t } from "../../builtin/index.ts";
import { isInt, runtimeError, thrown, type Value } from "../../value/index.ts";
import { Channel } from "./channel.ts";

const concurrency = declare("concurrency");

const defaultCapacity = 256;

const create: Builtin = concurrency({
  name: "channel",
  summary: "A queue between tasks that holds at most `capacity` messages.",
  params: [opt("name", t.string), opt("capacity", t.int)],
  returns: t.handle("channel"),
  effect: "task",
  examples: [['type_of(channel("jobs", 2))', "channel"]],
  run: (_context, name = "default", capacity = defaultCapacity) => {
    if (capacity < 1) throw runtimeError("channel: capacity must be >= 1");
    return new Channel(name, Number(capacity));
  },
});

/** The first argument of the lenient channel builtins. */
function expectChannel(builtin: string, value: Value | undefined): Channel {
  if (value === undefined) throw thrown(`${builtin}: requires a channel`);
  if (value instanceof Channel) return value;
  throw thrown(`${builtin}: first argument must be a channel`);
}

const send: Builtin = concurrency({
  name: "send",
  summary: "Put a message into a channel, waiting while it is full. False when the channel is closed.",
  params: [opt("channel", t.any), opt("value", t.any)],
  returns: t.bool,
  effect: "task",
  lenient: true,
  run: (context, channel, value) => {
    if (value === undefined) throw thrown("send: requires channel and value");
    return expectChannel("send", channel).send(context, value);
  },
});

const receive: Builtin = concurrency({
  name: "receive",
  summary: "Take the next message, waiting while there is none. Nil when the channel is closed and empty.",
  params: [opt("channel", t.any)],
  effect: "task",
  lenient: true,
  run: (context, channel) => expectChannel("receive", channel).receive(context),
});

const tryReceive: Builtin = concurrency({
  name: "try_receive",
  summary: "Take the next message if there is one, else nil.",
  params: [opt("channel", t.any)],
  effect: "task",
  lenient: true,
  run: (_context, channel) => expectChannel("try_receive", channel).tryReceive() ?? null,
});

const close: Builtin = concurrency({
  name: "close_channel",
  summary: "No more messages. Loops over the channel end once it is drained, and whoever waits at it goes on.",
  params: [req("channel", t.handle<Channel>("channel"))],
  returns: t.nil,
  effect: "task",
  run: (_context, channel) => {
    channel.close();
    return null;
  },
});

const isClosed: Builtin = concurrency({
  name: "channel_is_closed",
  summary: "Whether a channel takes no more messages.",
  params: [req("channel", t.handle<Channel>("channel"))],
  returns: t.bool,
  effect: "task",
  run: (_context, channel) => channel.isClosed,
});

/** `ch.iter()`. */
export const channelMethods: readonly Method<Channel>[] = [
  {
    name: "iter",
    summary: "A lazy iterator over the messages, until the channel is closed and drained.",
    params: [],
    run: (_context, self) => self.iterator(),
  },
];

export function capacityOf(value: Value | undefined, fallback: number): number {
  return isInt(value) ? Math.max(1, Number(value)) : fallback;
}

export const channelBuiltins: readonly Builtin[] = [create, send, receive, tryReceive, close, isClosed];
