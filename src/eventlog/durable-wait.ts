import type { CallContext } from "../builtin/index.ts";
import type { EventLog } from "./contract.ts";
import type { LogEvent } from "./event.ts";
import type { Subscription } from "./subscription.ts";
import type { Topic } from "./topic.ts";

export type WaitEnd<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "timed_out" }
  | { readonly kind: "interrupted" };

export interface DurableWait<T> {
  readonly log: EventLog;
  /** Looks again whenever one of them gets an event. */
  readonly topics: readonly Topic[];
  /** Milliseconds; absent: for ever. */
  readonly timeoutMs: number | undefined;
  look(): Promise<T | undefined>;
}

/** Another process may write what is waited for, and tells nobody here: how often to look then, in milliseconds. */
const lookAgainMs = 100;

/** Waits until `look` finds something, the time is up, or the task is told to stop. */
export async function waitDurably<T>(context: CallContext, wait: DurableWait<T>): Promise<WaitEnd<T>> {
  const { clock } = context.host;
  const deadline = wait.timeoutMs === undefined ? undefined : clock.monotonic() + wait.timeoutMs;
  // Subscribed before the first look, so that nothing falls between the two.
  const subscriptions = await Promise.all(wait.topics.map((topic) => subscribeFromNow(wait.log, topic)));
  try {
    for (;;) {
      const value = await wait.look();
      if (value !== undefined) return { kind: "found", value };
      if (context.signal.aborted) return { kind: "interrupted" };
      const left = deadline === undefined ? lookAgainMs : deadline - clock.monotonic();
      if (left <= 0) return { kind: "timed_out" };
      await nextWake(context, subscriptions, Math.min(left, lookAgainMs));
    }
  } finally {
    for (const subscription of subscriptions) subscription.close();
  }
}

export async function subscribeFromNow(log: EventLog, topic: Topic): Promise<Subscription> {
  return log.subscribe(topic, { after: (await log.latest(topic)) ?? 0 });
}

/** Resolves at the next event of any of the topics, with it, after the given time, or when the task is told to stop. */
export function nextWake(
  context: CallContext,
  subscriptions: readonly Subscription[],
  milliseconds: number,
): Promise<LogEvent | undefined> {
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = [];
    const finish = (take: () => LogEvent | undefined): void => {
      for (const stop of stops.splice(0)) stop();
      try {
        resolve(take());
      } catch (error) {
        reject(error);
      }
    };
    const nothing = (): undefined => undefined;
    const onAbort = (): void => finish(nothing);
    stops.push(context.host.clock.schedule(milliseconds, () => finish(nothing)));
    context.signal.addEventListener("abort", onAbort, { once: true });
    stops.push(() => context.signal.removeEventListener("abort", onAbort));
    for (const subscription of subscriptions) {
      if (!subscription.isEnded) stops.push(subscription.whenReady(() => finish(() => subscription.poll())));
    }
  });
}
