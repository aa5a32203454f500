import { unguarded } from "../../src/builtin/index.ts";
import { memoryHost } from "../../src/host/testing/index.ts";
import { memoryReader } from "../../src/modules/index.ts";
import { compileProgram, standardCatalog } from "../../src/program/index.ts";
import type { Value } from "../../src/value/index.ts";
import { type Compiling, Machine } from "../../src/vm/index.ts";

const compiling = process.env.HARN_BENCH_COMPILING as Compiling | undefined;

/** A program on a machine of its own, its top level run: what runs its pipeline, again and again. */
export async function prepare(name: string, text: string): Promise<() => Promise<Value>> {
  const program = compileProgram(
    { path: `${name}.harn`, text },
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
  return () => machine.runRoot(module, pipeline);
}
