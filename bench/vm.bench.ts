// Kernels of the interpreter (tier 0) beside the same work in JavaScript.
import { unguarded } from "../src/builtin/index.ts";
import { memoryHost } from "../src/host/testing/index.ts";
import { memoryReader } from "../src/modules/index.ts";
import { compileProgram, standardCatalog } from "../src/program/index.ts";
import { Machine } from "../src/vm/index.ts";
import { bench, type Pair } from "./harness.ts";

interface Kernel {
  readonly name: string;
  readonly harn: string;
  readonly js: () => unknown;
}

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

const kernels: readonly Kernel[] = [
  {
    name: "arithmetic",
    harn: "pipeline main() { var t = 0\n for i in 0 to 200000 { t = t + i * 3 - i % 7 }\n t }",
    js: () => {
      let t = 0;
      for (let i = 0; i <= 200_000; i++) t = t + i * 3 - (i % 7);
      return t;
    },
  },
  {
    name: "fib(24)",
    harn: "fn fib(n) { if n < 2 { return n }\n return fib(n - 1) + fib(n - 2) }\npipeline main() { fib(24) }",
    js: () => fib(24),
  },
  {
    name: "closure call",
    harn: "pipeline main() { let f = { x -> x + 1 }\n var s = 0\n for i in 1 to 100000 { s = f(s) }\n s }",
    js: () => {
      const f = (x: number): number => x + 1;
      let s = 0;
      for (let i = 1; i <= 100_000; i++) s = f(s);
      return s;
    },
  },
  {
    name: "map, filter, sum",
    harn: "pipeline main() { range(100000).to_list().map({ x -> x * 2 }).filter({ x -> x % 3 == 0 }).sum() }",
    js: () =>
      Array.from({ length: 100_000 }, (_, i) => i * 2)
        .filter((x) => x % 3 === 0)
        .reduce((a, b) => a + b, 0),
  },
  {
    name: "list append",
    harn: "pipeline main() { var xs = []\n for i in 1 to 100000 { xs = xs.push(i) }\n len(xs) }",
    js: () => {
      const xs: number[] = [];
      for (let i = 1; i <= 100_000; i++) xs.push(i);
      return xs.length;
    },
  },
  {
    name: "dict field",
    harn: "pipeline main() { var d = {n: 0}\n for i in 1 to 100000 { d.n = d.n + i }\n d.n }",
    js: () => {
      const d = { n: 0 };
      for (let i = 1; i <= 100_000; i++) d.n += i;
      return d.n;
    },
  },
  {
    name: "text",
    harn: 'pipeline main() { var n = 0\n for i in 1 to 20000 { n = n + len("item ${i} of ${20000}") }\n n }',
    js: () => {
      let n = 0;
      for (let i = 1; i <= 20_000; i++) n += `item ${i} of ${20_000}`.length;
      return n;
    },
  },
];

async function pairOf({ name, harn, js }: Kernel): Promise<Pair> {
  const program = compileProgram(
    { path: `${name}.harn`, text: harn },
    { reader: memoryReader({}), catalog: standardCatalog },
  );
  const machine = new Machine({
    catalog: standardCatalog,
    host: memoryHost(),
    boundary: unguarded,
    services: new Map(),
    write: () => {},
  });
  const module = await machine.load(program.modules);
  const [pipeline] = [...module.code.pipelines.values()];
  if (!pipeline) throw new Error(`${name} has no pipeline`);
  return { name, harn: () => machine.runRoot(module, pipeline), js };
}

await bench(await Promise.all(kernels.map(pairOf)));
