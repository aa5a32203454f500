// Runs a Harn program inside a Node program: inputs and result are plain values, functions of this program are builtins of that
// one, and everything it does arrives as events.
//
//   node examples/embedding/main.mjs        (after `npm run build`)
import { createHarn, HarnError } from "harn";

const stock = new Map([
  ["apple", 3],
  ["pear", 0],
]);

const harn = createHarn({
  functions: {
    in_stock: async (name) => stock.get(name) ?? 0,
  },
});

const program = harn.compile({
  path: "order.harn",
  text: `
pipeline order(items) {
  let missing = items.filter({ item -> in_stock(item) == 0 })
  log("checked \${len(items)} items")
  require missing == [], {code: "sold_out", items: missing}
  {status: "ok", items: items}
}
`,
});

const run = harn.start(program, { inputs: { items: ["apple"] } });
for await (const event of run.events) {
  if (event.event_type === "stdout") process.stdout.write(event.payload);
}
const outcome = await run.outcome;
console.log(outcome.kind, outcome.kind === "completed" ? outcome.value : "");

try {
  await harn.run(program, { inputs: { items: ["apple", "pear"] } });
} catch (error) {
  if (!(error instanceof HarnError)) throw error;
  const [place] = error.places;
  console.log("failed with", error.value, "at line", place?.line);
}

const stop = new AbortController();
const endless = harn.start(
  { path: "endless.harn", text: "pipeline main() { while true { sleep(1s) } }" },
  { signal: stop.signal },
);
setTimeout(() => stop.abort(), 20);
console.log((await endless.outcome).kind);
