// Loaded before a command (`node --require`): it kills its own process at a write, and nowhere else, however slow the machine is.
// `HARN_DIE_AT` is the number of a write of the run's recording, from 1, so an event boundary; with `torn:` before it half of the
// write is done, with `done:` all. `HARN_DIE_SAYING` is a text: the process dies once it has written that to standard output.
const fs = require("node:fs");

const [how, at] = (process.env.HARN_DIE_AT ?? "done:0").split(":");
const lastWords = process.env.HARN_DIE_SAYING;
const { openSync, writeSync } = fs;
const recordings = new Set();
let writes = 0;

fs.openSync = (path, ...rest) => {
  const descriptor = openSync(path, ...rest);
  if (String(path).endsWith(".effects.jsonl")) recordings.add(descriptor);
  return descriptor;
};

fs.writeSync = (descriptor, bytes, offset, length, position) => {
  if (lastWords !== undefined && descriptor === 1 && bytes.includes(lastWords)) {
    writeSync(descriptor, bytes, offset, length, position);
    die();
  }
  if (!recordings.has(descriptor) || ++writes < Number(at) || at === "0")
    return writeSync(descriptor, bytes, offset, length, position);
  writeSync(descriptor, bytes, offset, how === "torn" ? length >> 1 : length, position);
  die();
};

function die() {
  process.kill(process.pid, "SIGKILL");
}
