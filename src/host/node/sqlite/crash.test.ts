import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256, topic, verifyChain } from "../../../eventlog/index.ts";
import { openSqliteEventLog } from "./event-log.ts";

const orders = topic("orders");
const folder = mkdtempSync(join(tmpdir(), "harn-crash-"));
// Inside the tree, so that the bundle finds the driver.
const programFolder = fileURLToPath(new URL("../../../../node_modules/.cache/harn/crash-test", import.meta.url));
const program = join(programFolder, `append-${process.pid}.mjs`);

beforeAll(async () => {
  mkdirSync(programFolder, { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL("./testing/append-until-killed.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "error",
  });
});

afterAll(() => {
  rmSync(program, { force: true });
  rmSync(folder, { recursive: true, force: true });
});

/** Lets the program run until it has acknowledged `count` bursts, kills it, and gives the last id that it named. */
function killAfter(path: string, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split("\n").length > count) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const acknowledged = output.split("\n").slice(0, -1).map(Number);
      if (signal === "SIGKILL") resolve(acknowledged.at(-1) ?? 0);
      else reject(new Error(`the program ended by itself with ${code}`));
    });
  });
}

describe("a process killed in the middle of appending", () => {
  test.each([1, 5, 40])("loses nothing of %d acknowledged bursts, and tears nothing", async (bursts) => {
    const path = join(folder, `${bursts}.sqlite`);
    let acknowledged = 0;
    for (let life = 0; life < 2; life++) {
      acknowledged = await killAfter(path, bursts);
      const log = openSqliteEventLog({ path, now: () => 0 });
      const events = await log.readRange(orders, undefined, 100_000);
      expect(events.length).toBeGreaterThanOrEqual(acknowledged);
      expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
      expect(verifyChain(events, sha256)).toEqual([]);
      expect(await log.latest(orders)).toBe(events.length);
      await log.close();
    }
    expect(acknowledged).toBeGreaterThan(bursts * 7);
  });
});

describe("a file of the reference", () => {
  test("opens, verifies and takes appends", async () => {
    const path = join(folder, "reference.sqlite");
    cpSync(new URL("./fixtures/reference-events.sqlite", import.meta.url), path);
    const log = openSqliteEventLog({ path, now: () => 0 });
    const one = topic("t.one");
    const before = await log.readRange(one, undefined, 10);
    expect(before.map(({ id, kind, payload }) => ({ id, kind, payload }))).toEqual([
      { id: 1, kind: "k", payload: { a: [1, null, "x"], b: 1 } },
      { id: 2, kind: "k2", payload: "text" },
    ]);
    expect(verifyChain(before, sha256)).toEqual([]);
    expect(log.append(one, { kind: "k3", payload: 3 })).toBe(3);
    await log.durable();
    expect(verifyChain(await log.readRange(one, undefined, 10), sha256)).toEqual([]);
    await log.close();
  });
});
