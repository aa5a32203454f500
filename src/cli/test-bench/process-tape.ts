// Processes that were run once, answered again from a file: what they wrote and how they ended, in the order in which they were asked for.
import { readFileSync } from "node:fs";
import { HostError, type HostProcesses, type ProcessRequest, type ProcessResult } from "../../builtin/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { contentOf, type Payload, readTape, type TapeRecord } from "./tape.ts";

export interface TapedProcess {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string | null;
  /** Which variables were set; their values may be secret, and decide nothing here. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
  /** Where an output is no text of UTF-8. */
  readonly stdout_base64?: string;
  readonly stderr_base64?: string;
  readonly exit_code: number;
  readonly duration_ms: number;
}

type Asked = Pick<ProcessRequest, "command" | "args" | "cwd" | "env">;

/** The same processes, with each that has ended told to `ended`. */
export function watchedProcesses(
  processes: HostProcesses,
  ended: (request: Asked, result: ProcessResult) => void,
): HostProcesses {
  return {
    async run(request) {
      const result = await processes.run(request);
      ended(request, result);
      return result;
    },
    runSync(request) {
      const result = processes.runSync(request);
      ended(request, result);
      return result;
    },
  };
}

export function tapedProcess({ args, command, cwd, env }: Asked, result: ProcessResult): TapedProcess {
  const output = (name: "stdout" | "stderr"): Partial<TapedProcess> => {
    const bytes = Buffer.from(result[name]);
    const text = bytes.toString("utf8");
    return Buffer.from(text, "utf8").equals(bytes)
      ? { [name]: text }
      : { [name]: text, [`${name}_base64`]: bytes.toString("base64") };
  };
  return {
    program: command,
    args,
    cwd: cwd ?? null,
    env: Object.fromEntries(Object.keys(env ?? {}).map((name) => [name, "[redacted]"])),
    stdout: "",
    stderr: "",
    ...output("stdout"),
    ...output("stderr"),
    exit_code: result.exitCode ?? -1,
    duration_ms: Math.round(result.durationMs),
  };
}

/** Answers requests from a tape. A request that is not the next one on it is refused: the program took another way. */
export class ReplayedProcesses implements HostProcesses {
  readonly #tape: readonly TapedProcess[];
  #next = 0;

  constructor(tape: readonly TapedProcess[]) {
    this.#tape = tape;
  }

  /** How many calls the program has not made. */
  get left(): number {
    return this.#tape.length - this.#next;
  }

  run(request: ProcessRequest): Promise<ProcessResult> {
    return new Promise((resolve) => resolve(this.runSync(request)));
  }

  runSync(request: Asked): ProcessResult {
    const at = this.#next;
    const taped = this.#tape[at];
    const asked = shown(request.command, request.args, request.cwd ?? null);
    if (taped === undefined)
      throw new HostError(
        "ETAPE",
        `process tape ended: call #${at}, ${asked}, is not on it (${this.#tape.length} are)`,
      );
    const expected = shown(taped.program, taped.args, taped.cwd);
    if (asked !== expected)
      throw new HostError(
        "ETAPE",
        `process tape diverged at call #${at}: asked for ${asked}, the tape has ${expected}`,
      );
    this.#next++;
    return {
      exitCode: taped.exit_code,
      signal: undefined,
      stdout: bytesOf(taped.stdout, taped.stdout_base64),
      stderr: bytesOf(taped.stderr, taped.stderr_base64),
      timedOut: false,
      durationMs: taped.duration_ms,
      pid: undefined,
    };
  }
}

export function readProcessTape(path: string): readonly TapedProcess[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CommandFailure("tape_invalid", `cannot read the process tape ${path}: it is no JSON document`, { cause });
  }
  if (!Array.isArray(parsed) || !parsed.every(isTaped))
    throw new CommandFailure(
      "tape_invalid",
      `${path} is no process tape: a list of {program, args, cwd, stdout, stderr, exit_code} is one`,
    );
  return parsed;
}

/** The processes that an event tape tells of. */
export function processesOf(path: string): readonly TapedProcess[] {
  return readTape(path)
    .records.filter(({ kind }) => kind.kind === "process_spawn")
    .map(({ kind }: TapeRecord) => {
      const stdout = Buffer.from(contentOf(kind.stdout_payload as Payload, path));
      const stderr = Buffer.from(contentOf(kind.stderr_payload as Payload, path));
      return {
        program: String(kind.program),
        args: kind.args as readonly string[],
        cwd: (kind.cwd as string | null | undefined) ?? null,
        env: {},
        stdout: stdout.toString("utf8"),
        stderr: stderr.toString("utf8"),
        stdout_base64: stdout.toString("base64"),
        stderr_base64: stderr.toString("base64"),
        exit_code: Number(kind.exit_code),
        duration_ms: Number(kind.duration_ms ?? 0),
      };
    });
}

function isTaped(entry: unknown): entry is TapedProcess {
  if (typeof entry !== "object" || entry === null) return false;
  const { args, exit_code, program, stderr, stdout } = entry as Partial<Record<keyof TapedProcess, unknown>>;
  const areTexts = [program, stdout, stderr].every((text) => typeof text === "string");
  return (
    areTexts && typeof exit_code === "number" && Array.isArray(args) && args.every((arg) => typeof arg === "string")
  );
}

function shown(program: string, args: readonly string[], cwd: string | null): string {
  return `${JSON.stringify(program)}(${JSON.stringify(args)}) in ${cwd ?? "the working directory"}`;
}

function bytesOf(text: string, base64: string | undefined): Uint8Array {
  return base64 === undefined ? Buffer.from(text, "utf8") : Buffer.from(base64, "base64");
}
