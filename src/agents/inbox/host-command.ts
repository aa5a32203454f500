// Commands as tools of a host run them: to their end, or beside the program (agent-inbox §5 and §7.2).
//
// H1. A command in the background is told of once, in the inbox of the session that began it, or never: who was cancelled, or was
//     still running when the session's loop ended, tells nothing.
// H2. What starts is what `spawn_captured` starts: ceilings, command policies, mocks and recordings hold as they do there.
import type { CallContext } from "../../builtin/index.ts";
import { sha256 } from "../../eventlog/index.ts";
import { boolAt, dictAt, intAt, isDict, isList, list, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { BuiltinValue, type DictValue, Raise, show, thrown, typeName, type Value } from "../../value/index.ts";
import { spawnDetached, type Task } from "../../vm/index.ts";
import type { AgentService } from "../service.ts";
import type { InboxEntry } from "./entry.ts";

const builtin = "hostlib_tools_run_command";
const exitSource = "hostlib.long_running.exit";
const requeueSource = "hostlib.run_command.requeue";
const inlineByteLimit = 50_000;

/** The one part of the host library that programs ask for. */
const toolFeature = "tools:deterministic";

export function enableHostTools(feature: string): DictValue {
  if (feature !== toolFeature) throw thrown(`hostlib_enable: unknown feature '${feature}' (supported: ${toolFeature})`);
  return record({ enabled: true, feature, newly_enabled: false });
}

/** What a request asks for, with its mistakes told by name. */
interface HostCommand {
  readonly argv: readonly string[];
  /** For people: the words of the command. */
  readonly descriptor: string;
  /** What `spawn_captured` takes. */
  readonly captured: DictValue;
  readonly isBackground: boolean;
  /** How long a background command is waited for first. */
  readonly waitMs: number | undefined;
  readonly inlineBytes: number;
}

/** What every answer about one command says of it. */
type Identity = Readonly<Record<"command_id" | "started_at", string>>;

export async function runHostCommand(context: CallContext, service: AgentService, request: DictValue): Promise<Value> {
  const command = readCommand(context, request);
  const identity = { command_id: `cmd_${service.newId()}`, started_at: now(context) };
  if (!command.isBackground) return await inForeground(context, command, identity);
  const running = inBackground(context, service, command, identity);
  return command.waitMs === undefined ? running : await waitFor(context, service, running, command.waitMs);
}

async function inForeground(context: CallContext, command: HostCommand, identity: Identity): Promise<Value> {
  const result = await capture(context, command);
  return record({
    ...identity,
    ...answered(result, command),
    audit_id: `audit_${identity.command_id}`,
    handle_id: null,
    status: boolAt(result, "timed_out") === true ? "timed_out" : "completed",
    signal: result.get("signal") ?? null,
    timed_out: boolAt(result, "timed_out") === true,
    duration_ms: intAt(result, "duration_ms") ?? 0,
    ended_at: now(context),
    pid: result.get("pid") ?? null,
    process_group_id: result.get("pid") ?? null,
    sandbox: unconfined(),
  });
}

/** Begins it, and answers at once. */
function inBackground(
  context: CallContext,
  { longRunning }: AgentService,
  command: HostCommand,
  identity: Identity,
): DictValue {
  const handle_id = longRunning.issue("hto");
  const facts = { ...identity, handle_id, command_or_op_descriptor: command.descriptor };
  const task = spawnDetached(context as Task, builtin, (own) =>
    own.async(async () => {
      const end = await endOf(own, command);
      longRunning.settle(handle_id, exitSource, (duration_ms) =>
        record({ ...facts, ...end, ended_at: now(own), duration_ms }),
      );
      return null;
    }),
  );
  longRunning.watch(context, handle_id, task);
  return record({
    ...facts,
    ...noOutput,
    audit_id: `audit_${identity.command_id}`,
    status: "running",
    command: command.descriptor,
    pid: null,
    process_group_id: null,
    ended_at: null,
    duration_ms: 0,
    exit_code: null,
    signal: null,
    timed_out: false,
    sandbox: unconfined(),
  });
}

/** What the inbox is told of the end; a command that could not be started has failed. */
async function endOf(own: CallContext, command: HostCommand): Promise<Readonly<Record<string, Value>>> {
  try {
    const result = await capture(own, command);
    const signal = textAt(result, "signal");
    return {
      ...answered(result, command),
      status: "completed",
      signal: signal === undefined ? null : `SIG${signalNumbers[signal] ?? signal.replace(/^SIG/u, "")}`,
      ...(result.get("pid") !== null && { process_group_id: result.get("pid") ?? null }),
    };
  } catch (error) {
    if (!(error instanceof Raise)) throw error;
    const reason = isDict(error.value) ? (textAt(error.value, "message") ?? show(error.value)) : show(error.value);
    return { ...noOutput, status: "failed", error: reason, exit_code: -1, signal: null };
  }
}

/** The numbers that signals have wherever there are any. */
const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

/**
 * Waits until anything is there for the session, or the time is up, and looks once: the command's own end is the answer, and all
 * else goes back into the inbox in its order, as new entries.
 */
async function waitFor(
  context: CallContext,
  service: AgentService,
  running: DictValue,
  waitMs: number,
): Promise<Value> {
  const { inbox } = service;
  const sessionId = service.currentSession(context.taskId) ?? "";
  await inbox.wait(sessionId, waitMs, context.host.clock, { signal: context.signal });
  let own: DictValue | undefined;
  for (const entry of inbox.drain(sessionId)) {
    const payload = own === undefined ? payloadOf(entry, running) : undefined;
    if (payload === undefined) inbox.push(sessionId, entry.kind, entry.content, requeueSource);
    else own = payload;
  }
  if (own !== undefined) return own;
  const still = running.toMap();
  return record({ ...Object.fromEntries(still), duration_ms: waitMs, feedback_kind: "tool_progress" });
}

function payloadOf(entry: InboxEntry, running: DictValue): DictValue | undefined {
  const payload = tryParseJson(entry.content);
  if (!isDict(payload) || textAt(payload, "handle_id") !== textAt(running, "handle_id")) return undefined;
  return record({ ...Object.fromEntries(payload.toMap()), feedback_kind: entry.kind });
}

async function capture(context: CallContext, { captured }: HostCommand): Promise<DictValue> {
  try {
    return (await context.callAsync(new BuiltinValue("spawn_captured"), [captured])) as DictValue;
  } catch (error) {
    const prefix = "spawn_captured failed: ";
    const value = error instanceof Raise ? error.value : undefined;
    if (typeof value !== "string" || !value.startsWith(prefix)) throw error;
    throw fault("backend_error", `spawn failed: ${value.slice(prefix.length)}`);
  }
}

const noFiles = { output_path: null, stdout_path: null, stderr_path: null };
const noOutput = { ...noFiles, stdout: "", stderr: "", line_count: 0, byte_count: 0, output_sha256: "" };

/** No system confines the process: what it may do was decided before it began. */
function unconfined(): DictValue {
  return record({ kind: "none", enforced: false });
}

function answered(result: DictValue, { inlineBytes }: HostCommand): Readonly<Record<string, Value>> {
  const stdout = textAt(result, "stdout") ?? "";
  const stderr = textAt(result, "stderr") ?? "";
  const combined = stdout + stderr;
  return {
    ...noFiles,
    exit_code: intAt(result, "exit_code") ?? -1,
    stdout: prefixOf(stdout, inlineBytes),
    stderr: prefixOf(stderr, inlineBytes),
    byte_count: new TextEncoder().encode(combined).length,
    line_count: combined === "" ? 0 : combined.replace(/\n$/u, "").split("\n").length,
    output_sha256: `sha256:${sha256(combined)}`,
  };
}

/** As many whole characters as fit into so many bytes. */
function prefixOf(text: string, byteLimit: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= byteLimit) return text;
  let end = byteLimit;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

function readCommand(context: CallContext, request: DictValue): HostCommand {
  const argv = argvOf(context, request);
  const capturing = dictAt(request, "capture");
  const waitMs = wholeNumber(request, "background_after_ms");
  if (present(request, "progress_interval_ms"))
    throw invalid("progress_interval_ms", "progress is not told of here; leave it out, the end is told of");
  const inline = capturing === undefined ? undefined : wholeNumber(capturing, "max_inline_bytes");
  const passed = ["cwd", "env", "env_mode", "stdin", "timeout_ms"].filter((key) => present(request, key));
  const captured = record({
    ...Object.fromEntries(passed.map((key) => [key, request.get(key) ?? null])),
    argv: list([...argv]),
  });
  return {
    argv,
    descriptor: argv.join(" "),
    captured,
    isBackground: flag(request, "background") || flag(request, "long_running") || waitMs !== undefined,
    waitMs,
    inlineBytes: inline ?? wholeNumber(request, "max_inline_bytes") ?? inlineByteLimit,
  };
}

function argvOf(context: CallContext, request: DictValue): readonly string[] {
  const mode = textAt(request, "mode") ?? "argv";
  if (mode === "shell") {
    const command = textAt(request, "command") ?? "";
    if (command.trim() === "") throw fault("missing_parameter", "missing required parameter 'command'");
    return context.host.system?.platform === "windows" ? ["cmd.exe", "/C", command] : ["/bin/sh", "-c", command];
  }
  if (mode !== "argv") throw invalid("mode", `expected "argv" or "shell", got ${JSON.stringify(mode)}`);
  const argv = request.get("argv");
  if (argv === undefined || argv === null) throw fault("missing_parameter", "missing required parameter 'argv'");
  const words = isList(argv) ? argv.toArray() : undefined;
  if (words === undefined || !words.every((word) => typeof word === "string"))
    throw invalid("argv", `expected list of strings, got ${typeName(argv)}`);
  if (words.length === 0) throw invalid("argv", "argv must contain at least one element");
  return words;
}

function present(request: DictValue, name: string): boolean {
  const value = request.get(name);
  return value !== undefined && value !== null;
}

function flag(request: DictValue, name: string): boolean {
  const value = request.get(name);
  if (value === undefined || value === null || typeof value === "boolean") return value === true;
  throw invalid(name, `expected bool, got ${typeName(value)}`);
}

function wholeNumber(request: DictValue, name: string): number | undefined {
  if (!present(request, name)) return undefined;
  const value = request.get(name) ?? null;
  if (typeof value === "number" && value >= 0) return value;
  throw invalid(name, `expected non-negative integer, got ${show(value)}`);
}

function invalid(name: string, what: string): unknown {
  return fault("invalid_parameter", `invalid parameter '${name}': ${what}`);
}

function fault(kind: string, what: string): unknown {
  return thrown(record({ builtin, kind, message: `hostlib: ${builtin}: ${what}` }));
}

function now({ host }: CallContext): string {
  return new Date(host.clock.now()).toISOString();
}
