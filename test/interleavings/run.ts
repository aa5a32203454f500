import { lateEffects } from "./late-effects.ts";
import { laws } from "./laws.ts";

const [, , count = "1000", first = "1"] = process.argv;
const started = performance.now();
let faults = 0;

for (let done = 1; done <= Number(count); done++) {
  const seed = Number(first) + done - 1;
  for (const { name, faultOf } of [...laws, lateEffects]) {
    const fault = await faultOf(seed);
    if (fault === undefined) continue;
    faults++;
    console.log(`\nseed ${seed}: not true that ${name}\n${fault.what}\n\n${fault.text}\n`);
  }
  if (done % 500 === 0 || done === Number(count)) report(done);
}
process.exitCode = faults > 0 ? 1 : 0;

function report(seeds: number): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${seeds} seeds, ${seeds * (laws.length + 1)} programs in ${seconds} s, ${faults} faults`);
}
