import {
  type Answer,
  type ConsumerId,
  type EventInput,
  type EventLog,
  encodePayload,
  type LogDescription,
  type LogEvent,
  type Subscription,
  type Topic,
} from "../../eventlog/index.ts";
import type { EffectJournal } from "./effect-journal.ts";

const repeatable = { isRepeatable: true } as const;

/**
 * An event log as a program sees it whose effects are recorded or read back. A replay opens no log. A run that is resumed
 * opens its own again, and puts back what the journal knows of and the log has lost.
 */
export function journaledLog(open: () => EventLog, journal: EffectJournal): EventLog {
  let log: EventLog | undefined;
  const real = (): EventLog => {
    if (log === undefined) {
      log = open();
      // Else the log would know of appends that a run which is resumed makes again.
      log.beforeCommit?.(() => journal.handOver());
    }
    return log;
  };
  const { durability } = journal.read("log.open", [], () => ({ durability: real().durability }));
  // Backends answer at once or later, each always in one way, which a recording tells.
  const ask = <T>(
    operation: string,
    args: readonly unknown[],
    perform: () => Answer<T>,
    recheck?: (recorded: T) => void,
  ): Answer<T> => {
    let pending: Promise<T> | undefined;
    const begin = (): { readonly answer?: T } => {
      const answer = perform();
      if (!(answer instanceof Promise)) return { answer };
      pending = answer;
      return {};
    };
    const first =
      recheck === undefined
        ? journal.read(operation, args, begin)
        : journal.append(operation, args, begin, (recorded) => {
            if ("answer" in recorded) recheck(recorded.answer as T);
          });
    if ("answer" in first) return first.answer as T;
    return journal.later(`${operation}.answer`, [], async () => (await (pending ?? perform())) as T, repeatable);
  };
  return {
    durability,
    append: (topic, event) =>
      journal.append(
        "log.append",
        [topic, ...asked(event)],
        () => real().append(topic, event),
        (id) => putBack(real(), topic, event, id),
      ),
    appendIdempotent: (topic, header, value, event) =>
      ask(
        "log.appendIdempotent",
        [topic, header, value, ...asked(event)],
        () => real().appendIdempotent(topic, header, value, event),
        ({ event: { occurredAtMs } }) => real().appendIdempotent(topic, header, value, { ...event, occurredAtMs }),
      ),
    get isDurable() {
      return log?.isDurable ?? true;
    },
    durable: () => journal.later("log.durable", [], () => real().durable(), repeatable),
    durableNow: () => log?.durableNow(),
    readRange: (topic, after, limit) =>
      ask("log.readRange", [topic, after, limit], () => real().readRange(topic, after, limit)),
    latest: (topic) => ask("log.latest", [topic], () => real().latest(topic)),
    subscribe: (topic, options = {}) => {
      const { signal: _signal, ...named } = options;
      let subscription: Subscription | undefined;
      journal.read("log.subscribe", [topic, named], () => {
        subscription = real().subscribe(topic, options);
        return null;
      });
      // A run that is resumed reads on behind what it has read.
      let last = options.after;
      const seen = (event: LogEvent | undefined): LogEvent | undefined => {
        last = event?.id ?? last;
        return event;
      };
      return journaledSubscription(
        () => {
          subscription ??= real().subscribe(topic, { ...options, ...(last === undefined ? {} : { after: last }) });
          return subscription;
        },
        seen,
        journal,
      );
    },
    ack: (topic, consumer, upTo) =>
      journal.append(
        "log.ack",
        [topic, consumer, upTo],
        () => real().ack(topic, consumer, upTo),
        () => ackAgain(real(), topic, consumer, upTo),
      ),
    consumerCursor: (topic, consumer) =>
      ask("log.consumerCursor", [topic, consumer], () => real().consumerCursor(topic, consumer)),
    compact: (topic, before) => ask("log.compact", [topic, before], () => real().compact(topic, before)),
    topics: () => ask("log.topics", [], () => real().topics()),
    describe: () => ask<LogDescription>("log.describe", [], () => real().describe()),
    flush: () => journal.later("log.flush", [], () => real().flush(), repeatable),
    close: async () => {
      await log?.close();
    },
  };
}

function asked({ kind, payload, headers, occurredAtMs }: EventInput): readonly unknown[] {
  return [kind, encodePayload(payload), headers, occurredAtMs];
}

/** The journal reached the disk before the log did, and the log was killed in between. */
function putBack(log: EventLog, topic: Topic, event: EventInput, id: number): void {
  const found = log.readRange(topic, id - 1, 1);
  if (found instanceof Promise) return;
  const [kept] = found;
  if (kept?.id === id && kept.kind === event.kind && kept.payloadText === encodePayload(event.payload)) return;
  const latest = log.latest(topic);
  // What is gone though later events are there was compacted away, and is to stay away.
  if (kept === undefined && typeof latest === "number" && latest >= id) return;
  log.append(topic, event);
}

function ackAgain(log: EventLog, topic: Topic, consumer: ConsumerId, upTo: number): void {
  const cursor = log.consumerCursor(topic, consumer);
  if (cursor instanceof Promise || (cursor ?? 0) >= upTo) return;
  log.ack(topic, consumer, upTo);
}

function journaledSubscription(
  real: () => Subscription,
  seen: (event: LogEvent | undefined) => LogEvent | undefined,
  journal: EffectJournal,
): Subscription {
  const done = { done: true, value: undefined } as const;
  const close = (): void => journal.read("subscription.close", [], () => real().close());
  return {
    get isEnded() {
      return journal.read("subscription.isEnded", [], () => real().isEnded);
    },
    poll: () => seen(journal.read("subscription.poll", [], () => real().poll())),
    whenReady: (callback) => journal.callback("subscription.whenReady", [], callback, (fire) => real().whenReady(fire)),
    async next() {
      const event = await journal.later("subscription.next", [], async () => (await real().next()).value, repeatable);
      return event === undefined ? done : { done: false, value: seen(event) as LogEvent };
    },
    async return() {
      close();
      return done;
    },
    close,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
