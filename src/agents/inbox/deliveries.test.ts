import { expect, test } from "vitest";
import { Deliveries, deliveryMode, pendingDict } from "./deliveries.ts";

const user = (id: string, mode: "interrupt_immediate" | "finish_step" | "audit_only") =>
  ({ kind: "user", id, mode, content: id }) as const;

test("what waits is taken in its order, by mode, once", () => {
  const deliveries = new Deliveries();
  deliveries.push("s", user("a", "finish_step"));
  deliveries.push("s", user("b", "interrupt_immediate"));
  deliveries.push("s", user("c", "audit_only"));
  deliveries.push("s", user("d", "finish_step"));
  const ids = (...modes: Parameters<Deliveries["take"]>[1]) => deliveries.take("s", modes).map(({ id }) => id);
  expect(ids("interrupt_immediate")).toEqual(["b"]);
  expect(ids("interrupt_immediate", "finish_step")).toEqual(["a", "d"]);
  expect(ids("finish_step")).toEqual([]);
  expect(deliveries.pending("s").map(({ id }) => id)).toEqual(["c"]);
  expect(deliveries.take("other", ["finish_step"])).toEqual([]);
});

test("what nobody took can be revoked, once; a session that ended remembers nothing", () => {
  const deliveries = new Deliveries();
  for (const id of ["a", "b"]) deliveries.push("s", user(id, "finish_step"));
  expect(deliveries.revoke("s", "a")).toBe("revoked");
  expect(deliveries.revoke("s", "a")).toBe("already_revoked");
  deliveries.take("s", ["finish_step"]);
  expect(deliveries.revoke("s", "b")).toBe("already_delivered");
  expect(deliveries.revoke("s", "c")).toBe("unknown");
  deliveries.clear("s");
  expect(deliveries.revoke("s", "b")).toBe("unknown");
});

test("modes have a second name each, and rows say what they are", () => {
  expect(["interrupt", "after_current_operation", "later"].map(deliveryMode)).toEqual([
    "interrupt_immediate",
    "finish_step",
    undefined,
  ]);
  const row = pendingDict([user("a", "finish_step")]);
  expect(row.get("pendingCount")).toBe(1);
});
