import { describe, expect, it } from "vitest";
import { type StopSignal, StopSource } from "./stop-signal.ts";

describe("StopSource", () => {
  it("tells each listener once, and keeps the first reason", () => {
    const source = new StopSource();
    const heard: unknown[] = [];
    source.addEventListener("abort", () => heard.push(source.reason));
    expect(source.aborted).toBe(false);
    source.abort("first");
    source.abort("second");
    expect(heard).toEqual(["first"]);
    expect(source.reason).toBe("first");
    expect(source.aborted).toBe(true);
  });

  it("does not tell who has left, or comes too late", () => {
    const source = new StopSource();
    const heard: string[] = [];
    const left = (): void => void heard.push("left");
    source.addEventListener("abort", left);
    source.removeEventListener("abort", left);
    source.abort(undefined);
    source.addEventListener("abort", () => heard.push("late"));
    expect(heard).toEqual([]);
  });

  it("is what a real signal is as well", () => {
    const controller = new AbortController();
    const signal: StopSignal = controller.signal;
    let reason: unknown;
    signal.addEventListener("abort", () => (reason = signal.reason), { once: true });
    controller.abort("over");
    expect(reason).toBe("over");
  });
});
