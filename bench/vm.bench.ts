// Kernels beside the same work in JavaScript. HARN_BENCH_COMPILING=never measures the interpreter alone.
import { unguarded } from "../src/builtin/index.ts";
import { memoryHost } from "../src/host/testing/index.ts";
import { memoryReader } from "../src/modules/index.ts";
import { compileProgram, standardCatalog } from "../src/program/index.ts";
import { type Compiling, Machine } from "../src/vm/index.ts";
import { bench, geometricMean, type Pair } from "./harness.ts";
import type { Kernel } from "./kernels/kernel.ts";
import { operations } from "./kernels/operations.ts";
import { programs } from "./kernels/programs.ts";

const compiling = process.env.HARN_BENCH_COMPILING as Compiling | undefined;

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
    ...(compiling && { compiling }),
  });
  const module = await machine.load(program.modules);
  await machine.runRoot(module, module.code.initialize);
  const [pipeline] = [...module.code.pipelines.values()];
  if (!pipeline) throw new Error(`${name} has no pipeline`);
  return { name, harn: () => machine.runRoot(module, pipeline), js };
}

const rows = await bench(await Promise.all([...operations, ...programs].map(pairOf)));
const first = rows
  .filter((row) => operations.some(({ name }) => name === row.name))
  .flatMap(({ ratio }) => ratio ?? []);
console.log(`geometric mean of the operations alone: ${geometricMean(first).toFixed(2)}`);
