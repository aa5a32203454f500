import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../host/testing/index.ts";
import type { InboxEntry } from "./entry.ts";
import { Inbox } from "./inbox.ts";

type Step =
  | { readonly kind: "push" | "drain" | "drain-even" | "requeue" | "clear"; readonly session: string }
  | { readonly kind: "wait"; readonly session: string; readonly time: number }
  | { readonly kind: "advance"; readonly time: number }
  | { readonly kind: "settle" };

const session = fc.constantFrom("a", "b");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("push" as const), session }) },
  fc.record({ kind: fc.constantFrom("drain" as const, "drain-even" as const, "requeue" as const), session }),
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const), session }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), session, time: fc.nat(40) }) },
  fc.record({ kind: fc.constant("advance" as const), time: fc.nat(20) }),
  { weight: 3, arbitrary: fc.constant<Step>({ kind: "settle" }) },
);

interface Waiter {
  readonly session: string;
  readonly deadline: number;
  result: boolean | undefined;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

/** The inbox beside a plain model of it: lists, and the rule that a settled waiter is woken, late, or at its deadline. */
class Run {
  readonly clock = new VirtualClock(0);
  readonly inbox = new Inbox(() => this.clock.now());
  readonly #queued: Record<string, number[]> = { a: [], b: [] };
  readonly #issued: Record<string, number> = { a: 0, b: 0 };
  readonly #waiters: Waiter[] = [];
  #taken: InboxEntry[] = [];
  #hasRequeued = false;
  readonly #ended: Promise<unknown>[] = [];

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case "push": {
        const number = (this.#issued[step.session] ?? 0) + 1;
        this.#issued[step.session] = number;
        this.#queue(step.session).push(number);
        this.inbox.push(step.session, "k", String(number), "t");
        return;
      }
      case "drain":
        return this.#take(step.session, this.inbox.drain(step.session), () => true);
      case "drain-even": {
        const isEven = (number: number): boolean => number % 2 === 0;
        return this.#take(
          step.session,
          this.inbox.drainWhere(step.session, ({ sequence }) => isEven(sequence)),
          isEven,
        );
      }
      case "requeue": {
        this.#hasRequeued ||= this.#taken.length > 0;
        for (const entry of this.#taken.reverse()) {
          this.inbox.requeueFront(entry);
          this.#queue(entry.session_id).unshift(entry.sequence);
        }
        this.#taken = [];
        return;
      }
      case "clear":
        this.inbox.clear(step.session);
        this.#queue(step.session).length = 0;
        this.#issued[step.session] = 0;
        this.#taken = this.#taken.filter((entry) => entry.session_id !== step.session);
        return;
      case "wait":
        return this.#wait(step.session, step.time);
      case "advance":
        this.clock.advance(step.time);
        return;
      case "settle":
        await this.#settle();
        return this.check();
    }
  }

  /** A deadline of this very moment passes with the clock's next turn. */
  #settle(): Promise<void> {
    this.clock.advance(0);
    return settle();
  }

  /** Nobody sleeps who was to be woken, and nobody sleeps past the deadline. */
  check(): void {
    for (const name of ["a", "b"])
      expect(this.inbox.snapshot(name).map(({ sequence }) => sequence)).toEqual(this.#queue(name));
    for (const waiter of this.#waiters) {
      if (this.clock.now() >= waiter.deadline) expect(waiter.result).toBeDefined();
      // What is put back wakes nobody; all else does.
      if (!this.#hasRequeued && this.#queue(waiter.session).length > 0) expect(waiter.result).toBeDefined();
    }
  }

  /** Whoever still waits is woken by the next push, each of them. */
  async finish(): Promise<void> {
    await this.#settle();
    this.check();
    const parked = this.#waiters.filter(({ result }) => result === undefined);
    for (const name of ["a", "b"]) this.inbox.push(name, "k", "last", "t");
    await settle();
    expect(parked.every(({ result }) => result === true)).toBe(true);
    await Promise.all(this.#ended);
    expect(this.clock.pending).toBe(0);
  }

  #queue(name: string): number[] {
    return this.#queued[name] ?? [];
  }

  #take(name: string, taken: readonly InboxEntry[], matches: (number: number) => boolean): void {
    const queue = this.#queue(name);
    expect(taken.map(({ sequence }) => sequence)).toEqual(queue.filter(matches));
    this.#queued[name] = queue.filter((number) => !matches(number));
    this.#taken = [...taken];
  }

  #wait(name: string, time: number): void {
    const waiter: Waiter = { session: name, deadline: this.clock.now() + time, result: undefined };
    this.#waiters.push(waiter);
    this.#ended.push(
      this.inbox.wait(name, time, this.clock).then((result) => {
        waiter.result = result;
        // A timeout is never early.
        if (!result) expect(this.clock.now()).toBeGreaterThanOrEqual(waiter.deadline);
      }),
    );
  }
}

describe("an inbox, whatever happens in whatever order,", () => {
  it("keeps order and numbers, and loses no wake-up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const run = new Run();
        for (const each of steps) await run.step(each);
        await run.finish();
      }),
      { numRuns: 300 },
    );
  });
});
