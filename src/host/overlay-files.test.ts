import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HostError, type HostFiles } from "../builtin/index.ts";
import { OverlayFiles } from "./overlay-files.ts";
import { MemoryFiles } from "./testing/index.ts";

const start = { "a.txt": "a", "d/b.txt": "b", "d/e/c.txt": "c" };
const paths = ["a.txt", "d", "d/b.txt", "d/e", "d/e/c.txt", "n", "n/x.txt", "d/y.txt", "."];
const path = fc.constantFrom(...paths);

type Step = readonly [name: string, act: (files: HostFiles) => unknown];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(path, fc.constantFrom("", "one", "two"))
    .map(([at, text]): Step => [`write ${at}`, (files) => files.writeText(at, text)]),
  path.map((at): Step => [`append ${at}`, (files) => files.appendText(at, "+")]),
  path.map((at): Step => [`read ${at}`, (files) => files.readText(at)]),
  path.map((at): Step => [`exists ${at}`, (files) => files.exists(at)]),
  path.map((at): Step => [`kind ${at}`, (files) => files.stat(at, true).kind]),
  path.map(
    (at): Step => [
      `list ${at}`,
      (files) =>
        files
          .list(at)
          .map(({ kind, name }) => `${name} ${kind}`)
          .sort(),
    ],
  ),
  path.map((at): Step => [`mkdir ${at}`, (files) => files.makeFolder(at)]),
  path.filter((at) => at !== ".").map((at): Step => [`remove ${at}`, (files) => files.remove(at, { recursive: true })]),
  fc
    .tuple(fc.constantFrom("a.txt", "d/b.txt"), fc.constantFrom("a.txt", "d/y.txt", "n/x.txt"))
    .map(([from, to]): Step => [`copy ${from} ${to}`, (files) => files.copy(from, to)]),
  fc
    .tuple(fc.constantFrom("a.txt", "d/b.txt", "d/e"), fc.constantFrom("d/y.txt", "n"))
    .map(([from, to]): Step => [`rename ${from} ${to}`, (files) => files.rename(from, to)]),
);

/** What a step gave, or the code it failed with. */
function outcome(files: HostFiles, [, act]: Step): unknown {
  try {
    return act(files) ?? "done";
  } catch (error) {
    if (error instanceof HostError) return error.code;
    throw error;
  }
}

function contents(files: HostFiles, folder = "/desk"): Record<string, string> {
  return Object.fromEntries(
    files
      .list(folder)
      .flatMap(({ kind, name }) =>
        kind === "directory"
          ? Object.entries(contents(files, `${folder}/${name}`))
          : [[`${folder}/${name}`, files.readText(`${folder}/${name}`)]],
      )
      .sort(),
  );
}

describe("files in an overlay", () => {
  test("behave as the files underneath would, and leave those alone", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const under = new MemoryFiles(start);
        const before = contents(under);
        const overlay = new OverlayFiles(under, () => 0);
        const plain = new MemoryFiles(start);
        for (const one of steps) expect([one[0], outcome(overlay, one)]).toEqual([one[0], outcome(plain, one)]);
        expect(contents(overlay)).toEqual(contents(plain));
        expect(contents(under)).toEqual(before);
        const changed = new Map(overlay.changes().map(({ kind, path: at }) => [at, kind]));
        const after = contents(plain);
        for (const at of new Set([...Object.keys(before), ...Object.keys(after)])) {
          const expected =
            before[at] === after[at]
              ? undefined
              : before[at] === undefined
                ? "added"
                : after[at] === undefined
                  ? "deleted"
                  : "modified";
          expect([at, changed.get(at)]).toEqual([at, expected]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a folder that was removed and made again is empty", () => {
    const overlay = new OverlayFiles(new MemoryFiles(start), () => 7);
    overlay.remove("d", { recursive: true });
    overlay.makeFolder("d");
    expect(overlay.list("d")).toEqual([]);
    expect(overlay.changes().map(({ path: at }) => at)).toEqual(["/desk/d/b.txt", "/desk/d/e/c.txt"]);
  });

  test("temporary folders are of the overlay alone", () => {
    const under = new MemoryFiles();
    const overlay = new OverlayFiles(under, () => 0);
    const folder = overlay.makeTempFolder("x-");
    expect([overlay.exists(folder), under.exists(folder), overlay.makeTempFolder("x-") === folder]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
