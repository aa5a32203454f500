// Run as a process of its own: writes a history of a log, tells on standard output what is acknowledged, and kills itself.
import { writeSync } from "node:fs";
import { promisedFrom, runWorkload, seededRandom, tellPromised } from "../../src/eventlog/testing/workload.ts";
import { openLog } from "./log.ts";

const [backend = "", path = "", seed, dies, told = "{}"] = process.argv.slice(2);
const random = seededRandom(Number(seed));
let draws = 0;

// Timers and the disk go on between two draws, so the points differ in what is under way.
await runWorkload(openLog(backend, path), promisedFrom(told), {
  random() {
    if (++draws === Number(dies)) process.kill(process.pid, "SIGKILL");
    return random();
  },
  steps: 1_000_000,
  compacts: true,
  acknowledged: (promised) => void writeSync(1, `${tellPromised(promised)}\n`),
});
