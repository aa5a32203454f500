import {
  type Builtin,
  type CallContext,
  declare,
  type Outcome,
  opt,
  type ProcessRequest,
  type ProcessResult,
  req,
  rest,
  t,
  throughGate,
} from "../../builtin/index.ts";
import {
  BytesValue,
  DictValue,
  ExitRequest,
  type Int,
  ListValue,
  runtimeError,
  show,
  type Value,
} from "../../value/index.ts";
import { lossyText } from "./crypto/percent.ts";
import { fail, failureOf, need } from "./faults.ts";
import {
  dictOption,
  filledTextOption,
  flagOption,
  intOption,
  listOption,
  millisecondsOf,
  textOption,
} from "./options.ts";
import { joinPath } from "./path-text.ts";
import { findProjectRoot, sourceFolder } from "./place.ts";
import { shellCommand } from "./shells.ts";

const process = declare("process");

/** A host fact: no arguments, one value. */
function fact(name: string, summary: string, read: (context: CallContext) => Value): Builtin {
  return process({ name, summary, params: [], effect: "env", asksCaller: true, run: read });
}

const facts: readonly Builtin[] = [
  fact("platform", "`linux`, `darwin` or `windows`.", (context) => need(context, "platform", "system").platform),
  fact(
    "arch",
    "The processor's architecture: `x86_64`, `aarch64`.",
    (context) => need(context, "arch", "system").architecture,
  ),
  fact("hostname", "The machine's name.", (context) => need(context, "hostname", "system").hostname),
  fact("username", "The user's name.", (context) => need(context, "username", "system").username ?? ""),
  fact("pid", "The process's number.", (context) => need(context, "pid", "system").processId),
  fact("home_dir", "The user's home folder.", (context) => need(context, "home_dir", "files").homeFolder ?? ""),
  fact("cwd", "The working folder.", (context) => need(context, "cwd", "files").cwd),
  fact(
    "execution_root",
    "The folder that relative file paths start from.",
    (context) => need(context, "execution_root", "files").cwd,
  ),
  fact("asset_root", "The folder that relative template paths start from.", (context) =>
    sourceFolder(context, "asset_root"),
  ),
  fact("source_dir", "The folder of the running source file.", (context) => sourceFolder(context, "source_dir")),
  fact("project_root", "The nearest folder above with a `harn.toml`, or nil.", (context) => {
    const files = need(context, "project_root", "files");
    return findProjectRoot(context, "project_root", files.cwd) ?? null;
  }),
  fact("runtime_paths", "The folders that runs read and write.", runtimePaths),
  fact("term_width", "The terminal's columns.", (context) => terminalSize(context, "width", "COLUMNS", 80)),
  fact("term_height", "The terminal's lines.", (context) => terminalSize(context, "height", "LINES", 24)),
];

function terminalSize(context: CallContext, side: "width" | "height", variable: string, fallback: number): number {
  const measured = context.host.terminal?.size()?.[side];
  const stated = Number(context.host.environment?.get(variable));
  return measured ?? (Number.isInteger(stated) && stated > 0 ? stated : fallback);
}

function runtimePaths(context: CallContext): DictValue {
  const files = need(context, "runtime_paths", "files");
  const source = sourceFolder(context, "runtime_paths");
  const base =
    findProjectRoot(context, "runtime_paths", files.cwd) ?? findProjectRoot(context, "runtime_paths", source) ?? source;
  const rooted = (variable: string, fallback: string): string => {
    const stated = context.host.environment?.get(variable)?.trim();
    return joinPath(base, stated === undefined || stated === "" ? fallback : stated);
  };
  const state = rooted("HARN_STATE_DIR", ".harn");
  return DictValue.of({
    execution_root: files.cwd,
    asset_root: source,
    state_root: state,
    run_root: rooted("HARN_RUN_DIR", ".harn-runs"),
    worktree_root: rooted("HARN_WORKTREE_DIR", joinPath(state, "worktrees")),
  });
}

