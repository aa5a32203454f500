import type { ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { HostError, type HostProcesses, type ProcessRequest, type ProcessResult } from "../../builtin/index.ts";
import { hostError, translated } from "./errors.ts";
import { lazy } from "./lazy-modules.ts";
import { CappedOutput } from "./output.ts";

const isWindows = process.platform === "win32";
const defaultOutputLimit = 64 * 1024 * 1024;
/** How long a killed process may keep its pipes open (through a child that left the group) before we stop listening. */
const lingerMs = 500;
/** Node's timers end at once when they are to last longer. */
const longestTimer = 2 ** 31 - 1;

/**
 * Processes of this machine. Each gets a process group of its own, so that a timeout or an abort ends its children with it
 * and an interrupt at the terminal reaches us alone. Arguments are passed as they are: no shell looks at them.
 */
export function nodeProcesses(cwd: string): HostProcesses {
  return {
    run: (request) => run(cwd, request),
    runSync: (request) => runSync(cwd, request),
  };
}

function run(cwd: string, request: ProcessRequest): Promise<ProcessResult> {
  return new Promise((settle, fail) => {
    if (request.signal?.aborted === true) return fail(request.signal.reason);
    const started = performance.now();
    const limit = request.maxOutputBytes ?? defaultOutputLimit;
    const output = { stdout: new CappedOutput(limit), stderr: new CappedOutput(limit) };
    const child = start(cwd, request);
    let timedOut = false;
    let exit: { code: number | null; signal: NodeJS.Signals | null } = { code: null, signal: null };
    let lingering: NodeJS.Timeout | undefined;

    const stop = (): void => {
      killTree(child.pid);
      lingering = setTimeout(finish, lingerMs);
    };
    const timer =
      request.timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => {
              timedOut = true;
              stop();
            },
            Math.min(request.timeoutMs, longestTimer),
          );
    request.signal?.addEventListener("abort", stop, { once: true });

    function release(): void {
      clearTimeout(timer);
      clearTimeout(lingering);
      request.signal?.removeEventListener("abort", stop);
    }
    function finish(): void {
      release();
      child.stdout?.destroy();
      child.stderr?.destroy();
      if (request.signal?.aborted === true) return fail(request.signal.reason);
      settle({
        exitCode: exit.code ?? undefined,
        signal: exit.signal ?? undefined,
        stdout: output.stdout.bytes(),
        stderr: output.stderr.bytes(),
        timedOut,
        durationMs: performance.now() - started,
        pid: child.pid,
      });
    }

    child.stdout?.on("data", (chunk: Buffer) => output.stdout.add(chunk));
    child.stderr?.on("data", (chunk: Buffer) => output.stderr.add(chunk));
    child.on("error", (error) => {
      release();
      fail(hostError(error));
    });
    child.on("exit", (code, signal) => {
      exit = { code, signal };
    });
    child.on("close", finish);
    // A process that ends before it has read its input closes the pipe: that is its own business.
    child.stdin?.on("error", () => {});
    child.stdin?.end(request.input);
  });
}

/** What no system starts, and Node refuses in words of its own. */
function checkRequest({ args, command, cwd = "", env = {} }: Omit<ProcessRequest, "signal">): void {
  if (command === "") throw new HostError("ENOENT", "No such file or directory (os error 2)");
  const texts = [command, ...args, cwd, ...Object.entries(env).flat()];
  if (texts.some((text) => text.includes("\0"))) throw new HostError("EINVAL", "nul byte found in provided data");
}

function start(cwd: string, request: ProcessRequest): ChildProcess {
  checkRequest(request);
  // Some failures are events, others (a file as working folder, arguments that are too long) are thrown.
  return translated(() =>
    lazy.childProcess.spawn(request.command, request.args, {
      cwd: resolve(cwd, request.cwd ?? "."),
      env: environmentOf(request),
      detached: !isWindows,
      windowsHide: true,
      stdio: [request.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    }),
  );
}

function environmentOf(request: Pick<ProcessRequest, "env" | "clearEnv">): NodeJS.ProcessEnv {
  return request.clearEnv === true ? { ...request.env } : { ...process.env, ...request.env };
}

/** Ends the process and everything in its group. It may be gone already. */
function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (isWindows) {
    lazy.childProcess.spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function runSync(cwd: string, request: Omit<ProcessRequest, "signal">): ProcessResult {
  checkRequest(request);
  const started = performance.now();
  const limit = request.maxOutputBytes ?? defaultOutputLimit;
  const options = {
    cwd: resolve(cwd, request.cwd ?? "."),
    env: environmentOf(request),
    // Honoured by spawnSync as by spawn, though its type does not say so.
    detached: !isWindows,
    windowsHide: true,
    killSignal: "SIGKILL" as const,
    maxBuffer: limit,
    stdio: [request.input === undefined ? "ignore" : "pipe", "pipe", "pipe"] as ("ignore" | "pipe")[],
    ...(request.timeoutMs === undefined ? {} : { timeout: request.timeoutMs }),
    ...(request.input === undefined ? {} : { input: request.input }),
  };
  const result = lazy.childProcess.spawnSync(request.command, request.args, options);
  const code = (result.error as NodeJS.ErrnoException | undefined)?.code;
  const timedOut = code === "ETIMEDOUT";
  if (timedOut || code === "ENOBUFS") killTree(result.pid);
  else if (result.error !== undefined) throw hostError(result.error);
  return {
    exitCode: result.status ?? undefined,
    signal: result.signal ?? undefined,
    stdout: result.stdout ?? new Uint8Array(),
    stderr: result.stderr ?? new Uint8Array(),
    timedOut,
    durationMs: performance.now() - started,
    pid: result.pid,
  };
}
