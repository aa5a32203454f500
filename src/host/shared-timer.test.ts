import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SharedTimer } from "./shared-timer.ts";

const longestDelay = 2 ** 31 - 1;

/** A host with one timer at a time, whose clock moves when the test says so. */
class ManualHost {
  now = 0.25;
  armings = 0;
  #armed: { readonly at: number; readonly callback: () => void } | undefined;
  readonly timer = new SharedTimer(
    () => this.now,
    (milliseconds, callback) => {
      expect(this.#armed).toBeUndefined();
      expect(milliseconds).toBeGreaterThanOrEqual(1);
      expect(milliseconds).toBeLessThanOrEqual(longestDelay);
      this.armings++;
      // As Node's do: from the whole millisecond on, in whole ones.
      const armed = { at: Math.floor(this.now) + milliseconds, callback };
      this.#armed = armed;
      return () => {
        if (this.#armed === armed) this.#armed = undefined;
      };
    },
  );

  get isArmed(): boolean {
    return this.#armed !== undefined;
  }

  /** Moves on to when the host's timer fires, and fires it. */
  async turn(lateBy = 0): Promise<void> {
    const armed = this.#armed;
    if (!armed) return;
    this.#armed = undefined;
    this.now = Math.max(this.now, armed.at + lateBy);
    try {
      armed.callback();
    } finally {
      // Behind all microtasks.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async runAll(): Promise<void> {
    while (this.isArmed) await this.turn();
  }
}

describe("a timer that many share", () => {
  it("fires by due time, then by age, and never early", async () => {
    const host = new ManualHost();
    const fired: string[] = [];
    const set = (name: string, milliseconds: number): void => {
      const began = host.now;
      host.timer.schedule(milliseconds, () => {
        expect(host.now - began).toBeGreaterThanOrEqual(milliseconds);
        fired.push(name);
      });
    };
    set("c", 20);
    set("a", 10);
    set("d", 20);
    set("b", 10);
    set("now", 0);
    await host.runAll();
    expect(fired).toEqual(["now", "a", "b", "c", "d"]);
  });

  it("wakes the host once for all that are due together", async () => {
    const host = new ManualHost();
    let fired = 0;
    for (let index = 0; index < 1000; index++) host.timer.schedule(50, () => fired++);
    await host.turn();
    expect([fired, host.armings, host.isArmed]).toEqual([1000, 1, false]);
  });

  it("keeps the host awake only while somebody waits", async () => {
    const host = new ManualHost();
    const cancels = [5, 10].map((milliseconds) => host.timer.schedule(milliseconds, () => {}));
    cancels[0]?.();
    expect(host.isArmed).toBe(true);
    cancels[1]?.();
    cancels[1]?.();
    expect(host.isArmed).toBe(false);
  });

  it("fires what comes later in time after the first was taken back", async () => {
    const host = new ManualHost();
    const fired: number[] = [];
    const cancel = host.timer.schedule(5, () => fired.push(5));
    host.timer.schedule(50, () => fired.push(50));
    cancel();
    await host.runAll();
    expect(fired).toEqual([50]);
  });

  it("takes what a callback sets and takes back", async () => {
    const host = new ManualHost();
    const fired: string[] = [];
    let cancelOther = (): void => {};
    host.timer.schedule(5, () => {
      fired.push("first");
      cancelOther();
      host.timer.schedule(0, () => fired.push("set inside"));
      host.timer.schedule(2, () => fired.push("set inside, later"));
    });
    cancelOther = host.timer.schedule(5, () => fired.push("taken back"));
    await host.turn();
    expect(fired).toEqual(["first"]);
    await host.runAll();
    expect(fired).toEqual(["first", "set inside", "set inside, later"]);
  });

  it("lets whoever was due earlier go on before what was due later, though the host comes late to both", async () => {
    const host = new ManualHost();
    const seen: string[] = [];
    host.timer.schedule(5, () => void Promise.resolve().then(() => seen.push("goes on, due at 5")));
    host.timer.schedule(5, () => seen.push("fires, due at 5"));
    host.timer.schedule(9, () => seen.push("fires, due at 9"));
    await host.turn(20);
    expect(seen).toEqual(["fires, due at 5", "goes on, due at 5", "fires, due at 9"]);
    expect(host.armings).toBe(1);
  });

  it("is kept from nothing by a callback that throws", async () => {
    const host = new ManualHost();
    const fired: string[] = [];
    host.timer.schedule(5, () => {
      throw new Error("a fault");
    });
    host.timer.schedule(5, () => fired.push("with it"));
    host.timer.schedule(9, () => fired.push("after it"));
    await expect(host.turn()).rejects.toThrow("a fault");
    await host.runAll();
    expect(fired).toEqual(["with it", "after it"]);
  });

  it("waits in several steps for what is far off", async () => {
    const host = new ManualHost();
    let firedAt = 0;
    host.timer.schedule(2.5 * longestDelay, () => {
      firedAt = host.now;
    });
    await host.runAll();
    expect(firedAt).toBeGreaterThanOrEqual(2.5 * longestDelay);
    expect(host.armings).toBe(3);
  });

  const action = fc.oneof(
    fc.record({ kind: fc.constant("set"), milliseconds: fc.nat(30), inside: fc.option(fc.nat(30)) }),
    fc.record({ kind: fc.constant("cancel"), milliseconds: fc.nat(200), inside: fc.constant(null) }),
    fc.record({ kind: fc.constant("turn"), milliseconds: fc.nat(7), inside: fc.constant(null) }),
    fc.record({ kind: fc.constant("wait"), milliseconds: fc.nat(4), inside: fc.constant(null) }),
  );

  it("does the same as a list that is searched, whatever is set, taken back and set by callbacks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 150 }), async (actions) => {
        const host = new ManualHost();
        const fired: number[] = [];
        const model: { name: number; due: number }[] = [];
        const cancels: (() => void)[] = [];
        const set = (milliseconds: number, inside: number | null): void => {
          const name = cancels.length;
          model.push({ name, due: Math.floor(host.now + milliseconds) + 1 });
          cancels.push(
            host.timer.schedule(milliseconds, () => {
              expect(name).toBe(next()?.name);
              expect(next()?.due).toBeLessThanOrEqual(host.now);
              forget(name);
              fired.push(name);
              if (inside !== null) set(inside, null);
            }),
          );
        };
        const next = (): { name: number; due: number } | undefined =>
          [...model].sort((a, b) => a.due - b.due || a.name - b.name)[0];
        const forget = (name: number): void => {
          const index = model.findIndex((one) => one.name === name);
          if (index >= 0) model.splice(index, 1);
        };
        for (const { kind, milliseconds, inside } of actions) {
          if (kind === "set") set(milliseconds, inside);
          else if (kind === "turn") await host.turn(milliseconds);
          else if (kind === "wait") host.now += milliseconds / 3;
          else {
            const name = milliseconds % Math.max(1, cancels.length);
            cancels[name]?.();
            forget(name);
          }
          expect(host.isArmed).toBe(model.length > 0);
        }
        await host.runAll();
        expect(model).toEqual([]);
        expect(new Set(fired).size).toBe(fired.length);
      }),
    );
  });
});
