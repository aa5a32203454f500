import { type ChildProcess, fork } from "node:child_process";
import type { Observation, TestJob, Workplace } from "./observation.ts";

export interface ProcessPoolOptions {
  readonly size: number;
  /** The program whose `test-worker` command serves jobs. */
  readonly command: string;
  /** Set in the environment of the processes. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long a program may take to unwind after its time is up, before its process is ended. */
  readonly unwindMs?: number;
}

interface Waiting {
  readonly job: TestJob;
  readonly resolve: (observation: Observation) => void;
}

/**
 * Runs jobs in child processes, so that a program which never gives up control costs its process and nothing else. A process
 * serves one job after the other; one that had to be ended is replaced.
 */
export class ProcessPool implements Workplace {
  readonly #options: ProcessPoolOptions;
  readonly #idle: Worker[] = [];
  readonly #queue: Waiting[] = [];
  readonly #workers = new Set<Worker>();

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
  }

  perform(job: TestJob): Promise<Observation> {
    return new Promise((resolve) => {
      this.#queue.push({ job, resolve });
      this.#startNext();
    });
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.end();
    this.#workers.clear();
    await Promise.resolve();
  }

  #startNext(): void {
    const next = this.#queue[0];
    if (next === undefined) return;
    const worker = this.#idle.pop() ?? this.#hire();
    if (worker === undefined) return;
    this.#queue.shift();
    void this.#serve(worker, next);
  }

  #hire(): Worker | undefined {
    if (this.#workers.size >= this.#options.size) return undefined;
    const worker = new Worker(this.#options);
    this.#workers.add(worker);
    return worker;
  }

  async #serve(worker: Worker, { job, resolve }: Waiting): Promise<void> {
    resolve(await worker.perform(job));
    if (worker.isGone) this.#workers.delete(worker);
    else this.#idle.push(worker);
    this.#startNext();
  }
}

class Worker {
  readonly #process: ChildProcess;
  readonly #unwindMs: number;
  /** Starting up is not the program's time. */
  readonly #ready: Promise<void>;
  #stderr = "";
  isGone = false;

  constructor({ command, variables, unwindMs = 2000 }: ProcessPoolOptions) {
    this.#unwindMs = unwindMs;
    this.#process = fork(command, ["test-worker"], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, ...variables },
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
    this.#ready = new Promise((resolve) => {
      this.#process.once("message", resolve);
      this.#process.once("close", resolve);
    });
    this.#process.once("close", () => {
      this.isGone = true;
    });
  }

  async perform(job: TestJob): Promise<Observation> {
    await this.#ready;
    const started = performance.now();
    const ended = (): Observation =>
      lost(performance.now() - started, `the process of the program ended\n${this.#stderr}`);
    if (this.isGone) return ended();
    this.#stderr = "";
    return await new Promise((resolve) => {
      const settle = (observation: Observation): void => {
        clearTimeout(timer);
        this.#process.off("message", settle);
        this.#process.off("close", died);
        resolve(observation);
      };
      const died = (): void => settle(ended());
      const timer = setTimeout(() => {
        this.end();
        settle({ ...lost(job.timeoutMs, "timed out"), timedOutAfterMs: job.timeoutMs });
      }, job.timeoutMs + this.#unwindMs);
      this.#process.once("message", settle);
      this.#process.once("close", died);
      this.#process.send(job);
    });
  }

  end(): void {
    this.isGone = true;
    this.#process.kill("SIGKILL");
  }
}

function lost(durationMs: number, text: string): Observation {
  return {
    stdout: "",
    stderr: "",
    error: { text, rendered: `${text}\n` },
    findings: [],
    codes: [],
    durationMs: Math.round(durationMs),
  };
}
