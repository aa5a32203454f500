import { describe, expect, it } from "vitest";
import type { FunctionCode } from "../../bytecode/index.ts";
import { Source } from "../../text/index.ts";
import { CodeMarks, linesBefore } from "../../vm/index.ts";
import type { EngineProfile } from "./engine-profile.ts";
import { profileText } from "./profile-text.ts";
import { programProfile } from "./program-profile.ts";
import { cpuProfileFaults } from "./testing/cpu-profile-faults.ts";
import { viewerFile } from "./viewer-file.ts";

const source = new Source("src/work.harn", "fn outer() {\n  a()\n  b()\n}\nfn inner() {\n  c()\n}\n");

/** Instructions stand at the offsets 0 and 10, on the second and third line of the function. */
function code(name: string, start: number, lines: readonly [first: number, second: number]): FunctionCode {
  const places = [0, lines[0], lines[0], 10, lines[1], lines[1]];
  return {
    name,
    form: "function",
    span: { start, end: start },
    places: Int32Array.from(places),
    module: { source },
  } as unknown as FunctionCode;
}

const outer = code("outer", 0, [source.text.indexOf("a()"), source.text.indexOf("b()")]);
const inner = code("inner", source.text.indexOf("fn inner"), [source.text.indexOf("c()"), source.text.indexOf("c()")]);

type EngineNode = EngineProfile["nodes"][number];

function node(
  id: number,
  name: string,
  url: string,
  children: number[],
  ticks: [line: number, ticks: number][] = [],
): EngineNode {
  return {
    id,
    callFrame: { functionName: name, scriptId: "1", url, lineNumber: 0, columnNumber: 0 },
    children,
    positionTicks: ticks.map(([line, count]) => ({ line, ticks: count })),
  };
}

/** Each sample stands for a millisecond. */
function engineProfile(nodes: EngineNode[], samples: number[]): EngineProfile {
  return { nodes, samples, timeDeltas: samples.map(() => 1000), startTime: 0, endTime: samples.length * 1000 };
}

describe("programProfile", () => {
  const marks = new CodeMarks();
  const interpreted = marks.add({ code: outer, form: "frame", offsets: [] });
  const entered = marks.add({ code: outer, form: "entry", offsets: [-1, 0, 10] });
  const builtin = marks.add({ code: outer, form: "site", offsets: [10], callee: "sort" });
  const compiled = marks.add({ code: inner, form: "call", offsets: [0] });
  const first = linesBefore + 1;
  const nodes = [
    node(1, "(root)", "", [2, 3, 4]),
    node(2, "(idle)", "", []),
    node(3, "(garbage collector)", "", []),
    node(4, "main", "node:internal", [5]),
    node(5, "run", interpreted, [6]),
    node(6, "execute", "file:///harn.cjs", [7]),
    node(
      7,
      "resumed",
      entered,
      [8],
      [
        [first + 1, 1],
        [first + 2, 1],
      ],
    ),
    node(8, "site", builtin, [9]),
    node(9, "sortInPlace", "file:///harn.cjs", [10]),
    node(10, "compiled", compiled, [11], [[first, 1]]),
    node(11, "compiled", compiled, [], [[first, 1]]),
  ];
  const profile = programProfile(engineProfile(nodes, [2, 3, 4, 6, 7, 7, 9, 10, 11]), marks);
  const [, , , top] = profile.root.children;

  it("puts what runs under the function of the program that called it", () => {
    expect([profile.idle.self, profile.garbage.self, profile.runtime.self]).toEqual([1000, 1000, 1000]);
    // One call, whichever tier its frames are of.
    expect([top?.name, top?.self, top?.children.map(({ name }) => name)]).toEqual(["outer", 3000, ["sort"]]);
    const sort = top?.children[0];
    expect([sort?.self, sort?.children[0]?.name, sort?.children[0]?.self]).toEqual([1000, "inner", 1000]);
  });

  it("tells lines where code is compiled, and the line that calls a builtin", () => {
    expect([...(top?.lines ?? [])]).toEqual([
      [2, 1000],
      [3, 2000],
    ]);
  });

  it("counts a function once however often it is on the stack", () => {
    const text = profileText(profile);
    expect(text).toContain(
      "profile: 6.0 ms in the program, 1.0 ms in the runtime around it, 1.0 ms collecting garbage",
    );
    expect(text).toMatch(/3\.0 ms +50\.0% +6\.0 ms 100\.0% {2}outer {2}src\/work\.harn:1\n/);
    expect(text).toMatch(/2\.0 ms +33\.3% +2\.0 ms +33\.3% {2}inner {2}src\/work\.harn:5\n/);
    expect(text).toMatch(/2\.0 ms +33\.3% {2}src\/work\.harn:3 {2}b\(\)\n/);
  });

  it("makes a file that viewers open", () => {
    const text = viewerFile(profile, "/project");
    expect(cpuProfileFaults(text)).toEqual([]);
    const file = JSON.parse(text) as { nodes: { callFrame: { functionName: string } }[]; samples: number[] };
    expect(file.samples).toHaveLength(9);
    expect(file.nodes.find(({ callFrame }) => callFrame.functionName === "inner")?.callFrame).toMatchObject({
      url: "file:///project/src/work.harn",
      lineNumber: 4,
    });
  });

  it("is told from a file that they do not open", () => {
    const broken = (change: (file: { nodes: { id: number; children: number[] }[]; timeDeltas: number[] }) => void) => {
      const file = JSON.parse(viewerFile(profile, "/project"));
      change(file);
      return cpuProfileFaults(JSON.stringify(file));
    };
    expect(broken(({ timeDeltas }) => timeDeltas.pop())).toEqual(["samples and times differ in number"]);
    expect(broken(({ timeDeltas }) => (timeDeltas[0] = -1))).toEqual(["a time that is no count of microseconds"]);
    expect(broken(({ nodes }) => nodes[0]?.children.push(99))).toEqual(["node 1 has a child 99 that is not there"]);
    expect(broken(({ nodes }) => nodes[0]?.children.pop())).toEqual(["a node that the root does not reach"]);
  });

  it("has little to say of a program that did nothing", () => {
    expect(profileText(programProfile(engineProfile([node(1, "(root)", "", [])], []), new CodeMarks()))).toBe(
      "\nprofile: 0.0 ms in the program, 0.0 ms in the runtime around it, 0.0 ms collecting garbage, 0.0 ms waiting\n",
    );
  });
});
