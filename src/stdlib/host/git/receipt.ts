// Runs git and gives a receipt of what it did.
//
// G1. Arguments go to git as they are, never through a shell, and none of a program's may be an option: `--upload-pack=…` runs commands.
// G2. Git sees the repository of its folder, whatever an enclosing hook put into the environment, and asks nobody for a password.
// G3. Command policies decide about each command of git, those that an operation asks along the way too.
// G4. Every receipt is told to the audit trail, failures too.
import { sha256 } from "@noble/hashes/sha2.js";
import {
  type CallContext,
  type HostEnvironment,
  HostError,
  type HostFiles,
  type ProcessResult,
  throughGate,
} from "../../../builtin/index.ts";
import { DictValue, equal, ListValue, runtimeError, toHex, type Value } from "../../../value/index.ts";
import { lossyText } from "../crypto/percent.ts";
import { fail, failureOf, need } from "../faults.ts";
import { asDict, intOption, textOption } from "../options.ts";
import { joinPath } from "../path-text.ts";
import { logSpan } from "../tracing/log-span.ts";
import { timedUuid } from "../uuid.ts";
import { gitAudit } from "./audit.ts";

/** Variables that point git at another repository. */
export const repositoryVariables = [
  "GIT_DIR",
  "GIT_INDEX_FILE",
  "GIT_WORK_TREE",
  "GIT_NAMESPACE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_PREFIX",
] as const;

export interface GitRun {
  readonly operation: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Absent: git ran to its end. */
  readonly status?: "timed_out" | "lease_mismatch";
}

export interface GitFacts {
  readonly data: Readonly<Record<string, Value>>;
  readonly affectedPaths?: readonly string[];
  readonly repo?: Value;
}

/** G1: a name that git would take for an option, or for nothing. */
export function checkName(operation: string, parameter: string, value: string): string {
  if (value === "") throw runtimeError(`${operation}: ${parameter} must not be empty`);
  if (value.startsWith("-")) throw runtimeError(`${operation}: ${parameter} must not start with "-", got ${value}`);
  if (value.includes("\0")) throw runtimeError(`${operation}: ${parameter} must not contain a NUL character`);
  return value;
}

/** G3. A policy may refuse a command and change what it gave, but not make another one of it: a receipt tells of an operation of git. */
export async function runGit(context: CallContext, run: GitRun): Promise<GitOutput> {
  const { operation, args, cwd } = run;
  const request = DictValue.of({ mode: "argv", argv: new ListValue(["git", ...args]), cwd });
  let output: GitOutput | undefined;
  let printed: DictValue | undefined;
  const answer = await throughGate(context, {
    surface: operation,
    request,
    start: async (held) => {
      if (!equal(held, request))
        throw runtimeError(`${operation}: a command policy may not rewrite a git operation; deny it instead`);
      output = await startGit(context, run);
      printed = printedBy(output);
      return printed;
    },
  });
  if (output === undefined) throw runtimeError(`${operation}: git was not started`);
  return answer === printed ? output : corrected(output, printed, asDict(answer));
}

function printedBy({ exitCode, stdout, stderr }: GitOutput): DictValue {
  return DictValue.of({
    stdout: lossyText(stdout),
    stderr: lossyText(stderr),
    status: exitCode,
    exit_code: exitCode,
    success: exitCode === 0,
  });
}

/** An output as a policy's hook would have it seen. */
function corrected(output: GitOutput, printed: DictValue | undefined, seen: DictValue | undefined): GitOutput {
  const stream = (name: "stdout" | "stderr"): Uint8Array => {
    const text = textOption(seen, name) ?? "";
    return text === textOption(printed, name) ? output[name] : new TextEncoder().encode(text);
  };
  const exitCode = intOption(seen, "exit_code") ?? output.exitCode;
  return { ...output, exitCode, stdout: stream("stdout"), stderr: stream("stderr") };
}

async function startGit(context: CallContext, { operation, args, cwd }: GitRun): Promise<GitOutput> {
  const { files } = context.host;
  const folder = files === undefined ? cwd : joinPath(files.cwd, cwd);
  try {
    const result: ProcessResult = await need(context, operation, "processes").run({
      command: "git",
      args,
      cwd: folder,
      env: environmentFor(context.host.environment),
      clearEnv: true,
      signal: context.signal,
    });
    return {
      exitCode: result.exitCode ?? -1,
      stdout: result.stdout,
      stderr: result.stderr,
      ...(result.timedOut && { status: "timed_out" }),
    };
  } catch (error) {
    // Systems say of a folder that is not there what they say of a program.
    const isMissing = error instanceof HostError && (error.code === "ENOENT" || error.code === "ENOTDIR");
    if (isMissing && files !== undefined && !isFolder(files, folder))
      throw fail(`${operation}: there is no folder at ${folder}`);
    throw failureOf(operation, error, (reason) => `${operation}: git could not be started: ${reason}`);
  }
}

function isFolder(files: HostFiles, path: string): boolean {
  return files.exists(path) && files.stat(path, true).kind === "directory";
}

/** G2. */
function environmentFor(environment: HostEnvironment | undefined): Record<string, string> {
  const kept = { ...environment?.all(), GIT_TERMINAL_PROMPT: "0" };
  const pointers: ReadonlySet<string> = new Set(repositoryVariables);
  return Object.fromEntries(Object.entries(kept).filter(([name]) => !pointers.has(name)));
}

/** The receipt of one operation, kept in the audit trail (G4). */
export function receiptOf(context: CallContext, run: GitRun, output: GitOutput, facts: GitFacts): DictValue {
  const traceId = context.scoped(logSpan)?.traceId ?? `trace-${timedUuid(context)}`;
  const words = new ListValue(["git", ...run.args]);
  const receipt = DictValue.of({
    schema: "harn-stdlib-git-receipt-v1",
    receipt_id: `git-receipt-${timedUuid(context)}`,
    trace_id: traceId,
    operation: run.operation,
    action: run.operation,
    agent: "harn",
    autonomy_tier: "act_auto",
    approval: null,
    command_policy: null,
    argv: words,
    command_args: new ListValue(["git", ...run.args]),
    cwd: run.cwd,
    working_dir: run.cwd,
    repo: facts.repo ?? null,
    affected_paths: new ListValue([...(facts.affectedPaths ?? [])]),
    data: DictValue.of(facts.data),
    status: output.status ?? "completed",
    exit_code: output.exitCode,
    exit_category: categoryOf(output),
    success: output.exitCode === 0,
    stdout: streamValue("stdout", output.stdout),
    stderr: streamValue("stderr", output.stderr),
  });
  context.service(gitAudit).receipt(receipt, { agent: "harn", trace_id: traceId });
  return receipt;
}

function categoryOf({ exitCode, status }: GitOutput): string {
  if (status === "timed_out") return "timeout";
  if (exitCode === 0) return "success";
  return exitCode === 128 ? "git_fatal" : "nonzero_exit";
}

const inlineBytes = 65_536;

function streamValue(kind: "stdout" | "stderr", bytes: Uint8Array): DictValue {
  return DictValue.of({
    kind,
    bytes: bytes.length,
    sha256: toHex(sha256(bytes)),
    inline: lossyText(bytes.subarray(0, inlineBytes)),
    truncated: bytes.length > inlineBytes,
  });
}
