import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** With `HARN_REFERENCE=PATH`: how long another `harn` takes over each text, its start included. */
export function timeReference(
  command: string,
  cases: readonly { readonly name: string; readonly text: string }[],
): void {
  const reference = process.env.HARN_REFERENCE;
  if (reference === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), "harn-bench-"));
  for (const { name, text } of cases) {
    const file = join(folder, "generated.harn");
    writeFileSync(file, text);
    const started = performance.now();
    spawnSync(reference, [command, file], { stdio: "ignore" });
    console.log(`HARN_REFERENCE ${command}, ${name}: ${(performance.now() - started).toFixed(0)} ms as a process`);
  }
  rmSync(folder, { recursive: true, force: true });
}
