import {
  type Builtin,
  type CallContext,
  declare,
  type Outcome,
  opt,
  type ProcessRequest,
  req,
  t,
  throughGate,
} from "../../builtin/index.ts";
import { categorizedError, DictValue, ListValue, runtimeError, show, type Value } from "../../value/index.ts";
import { lossyText } from "./crypto/percent.ts";
import { isoInstant } from "./datetime/civil.ts";
import { fail, failureOf, need } from "./faults.ts";
import { hostBridge } from "./host-bridge.ts";
import { hostMocks } from "./host-mocks.ts";
import { dictOption, filledTextOption, listOption, millisecondsOf, textOption } from "./options.ts";
import { joinPath } from "./path-text.ts";
import { chooseShell, describeDefaultShell, invocationOf, invocationValue, listShells } from "./shells.ts";
import { nextLine } from "./stdio.ts";
import { templateBuiltins } from "./template/template.ts";

const hosts = declare("host");

type Operation = (context: CallContext, params: DictValue) => Promise<Value> | Value;

interface Capability {
  readonly description: string;
  readonly operations: ReadonlyMap<string, readonly [description: string, run: Operation]>;
}

/** What every host can do. */
const standard: ReadonlyMap<string, Capability> = new Map([
  [
    "process",
    {
      description: "Process execution.",
      operations: new Map<string, readonly [string, Operation]>([
        ["exec", ["Execute a process in argv or explicit shell mode.", execute]],
        ["list_shells", ["List shells discovered by the host/session.", listShells]],
        ["get_default_shell", ["Return the selected default shell for this host/session.", describeDefaultShell]],
        ["set_default_shell", ["Select the default shell for this host/session.", chooseShell]],
        [
          "shell_invocation",
          [
            "Resolve a shell id/object plus login/interactive flags into argv.",
            (context, params) => invocationValue(invocationOf(context, params, "process.shell_invocation")),
          ],
        ],
      ]),
    },
  ],
  [
    "template",
    {
      description: "Template rendering.",
      operations: new Map<string, readonly [string, Operation]>([
        ["render", ["Render a template file.", renderTemplate]],
      ]),
    },
  ],
  [
    "interaction",
    {
      description: "User interaction.",
      operations: new Map<string, readonly [string, Operation]>([["ask", ["Ask the user a question.", ask]]]),
    },
  ],
]);

/** Answered when nobody else does, and so in no manifest. */
const fallbacks: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["runtime.task", (context) => context.host.environment?.get("HARN_TASK") ?? ""],
  ["runtime.set_result", () => null],
  [
    "workspace.project_root",
    (context) => context.host.environment?.get("HARN_PROJECT_ROOT") ?? context.host.files?.cwd ?? "",
  ],
  ["workspace.cwd", (context) => context.host.files?.cwd ?? ""],
]);

function requiredParam(params: DictValue, key: string): string {
  const text = show(params.get(key) ?? "");
  if (text === "") throw fail(`host_call: missing required parameter '${key}'`);
  return text;
}

async function ask(context: CallContext, params: DictValue): Promise<Value> {
  context.write("stdout", requiredParam(params, "question"));
  return (await nextLine(context, "host_call"))?.trimEnd() ?? "";
}

async function renderTemplate(context: CallContext, params: DictValue): Promise<Value> {
  const path = requiredParam(params, "path");
  const render = templateBuiltins.find((builtin) => builtin.name === "render")?.run as
    | ((context: CallContext, path: string, bindings: DictValue | undefined) => Value)
    | undefined;
  return render?.(context, path, dictOption(params, "bindings")) ?? null;
}

