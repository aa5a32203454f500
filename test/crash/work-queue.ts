// Run as a process of its own: puts jobs into a queue, claims and acknowledges some, says on standard output what is durable, and
// kills itself at its `dies`-th event boundary: before or after an append, or when something became durable.
import { writeSync } from "node:fs";
import { seededRandom } from "../../src/eventlog/testing/workload.ts";
import { putJob, queueName, queueOn } from "./job-queue.ts";
import { openLog } from "./log.ts";

const [backend = "", path = "", seed, dies, at = "0", consumer = "w"] = process.argv.slice(2);
const random = seededRandom(Number(seed));
let boundaries = 0;

function boundary(): void {
  if (++boundaries === Number(dies)) process.kill(process.pid, "SIGKILL");
}

const log = openLog(backend, path);
const append = log.append.bind(log);
log.append = (topic, event) => {
  boundary();
  const id = append(topic, event);
  boundary();
  return id;
};
const queue = queueOn(log, () => Number(at));

async function said(...words: readonly (string | number)[]): Promise<void> {
  await log.durable();
  boundary();
  writeSync(1, `${words.join(" ")}\n`);
}

for (;;) {
  if (random() < 0.5) {
    const name = `${consumer}-${at}-${boundaries}`;
    await said("put", await putJob(queue, name), name);
    continue;
  }
  const claim = await queue.claimNext(queueName, consumer, 1000);
  if (claim === undefined) continue;
  await said("claimed", claim.job.id, claim.claimId);
  if (random() < 0.3) continue;
  queue.respond(claim, { consumer }, null);
  queue.ack(claim);
  await said("acked", claim.job.id, claim.claimId);
}
