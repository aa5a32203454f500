import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../host/testing/index.ts";
import { RateLimiter } from "./rate-limiter.ts";

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("a rate limit", () => {
  it("lets so many through in any minute, and the others when the oldest is a minute old", async () => {
    const clock = new VirtualClock(1000);
    const limiter = new RateLimiter(clock);
    limiter.setLimit("p", 2);
    const { signal } = new AbortController();
    const admitted: number[] = [];
    const ask = (): void => void limiter.admit("p", signal).then(() => admitted.push(clock.now()));
    ask();
    clock.advance(10_000);
    ask();
    ask();
    ask();
    await settle();
    expect(admitted).toHaveLength(2);
    clock.advance(49_999);
    await settle();
    expect(admitted).toHaveLength(2);
    clock.advance(1);
    await settle();
    expect(admitted).toHaveLength(3);
    clock.advance(10_000);
    await settle();
    expect(admitted).toEqual([11_000, 11_000, 61_000, 71_000].slice(0, admitted.length));
  });

  it("holds nobody without a limit, and ends a wait when its caller gives up", async () => {
    const clock = new VirtualClock(0);
    const limiter = new RateLimiter(clock);
    const controller = new AbortController();
    await limiter.admit("p", controller.signal);
    limiter.setLimit("p", 1);
    await limiter.admit("p", controller.signal);
    const waiting = limiter.admit("p", controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ kind: "cancelled" });
    expect(clock.pending).toBe(0);
    limiter.setLimit("p", 0);
    await limiter.admit("p", new AbortController().signal);
    expect(limiter.limit("p")).toBeUndefined();
  });
});
