import { expect, test } from "vitest";
import { DictValue } from "../../value/index.ts";
import type { ModelRequest } from "../model.ts";
import { InFlightCalls } from "./in-flight.ts";

function request(...roles: readonly string[]): ModelRequest {
  const messages = roles.map((role) => DictValue.of({ role, content: "text" }));
  return { model: "mock-1", messages } as unknown as ModelRequest;
}

test("a call is listed until it ends, however it does", async () => {
  const calls = new InFlightCalls();
  let finish: (answer: string) => void = () => {};
  const first = calls.during(
    { id: "a", startedAt: 5 },
    request("user", "tool"),
    () => new Promise<string>((resolve) => (finish = resolve)),
  );
  const second = calls.during({ id: "b", startedAt: 6 }, request(), () => Promise.reject(new Error("cut off")));
  expect(calls.list()).toEqual([
    { id: "a", model: "mock-1", role: "tool", startedAt: 5 },
    { id: "b", model: "mock-1", role: "user", startedAt: 6 },
  ]);
  await expect(second).rejects.toThrow("cut off");
  expect(calls.list().map(({ id }) => id)).toEqual(["a"]);
  finish("answer");
  expect(await first).toBe("answer");
  expect(calls.list()).toEqual([]);
});
