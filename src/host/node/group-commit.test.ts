import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GroupCommit } from "./group-commit.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "setImmediate"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A program that never waits and writes every ten milliseconds, on a disk whose commits take that long. */
function commitsWithin(milliseconds: number, commitTakes: number): number {
  let commits = 0;
  const group = new GroupCommit({
    category: "sqlite",
    location: "events.sqlite",
    begin: () => {},
    commit: () => {
      commits++;
      advance(commitTakes);
    },
    rollback: () => {},
    failed: () => {},
  });
  for (const end = Date.now() + milliseconds; Date.now() < end; advance(10)) group.begin();
  group.close();
  return commits;
}

let elapsed = 0;
function advance(milliseconds: number): void {
  elapsed += milliseconds;
}

beforeEach(() => {
  elapsed = 0;
  vi.spyOn(Date, "now").mockImplementation(() => elapsed);
});

test("commits in between for a program that never waits, ten times a second on a fast disk", () => {
  expect(commitsWithin(1000, 0)).toBe(10);
});

test("commits less often on a slow disk, so that the program keeps most of its time, but at least once a second", () => {
  expect(commitsWithin(4000, 25)).toBeLessThan(12);
  expect(commitsWithin(4000, 25)).toBeGreaterThan(6);
  expect(commitsWithin(4000, 500)).toBeGreaterThanOrEqual(3);
});
