import type { EventLog } from "../contract.ts";
import { MemoryEventLog } from "../memory-log.ts";

/** A log whose commits come when the test says so. */
export interface DelayedLog {
  readonly log: EventLog;
  /** Commits what is there, and from now on whatever comes at once; or fails for good. */
  settle(failure?: Error): void;
  /** How many wait for a commit. */
  readonly waiting: number;
}

export function delayedLog(options: { readonly onSyncNow?: () => void } = {}): DelayedLog {
  const memory = new MemoryEventLog({ now: () => 0 });
  let isPending = false;
  let isDelayed = true;
  let failed: Error | undefined;
  const waiters: { resolve(): void; reject(error: Error): void }[] = [];
  const changing = <T>(change: () => T): T => {
    isPending = isDelayed;
    return change();
  };
  const log: EventLog = {
    durability: "power_loss",
    get isDurable() {
      return !isPending && failed === undefined;
    },
    durable() {
      if (failed !== undefined) return Promise.reject(failed);
      if (!isPending) return Promise.resolve();
      return new Promise((resolve, reject) => waiters.push({ resolve, reject }));
    },
    durableNow() {
      if (failed !== undefined) throw failed;
      options.onSyncNow?.();
      isPending = false;
    },
    append: (topic, event) => changing(() => memory.append(topic, event)),
    appendIdempotent: (topic, header, value, event) =>
      changing(() => memory.appendIdempotent(topic, header, value, event)),
    ack: (topic, consumer, upTo) => changing(() => memory.ack(topic, consumer, upTo)),
    readRange: (topic, after, limit) => memory.readRange(topic, after, limit),
    latest: (topic) => memory.latest(topic),
    subscribe: (topic, given) => memory.subscribe(topic, given),
    consumerCursor: (topic, consumer) => memory.consumerCursor(topic, consumer),
    compact: (topic, before) => memory.compact(topic, before),
    topics: () => memory.topics(),
    describe: () => memory.describe(),
    flush: () => log.durable(),
    close: () => memory.close(),
  };
  return {
    log,
    get waiting() {
      return waiters.length;
    },
    settle(failure) {
      isPending = false;
      isDelayed = false;
      failed = failure;
      for (const waiter of waiters.splice(0)) failure === undefined ? waiter.resolve() : waiter.reject(failure);
    },
  };
}
