import { type CallContext, type ProcessRequest, serviceKey } from "../../builtin/index.ts";
import { DictValue, ListValue, runtimeError, show, type Value } from "../../value/index.ts";
import { dictOption, filledTextOption, flagOption, listOption } from "./options.ts";
import { baseOf } from "./path-text.ts";

/** A command line interpreter of the user's choice, as hosts describe it. */
export interface Shell {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly platform: string;
  readonly defaultArgs: readonly string[];
  readonly loginArgs: readonly string[];
  readonly source: "configured" | "env" | "fallback" | "host";
}

/** Which shell the program has chosen. One per runtime. */
export class ShellChoice {
  selected: string | undefined;
}

export const shellChoice = serviceKey<ShellChoice>("shell choice", () => new ShellChoice());

const powershells = new Set(["pwsh", "powershell"]);

function argsOf(id: string): { readonly defaultArgs: readonly string[]; readonly loginArgs: readonly string[] } {
  if (id === "cmd") return { defaultArgs: ["/C"], loginArgs: [] };
  if (powershells.has(id)) return { defaultArgs: ["-NoProfile", "-Command"], loginArgs: [] };
  return { defaultArgs: ["-c"], loginArgs: ["-l", "-c"] };
}

function shellAt(context: CallContext, path: string, source: Shell["source"]): Shell {
  const id = baseOf(path).replace(/\.exe$/i, "");
  return { id, label: id, path, platform: context.host.system?.platform ?? "unknown", ...argsOf(id), source };
}

/** The configured one first, then the user's, then what the platform always has. */
function discover(context: CallContext): readonly Shell[] {
  const environment = context.host.environment;
  const isWindows = context.host.system?.platform === "windows";
  const configured = environment?.get("HARN_DEFAULT_SHELL");
  const usual = environment?.get(isWindows ? "COMSPEC" : "SHELL");
  const found = [
    ...(configured ? [shellAt(context, configured, "configured")] : []),
    ...(usual ? [shellAt(context, usual, "env")] : []),
    shellAt(context, isWindows ? "cmd.exe" : "/bin/sh", "fallback"),
  ];
  return found.filter((shell, index) => found.findIndex((other) => other.id === shell.id) === index);
}

function defaultShell(context: CallContext): Shell {
  const shells = discover(context);
  const { selected } = context.service(shellChoice);
  return shells.find((shell) => shell.id === selected) ?? (shells[0] as Shell);
}

/** A command line for the default shell: the one place where a text is handed to a shell, because that was asked for. */
export function shellCommand(context: CallContext, line: string): Pick<ProcessRequest, "command" | "args"> {
  const shell = defaultShell(context);
  return { command: shell.path, args: [...shell.defaultArgs, line] };
}

function shellValue(shell: Shell): DictValue {
  const isPosix = shell.id !== "cmd" && !powershells.has(shell.id);
  return DictValue.of({
    id: shell.id,
    label: shell.label,
    path: shell.path,
    platform: shell.platform,
    available: true,
    supports_login: shell.loginArgs.length > 0,
    supports_interactive: isPosix,
    default_args: new ListValue([...shell.defaultArgs]),
    login_args: new ListValue([...shell.loginArgs]),
    source: shell.source,
  });
}

export function listShells(context: CallContext): Value {
  const shells = discover(context);
  return DictValue.of({ shells: new ListValue(shells.map(shellValue)), default_shell_id: defaultShell(context).id });
}

export function describeDefaultShell(context: CallContext): Value {
  return shellValue(defaultShell(context));
}

export function chooseShell(context: CallContext, params: DictValue): Value {
  const id = filledTextOption(params, "shell_id") ?? filledTextOption(params, "id");
  if (id === undefined) throw runtimeError("process.set_default_shell missing shell_id");
  const shell = discover(context).find((candidate) => candidate.id === id);
  if (shell === undefined)
    throw runtimeError(`process.set_default_shell: unknown or unavailable shell id ${JSON.stringify(id)}`);
  context.service(shellChoice).selected = id;
  return shellValue(shell);
}

export interface Invocation {
  readonly shell: Shell;
  readonly args: readonly string[];
}

/** `{shell | shell_id, command?, login?, interactive?}` as a command and its arguments. */
export function invocationOf(context: CallContext, params: DictValue, operation: string): Invocation {
  const shell = statedShell(context, params, operation);
  const isLogin = flagOption(params, "login") === true && shell.loginArgs.length > 0;
  const base = isLogin ? shell.loginArgs : shell.defaultArgs;
  const isInteractive = flagOption(params, "interactive") === true && shell.id !== "cmd" && !powershells.has(shell.id);
  const command = filledTextOption(params, "command") ?? "{command}";
  return { shell, args: [...(isInteractive && !base.includes("-i") ? ["-i"] : []), ...base, command] };
}

function statedShell(context: CallContext, params: DictValue, operation: string): Shell {
  const described = dictOption(params, "shell");
  const id = filledTextOption(described, "id") ?? filledTextOption(params, "shell_id");
  const path = filledTextOption(described, "path");
  if (path !== undefined) {
    const shell = shellAt(context, path, "host");
    const args = listOption(described, "default_args")?.map(show);
    return { ...shell, id: id ?? shell.id, ...(args === undefined ? {} : { defaultArgs: args }) };
  }
  if (id === undefined) throw runtimeError(`${operation}: shell mode requires \`shell\` or \`shell_id\``);
  const shell = discover(context).find((candidate) => candidate.id === id);
  if (shell === undefined) throw runtimeError(`${operation}: unknown shell id ${JSON.stringify(id)}`);
  return shell;
}

export function invocationValue({ shell, args }: Invocation): Value {
  return DictValue.of({
    program: shell.path,
    args: new ListValue([...args]),
    command_arg_index: args.length - 1,
    shell: shellValue(shell),
  });
}
