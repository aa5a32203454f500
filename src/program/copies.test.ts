import { afterEach, describe, expect, test, vi } from "vitest";
import { unguarded } from "../builtin/index.ts";
import { memoryHost } from "../host/testing/index.ts";
import { memoryReader } from "../modules/index.ts";
import { DictValue, ListValue, SetValue, StructValue } from "../value/index.ts";
import { type Compiling, Machine } from "../vm/index.ts";
import { standardCatalog } from "./catalog.ts";
import { compileProgram } from "./compile-program.ts";

afterEach(() => vi.restoreAllMocks());

const declarations = `struct Box { items: list, count: int }
impl Box { fn size(self) { return self.count } }
fn pushed(xs, x) { return xs.push(x) }
fn joined(xs, x) { return xs + [x] }
fn written(xs, at, x) { var ys = xs
  ys[at] = x
  return ys }
fn twice(xs, at, x) { return written(written(xs, at, 0), at, x) }
fn put(d, key, x) { var e = d
  e[key] = x
  return e }
fn counted(box, x) { var b = box
  b.items[x % 10] = x
  b.count = b.count + 1
  return b }
fn early(xs, at) { if at % 2 == 0 { return xs }
  var ys = xs
  ys[at] = at
  return ys }
fn rest(xs, at) { if at == 0 { return xs }
  var ys = xs
  ys[at - 1] = at
  return rest(ys, at - 1) }
fn kept(xs, at) { var ys = xs
  try { ys[at] = at } catch (e) { throw e }
  return ys }
fn zeros(n) { return range(n).to_list() }
`;

/** `N` stands for the size: each does N small changes to one collection. */
const idioms: Readonly<Record<string, string>> = {
  "xs = xs.push(x)": "var xs = []\nfor i in 1 to N { xs = xs.push(i) }\nlen(xs)",
  "acc = acc + [x]": "var acc = []\nfor i in 1 to N { acc = acc + [i] }\nlen(acc)",
  "xs[i] = v": "var xs = zeros(N)\nfor i in 0 to N exclusive { xs[i] = i + 1 }\nlen(xs)",
  "d[k] = v": 'var d = {}\nfor i in 1 to N { d["k${i}"] = i }\nlen(d.keys())',
  "d.k = v": "var d = {k: 0, items: zeros(N)}\nfor i in 1 to N { d.k = d.k + i }\nd.k",
  "d.items[i] = v": "var d = {items: zeros(N)}\nfor i in 0 to N exclusive { d.items[i] = 1 }\nlen(d.items)",
  "box.items[i] = v":
    "var b = Box { items: zeros(N), count: 0 }\nfor i in 0 to N exclusive { b.items[i] = 1 }\nb.size()",
  "b.items = b.items.push(x)":
    "var b = Box { items: [], count: 0 }\nfor i in 1 to N { b.items = b.items.push(i) }\nlen(b.items)",
  "grid[i][j] = v": "var g = [zeros(N), zeros(N)]\nfor i in 0 to N exclusive { g[i % 2][i] = 1 }\nlen(g)",
  "pushed through a parameter": "var xs = []\nfor i in 1 to N { xs = pushed(xs, i) }\nlen(xs)",
  "joined through a parameter": "var xs = []\nfor i in 1 to N { xs = joined(xs, i) }\nlen(xs)",
  "written through a parameter": "var xs = zeros(N)\nfor i in 0 to N exclusive { xs = written(xs, i, 1) }\nlen(xs)",
  "written through two calls": "var xs = zeros(N)\nfor i in 0 to N exclusive { xs = twice(xs, i, 1) }\nlen(xs)",
  "written, or given back": "var xs = zeros(N)\nfor i in 0 to N exclusive { xs = early(xs, i) }\nlen(xs)",
  "written in a tail call": "fn main() { return rest(zeros(N), N) }\nlen(main())",
  "written under a handler": "var xs = zeros(N)\nfor i in 0 to N exclusive { xs = kept(xs, i) }\nlen(xs)",
  "dict through a parameter": 'var d = {}\nfor i in 1 to N { d = put(d, "k${i}", i) }\nlen(d.keys())',
  "struct through a parameter":
    "var b = Box { items: zeros(N), count: 0 }\nfor i in 1 to N { b = counted(b, i) }\nb.count",
  "captured by a closure": "var xs = []\nfor i in 1 to N { let f = { x -> xs.push(x) }\nxs = f(i) }\nlen(xs)",
  "given to a closure":
    "var xs = zeros(N)\nlet f = { ys, i -> written(ys, i, 1) }\nfor i in 0 to N exclusive { xs = f(xs, i) }\nlen(xs)",
  "set = set.add(x)": "var s = set()\nfor i in 1 to N { s = s.add(i) }\nlen(s)",
};

/** How many elements a program copies, whatever it copies them for. */
async function copied(body: string, size: number, compiling: Compiling): Promise<number> {
  let elements = 0;
  const counted = <T extends { readonly size: number }>(copy: (this: T) => T) =>
    function (this: T): T {
      elements += this.size;
      return copy.call(this);
    };
  const ofList = counted(ListValue.prototype.copy);
  vi.spyOn(ListValue.prototype, "copy").mockImplementation(ofList);
  const ofDict = counted(DictValue.prototype.copy);
  vi.spyOn(DictValue.prototype, "copy").mockImplementation(ofDict);
  const ofStruct = counted(StructValue.prototype.copy);
  vi.spyOn(StructValue.prototype, "copy").mockImplementation(ofStruct);
  const ofSet = counted(SetValue.prototype.copy);
  vi.spyOn(SetValue.prototype, "copy").mockImplementation(ofSet);
  const { toArray } = ListValue.prototype;
  vi.spyOn(ListValue.prototype, "toArray").mockImplementation(function (this: ListValue) {
    elements += this.size;
    return toArray.call(this);
  });
  const text = `${declarations}pipeline main() {\n${body.replaceAll("N", String(size))}\n}\n`;
  const program = compileProgram(
    { path: "main.harn", text },
    { reader: memoryReader({}), catalog: standardCatalog, checks: false },
  );
  const machine = new Machine({
    catalog: standardCatalog,
    host: memoryHost(),
    boundary: unguarded,
    services: new Map(),
    write: () => {},
    compiling,
  });
  const module = await machine.load(program.modules);
  const [pipeline] = [...module.code.pipelines.values()];
  await machine.runRoot(module, module.code.initialize);
  const result = await machine.runRoot(module, pipeline as never);
  vi.restoreAllMocks();
  expect(typeof result).toBe("number");
  return elements;
}

describe.each(["never", "always"] as const)("changing a collection, compiled %s", (compiling) => {
  test.each(Object.entries(idioms))("%s copies no more than its elements", async (_name, body) => {
    const [small, large] = [await copied(body, 100, compiling), await copied(body, 1000, compiling)];
    expect(small).toBeLessThanOrEqual(500);
    expect(large).toBeLessThanOrEqual(5000);
  });
});