const environment: readonly Builtin[] = [
  process({
    name: "env",
    summary: "An environment variable, or nil.",
    params: [req("name", t.string)],
    effect: "env",
    deprecated: "harness.env.get",
    run: (context, name) => need(context, "env", "environment").get(name) ?? null,
  }),
  process({
    name: "env_or",
    summary: "An environment variable, or a default.",
    params: [req("name", t.string), req("default", t.any)],
    effect: "env",
    deprecated: "harness.env.get_or",
    examples: [['env_or("HARN_ABSENT", "fallback")', "fallback"]],
    run: (context, name, fallback) => need(context, "env_or", "environment").get(name) ?? fallback,
  }),
];

/** Runs a command to its end. The task's end, and its deadline, end the command. */
async function run(
  context: CallContext,
  builtin: string,
  label: string,
  request: ProcessRequest,
): Promise<ProcessResult> {
  try {
    return await need(context, builtin, "processes").run({ ...request, signal: context.signal });
  } catch (error) {
    throw failureOf(builtin, error, (reason) => `${label} failed: ${reason}`);
  }
}

function outputValue(result: ProcessResult): DictValue {
  return DictValue.of({
    stdout: lossyText(result.stdout),
    stderr: lossyText(result.stderr),
    status: result.exitCode ?? -1,
    success: result.exitCode === 0,
  });
}

function execute(context: CallContext, surface: string, label: string, request: DictValue): Outcome {
  const start = async (held: DictValue): Promise<Value> =>
    outputValue(await run(context, surface, label, commandRequest(context, surface, held)));
  return context.async(() => throughGate(context, { surface, request, start }));
}

function wordsRequest(words: readonly string[], cwd?: string): DictValue {
  const argv = new ListValue([...words]);
  return DictValue.of({ mode: "argv", argv, ...(cwd !== undefined && { cwd }) });
}

function lineRequest(command: string, cwd?: string): DictValue {
  return DictValue.of({ mode: "shell", command, ...(cwd !== undefined && { cwd }) });
}

/** What `{mode, argv | command, cwd?}` starts. */
function commandRequest(context: CallContext, builtin: string, request: DictValue): ProcessRequest {
  const cwd = filledTextOption(request, "cwd");
  const place = cwd === undefined ? {} : { cwd: folderAt(context, builtin, cwd) };
  if (textOption(request, "mode") === "shell")
    return { ...shellCommand(context, textOption(request, "command") ?? ""), ...place };
  const [command = "", ...args] = listOption(request, "argv")?.map(show) ?? [];
  return { command, args, ...place };
}

/** A command's folder: relative ones start at the working folder. */
function folderAt(context: CallContext, builtin: string, folder: string): string {
  return joinPath(need(context, builtin, "files").cwd, folder);
}

