// Loaded before a command (`node --require`): it kills its own process at a write of the run's recording, so at an event boundary and
// nowhere else. `HARN_DIE_AT` is the number of that write, from 1; with `torn:` before it half of the write is done, with `done:` all.
const fs = require("node:fs");

const [how, at] = (process.env.HARN_DIE_AT ?? "done:0").split(":");
const { openSync, writeSync } = fs;
const recordings = new Set();
let writes = 0;

fs.openSync = (path, ...rest) => {
  const descriptor = openSync(path, ...rest);
  if (String(path).endsWith(".effects.jsonl")) recordings.add(descriptor);
  return descriptor;
};

fs.writeSync = (descriptor, bytes, offset, length, position) => {
  if (!recordings.has(descriptor) || ++writes < Number(at) || at === "0")
    return writeSync(descriptor, bytes, offset, length, position);
  writeSync(descriptor, bytes, offset, how === "torn" ? length >> 1 : length, position);
  process.kill(process.pid, "SIGKILL");
};