/** `{mode: argv, argv}` or `{mode: shell, command, shell | shell_id}`, with `cwd env env_mode env_remove stdin timeout_ms`. */
async function execute(context: CallContext, params: DictValue): Promise<Value> {
  const { command, args } = commandOf(context, params);
  const cwd = filledTextOption(params, "cwd");
  const timeout = millisecondsOf(params.get("timeout") ?? params.get("timeout_ms"));
  const input = params.get("stdin") ?? null;
  const startedAt = context.host.clock.now();
  try {
    const result = await need(context, "host_call", "processes").run({
      command,
      args,
      signal: context.signal,
      ...(cwd === undefined ? {} : { cwd: joinPath(need(context, "host_call", "files").cwd, cwd) }),
      ...(timeout === undefined || timeout <= 0 ? {} : { timeoutMs: timeout }),
      ...(input === null ? {} : { input: show(input) }),
      ...environmentOf(context, params),
    });
    const stdout = lossyText(result.stdout);
    const stderr = lossyText(result.stderr);
    const exitCode = result.timedOut ? -1 : (result.exitCode ?? -1);
    return DictValue.of({
      command_id: `cmd_${context.host.system?.processId ?? 0}_${Math.round(result.durationMs * 1e6)}`,
      status: result.timedOut ? "timed_out" : "completed",
      pid: result.pid ?? null,
      process_group_id: result.pid ?? null,
      handle_id: null,
      started_at: isoInstant(startedAt),
      ended_at: isoInstant(context.host.clock.now()),
      duration_ms: Math.round(result.durationMs),
      exit_code: exitCode,
      exit_status: exitCode,
      legacy_status: exitCode,
      signal: result.signal ?? null,
      timed_out: result.timedOut,
      stdout,
      stderr,
      combined: stdout !== "" && stderr !== "" ? `${stdout}\n${stderr}` : stdout + stderr,
      success: exitCode === 0,
    });
  } catch (error) {
    throw failureOf("host_call", error, (reason) => `host_call process.exec: ${reason}`);
  }
}

/** The process's variables: `env` alone, or with `env_mode: "merge"` on top of the host's, without those of `env_remove`. */
function environmentOf(context: CallContext, params: DictValue): Partial<Pick<ProcessRequest, "env" | "clearEnv">> {
  const removed = new Set(listOption(params, "env_remove")?.map(show));
  const given = dictOption(params, "env");
  if (given === undefined && removed.size === 0) return {};
  const replaces = given !== undefined && (textOption(params, "env_mode") ?? "replace") === "replace";
  const inherited = replaces ? [] : Object.entries(context.host.environment?.all() ?? {});
  const env = Object.fromEntries(inherited.filter(([name]) => !removed.has(name)));
  for (const [name, value] of given?.entries() ?? []) env[name] = show(value);
  return { env, clearEnv: true };
}

/** The parameters with the command spelled out as it will be read, so that nobody who judges it reads another one. */
function statedCommand(params: DictValue): DictValue {
  const argv = listOption(params, "argv");
  const command = params.get("command") ?? null;
  let stated = params.with("mode", textOption(params, "mode") ?? "shell");
  if (argv !== undefined) stated = stated.with("argv", new ListValue(argv.map(show)));
  if (command !== null) stated = stated.with("command", show(command));
  return stated;
}

function commandOf(
  context: CallContext,
  params: DictValue,
): { readonly command: string; readonly args: readonly string[] } {
  const mode = textOption(params, "mode") ?? "shell";
  if (mode === "argv") {
    const argv = listOption(params, "argv");
    if (argv === undefined) throw runtimeError("host_call process.exec missing argv");
    const [command, ...args] = argv.map(show);
    if (command === undefined) throw runtimeError("host_call process.exec argv must not be empty");
    if (command === "") throw runtimeError("host_call process.exec argv[0] must not be empty");
    return { command, args };
  }
  if (mode !== "shell") throw runtimeError(`host_call process.exec unsupported mode ${JSON.stringify(mode)}`);
  const command = requiredParam(params, "command");
  const invocation = invocationOf(context, params.with("command", command), "host_call process.exec");
  return { command: invocation.shell.path, args: invocation.args };
}

