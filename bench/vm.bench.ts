// Kernels beside the same work in JavaScript. HARN_BENCH_COMPILING=never measures the interpreter alone.
import { bench, geometricMean } from "./harness.ts";
import { operations } from "./kernels/operations.ts";
import { prepare } from "./kernels/prepare.ts";
import { programs } from "./kernels/programs.ts";

const kernels = [...operations, ...programs];
const pairs = await Promise.all(
  kernels.map(async ({ name, harn, js }) => ({ name, harn: await prepare(name, harn), js })),
);
const rows = await bench(pairs);
const first = rows
  .filter((row) => operations.some(({ name }) => name === row.name))
  .flatMap(({ ratio }) => ratio ?? []);
console.log(`geometric mean of the operations alone: ${geometricMean(first).toFixed(2)}`);