const commands: readonly Builtin[] = [
  process({
    name: "exec",
    summary: "Run a command with arguments, which no shell looks at: `{stdout, stderr, status, success}`.",
    params: [rest("command", t.string)],
    returns: t.dict,
    effect: "process",
    examples: [['exec("echo", "hi").stdout.trim()', "hi"]],
    run(context, ...words) {
      if (words.length === 0) throw fail("exec: command is required");
      return execute(context, "exec", "exec", wordsRequest(words));
    },
  }),
  process({
    name: "exec_at",
    summary: "Run a command with arguments in a folder.",
    params: [req("dir", t.string), rest("command", t.string)],
    returns: t.dict,
    effect: "process",
    run(context, folder, ...words) {
      if (words.length === 0) throw fail("exec_at: directory and command are required");
      return execute(context, "exec_at", "exec", wordsRequest(words, folder));
    },
  }),
  process({
    name: "shell",
    summary: "Run a command line with the user's shell.",
    params: [req("command", t.string)],
    returns: t.dict,
    effect: "process",
    examples: [['shell("echo hi").stdout.trim()', "hi"]],
    run(context, line) {
      if (line === "") throw fail("shell: command string is required");
      return execute(context, "shell", "shell", lineRequest(line));
    },
  }),
  process({
    name: "shell_at",
    summary: "Run a command line with the user's shell in a folder.",
    params: [req("dir", t.string), req("command", t.string)],
    returns: t.dict,
    effect: "process",
    run(context, folder, line) {
      if (line === "") throw fail("shell_at: command string is required");
      return execute(context, "shell_at", "shell", lineRequest(line, folder));
    },
  }),
  process({
    name: "spawn_captured",
    summary: "Run a command: `{cmd, args?, cwd?, env?, clear_env?, stdin?, timeout_ms?, max_output_bytes?}`.",
    params: [req("opts", t.dict)],
    returns: t.dict,
    effect: "process",
    run: (context, options) => context.async(() => spawnCaptured(context, options)),
  }),
  process({
    name: "exit",
    summary: "End the program at once.",
    params: [opt("code", t.int)],
    effect: "process",
    run(_context, code: Int | undefined) {
      throw new ExitRequest(Number(BigInt.asIntN(32, BigInt(code ?? 0))));
    },
  }),
];

function spawnCaptured(context: CallContext, options: DictValue): Promise<Value> {
  const surface = "spawn_captured";
  const asked = capturedRequest(context, options);
  const request = wordsRequest([asked.command, ...(asked.args ?? [])], filledTextOption(options, "cwd"));
  return throughGate(context, {
    surface,
    request,
    start: async (held) =>
      capturedValue(await run(context, surface, surface, { ...asked, ...commandRequest(context, surface, held) })),
  });
}

function capturedValue(result: ProcessResult): DictValue {
  return DictValue.of({
    stdout: lossyText(result.stdout),
    stderr: lossyText(result.stderr),
    exit_code: result.exitCode ?? -1,
    status: result.exitCode ?? -1,
    success: result.exitCode === 0,
    signal: result.signal ?? null,
    timed_out: result.timedOut,
    duration_ms: Math.round(result.durationMs),
    pid: result.pid ?? null,
  });
}

function capturedRequest(context: CallContext, options: DictValue): ProcessRequest {
  const listed = listOption(options, "argv")?.map(show);
  const command =
    filledTextOption(options, "cmd") ??
    filledTextOption(options, "command") ??
    filledTextOption(options, "program") ??
    listed?.[0];
  if (command === undefined || command === "") throw runtimeError("spawn_captured: cmd is required");
  const cwd = filledTextOption(options, "cwd");
  const timeout = millisecondsOf(options.get("timeout_ms") ?? options.get("timeout"));
  const limit = intOption(options, "max_output_bytes");
  return {
    command,
    args: listOption(options, "args")?.map(show) ?? listed?.slice(1) ?? [],
    ...(cwd === undefined ? {} : { cwd: folderAt(context, "spawn_captured", cwd) }),
    ...environmentOf(options),
    ...inputOf(options.get("stdin")),
    ...(timeout === undefined || timeout <= 0 ? {} : { timeoutMs: timeout }),
    ...(limit === undefined ? {} : { maxOutputBytes: limit }),
  };
}

function environmentOf(options: DictValue): Pick<ProcessRequest, "env" | "clearEnv"> {
  const variables = dictOption(options, "env");
  const clearEnv = flagOption(options, "clear_env") ?? textOption(options, "env_mode") === "replace";
  if (variables === undefined) return { clearEnv };
  return { env: Object.fromEntries([...variables.entries()].map(([name, value]) => [name, show(value)])), clearEnv };
}

function inputOf(value: Value | undefined): Pick<ProcessRequest, "input"> {
  if (value === undefined || value === null) return {};
  return { input: value instanceof BytesValue ? value.bytes : show(value) };
}

export const processBuiltins: readonly Builtin[] = [...facts, ...environment, ...commands];
