import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { nodeProcesses } from "./processes.ts";

const node = process.execPath;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "harn-proc-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = (code: string) => ({ command: node, args: ["-e", code] });

describe("nodeProcesses", () => {
  test("gives output, error output, code, input and folder", async () => {
    const processes = nodeProcesses(folder);
    const echo = `process.stdin.on("data", (d) => process.stdout.write(d)); process.stderr.write(process.cwd()); process.exitCode = 3`;
    for (const result of [
      await processes.run({ ...script(echo), input: "hi" }),
      processes.runSync({ ...script(echo), input: "hi" }),
    ]) {
      expect([text(result.stdout), text(result.stderr), result.exitCode, result.timedOut]).toEqual([
        "hi",
        folder,
        3,
        false,
      ]);
    }
  });

  test("says what is wrong with a folder that is a file, and with arguments that are too long", async () => {
    const processes = nodeProcesses(folder);
    await expect(processes.run({ ...script(""), cwd: node })).rejects.toMatchObject({
      code: "ENOTDIR",
      message: "Not a directory (os error 20)",
    });
    await expect(processes.run({ command: node, args: ["a".repeat(8_000_000)] })).rejects.toMatchObject({
      code: "E2BIG",
      message: "Argument list too long (os error 7)",
    });
  });

  test("passes arguments as they are, whatever a shell would make of them", async () => {
    const odd = ["$HOME", "a b", "'; rm -rf x", "*", ""];
    const result = await nodeProcesses(folder).run({
      command: node,
      args: ["-e", "process.stdout.write(JSON.stringify(process.argv.slice(1)))", "--", ...odd],
    });
    expect(JSON.parse(text(result.stdout))).toEqual(odd);
  });

  test("adds to the environment or replaces it", async () => {
    const show = script("process.stdout.write(JSON.stringify([process.env.ADDED, process.env.PATH === undefined]))");
    const processes = nodeProcesses(folder);
    expect(text((await processes.run({ ...show, env: { ADDED: "1" } })).stdout)).toBe('["1",false]');
    expect(text((await processes.run({ ...show, env: { ADDED: "1" }, clearEnv: true })).stdout)).toBe('["1",true]');
  });

  test("a missing command fails in the system's words", async () => {
    const processes = nodeProcesses(folder);
    const missing = { command: "harn-no-such-command", args: [] };
    const error = expect.objectContaining({ code: "ENOENT", message: "No such file or directory (os error 2)" });
    await expect(processes.run(missing)).rejects.toEqual(error);
    expect(() => processes.runSync(missing)).toThrow(error);
  });

  test.each([
    [{ command: "" }, "No such file or directory (os error 2)"],
    [{ command: "a\0b" }, "nul byte found in provided data"],
    [{ args: ["a\0b"] }, "nul byte found in provided data"],
    [{ env: { A: "a\0b" } }, "nul byte found in provided data"],
    [{ cwd: "a\0b" }, "nul byte found in provided data"],
  ])("%j is refused in the system's words", async (part, message) => {
    const request = { ...script("0"), ...part };
    const processes = nodeProcesses(folder);
    await expect(processes.run(request)).rejects.toThrow(message);
    expect(() => processes.runSync(request)).toThrow(message);
  });

  test("a time limit beyond Node's timers is none that ends at once", async () => {
    const result = await nodeProcesses(folder).run({ ...script("0"), timeoutMs: 2 ** 40 });
    expect([result.timedOut, result.exitCode]).toEqual([false, 0]);
  });

  const withChild = `
    const child = require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 600000)"], { stdio: "inherit" });
    process.stdout.write(String(child.pid) + "\\n"); require("node:fs").writeFileSync("started", ""); setTimeout(() => {}, 600000);`;
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const realTimeout = setTimeout;
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((wake) => realTimeout(wake, 10));
  };

  test.skipIf(process.platform === "win32")("a timeout ends the process and its children", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const run = nodeProcesses(folder).run({ ...script(withChild), timeoutMs: 1_000 });
    await until(() => existsSync(join(folder, "started")));
    vi.advanceTimersByTime(1_000);
    vi.useRealTimers();
    const result = await run;
    expect([result.timedOut, result.exitCode, result.signal]).toEqual([true, undefined, "SIGKILL"]);
    const child = Number(text(result.stdout));
    expect(child).toBeGreaterThan(0);
    await until(() => !isAlive(child));
  });

  test("an abort ends the process and is what the run fails with", async () => {
    const controller = new AbortController();
    const run = nodeProcesses(folder).run({ ...script("setTimeout(() => {}, 60000)"), signal: controller.signal });
    controller.abort("stopped");
    await expect(run).rejects.toBe("stopped");
    await expect(nodeProcesses(folder).run({ ...script(""), signal: controller.signal })).rejects.toBe("stopped");
  });

  test("output beyond the limit is dropped, not kept and not waited for", async () => {
    const result = await nodeProcesses(folder).run({
      ...script(`process.stdout.write("x".repeat(1e6))`),
      maxOutputBytes: 10,
    });
    expect([text(result.stdout), result.exitCode]).toEqual(["xxxxxxxxxx", 0]);
  });

  test("a process that does not read its input is no error", async () => {
    const result = await nodeProcesses(folder).run({ ...script("process.exit(0)"), input: "x".repeat(1_000_000) });
    expect(result.exitCode).toBe(0);
  });
});
