import { expect, test } from "vitest";
import { consumerId, sanitizeTopicComponent, topic } from "./topic.ts";

test("event-log 1: topics hold ASCII letters, digits, points, dashes and underscores", () => {
  expect(topic("A.b_c-9")).toBe("A.b_c-9");
  expect(() => topic("")).toThrow("topic cannot be empty");
  for (const name of ["a/b", "a b", "é"])
    expect(() => topic(name)).toThrow(`topic '${name}' contains unsupported characters`);
});

test("event-log 2: sanitizing replaces each scalar once", () => {
  expect(sanitizeTopicComponent("sess/é 1")).toBe("sess___1");
  expect(sanitizeTopicComponent("😀")).toBe("_");
  expect(sanitizeTopicComponent("")).toBe("");
});

test("consumer ids are kept as they are, but not blank", () => {
  expect(consumerId(" a ")).toBe(" a ");
  expect(() => consumerId("  ")).toThrow("consumer id cannot be empty");
});