function manifest(context: CallContext): DictValue {
  const entries = new Map<string, { description: string; operations: Map<string, string> }>();
  const add = (name: string, description: string, operation: string, about: string): void => {
    const entry = entries.get(name) ?? { description, operations: new Map<string, string>() };
    entries.set(name, entry);
    if (!entry.operations.has(operation)) entry.operations.set(operation, about);
  };
  for (const [name, { description, operations }] of standard) {
    for (const [operation, [about]] of operations) add(name, description, operation, about);
  }
  for (const capability of context.service(hostBridge).bridge?.capabilities ?? []) {
    for (const [operation, about] of Object.entries(capability.operations))
      add(capability.name, capability.description, operation, about);
  }
  for (const mock of context.service(hostMocks).mocks) {
    const description = "Mocked host capability registered at runtime for tests.";
    add(mock.capability, description, mock.operation, "Mocked host operation registered at runtime for tests.");
  }
  return new DictValue(
    new Map(
      [...entries].map(([name, { description, operations }]): [string, Value] => [
        name,
        DictValue.of({
          description,
          ops: new ListValue([...operations.keys()]),
          operations: new DictValue(
            new Map([...operations].map(([key, about]) => [key, DictValue.of({ description: about })])),
          ),
        }),
      ]),
    ),
  );
}

/** Mocks first, then the embedder, then what every host can do. */
export async function callHost(
  context: CallContext,
  capability: string,
  operation: string,
  params: DictValue,
): Promise<Value> {
  const mock = context.service(hostMocks).answer({ capability, operation, params });
  if (mock?.error !== undefined) throw fail(mock.error);
  if (mock !== undefined) return mock.result;
  const bridged = await context.service(hostBridge).bridge?.call(capability, operation, params);
  if (bridged !== undefined) return bridged;
  const own = standard.get(capability)?.operations.get(operation)?.[1] ?? fallbacks.get(`${capability}.${operation}`);
  if (own === undefined) throw fail(`host_call: unsupported operation ${capability}.${operation}`);
  return await own(context, params);
}

export const hostCallBuiltins: readonly Builtin[] = [
  hosts({
    name: "host_call",
    summary:
      "Call an operation of a host capability by `capability.operation`. An error where the name has no dot, where the host has no such operation, or refuses.",
    params: [req("name", t.string), opt("params", t.dict)],
    effect: "host",
    run(context, name, params): Outcome {
      const dot = name.indexOf(".");
      if (dot < 0) throw categorizedError("tool_rejected", `host_call '${name}' must use capability.operation naming`);
      const given = params ?? new DictValue();
      const call = (asked: DictValue) => callHost(context, name.slice(0, dot), name.slice(dot + 1), asked);
      if (name !== "process.exec") return context.async(() => call(given));
      const request = statedCommand(given);
      return context.async(() =>
        throughGate(context, { surface: "host_call", request, start: call, answersRefusals: true }),
      );
    },
  }),
  hosts({
    name: "host_capabilities",
    summary: "What the host can do: capabilities with their operations.",
    params: [],
    returns: t.dict,
    effect: "host",
    run: manifest,
  }),
  hosts({
    name: "host_has",
    summary: "Whether the host has a capability, and an operation of it.",
    params: [req("capability", t.string), opt("operation", t.string)],
    returns: t.bool,
    effect: "host",
    examples: [['host_has("absent")', "false"]],
    run(context, capability, operation) {
      const operations = dictOption(dictOption(manifest(context), capability), "operations");
      return operations !== undefined && (operation === undefined || operations.has(operation));
    },
  }),
  hosts({
    name: "host_tool_list",
    summary: "The tools that the host offers.",
    params: [],
    returns: t.list,
    effect: "host",
    run(context): Outcome {
      const { bridge } = context.service(hostBridge);
      return bridge === undefined
        ? new ListValue([])
        : context.async(async () => new ListValue([...(await bridge.tools())]));
    },
  }),
  hosts({
    name: "host_tool_call",
    summary: "Call a tool that the host offers.",
    params: [req("name", t.string), opt("args", t.any)],
    effect: "host",
    run(context, name, args): Outcome {
      if (name === "") throw fail("host_tool_call: tool name is required");
      const { bridge } = context.service(hostBridge);
      if (bridge === undefined) throw fail("host_tool_call: no host bridge is attached");
      return context.async(() => bridge.callTool(name, args ?? null));
    },
  }),
];
