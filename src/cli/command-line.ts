import { messageOf } from "../text/index.ts";
import { helpOf } from "./arguments/help.ts";
import type { Invocation } from "./arguments/invocation.ts";
import { parseCommandLine } from "./arguments/parse.ts";
import type { CommandSpec } from "./arguments/spec.ts";
import { UsageError } from "./arguments/usage-error.ts";
import { CommandFailure } from "./command-failure.ts";
import type { CommandContext } from "./context.ts";
import { failure } from "./envelope.ts";
import { run } from "./run-spec.ts";

/** Runs one command line; gives the exit status. Whatever goes wrong becomes a message, never a JavaScript stack. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let invocation: Invocation | undefined;
  try {
    const wanted = withDefaultCommand(args);
    const parsed = parseCommandLine(await treeFor(wanted), wanted, context.environment);
    if (parsed.kind === "help") {
      context.output.write("stdout", helpOf(parsed.command, parsed.path));
      return 0;
    }
    invocation = parsed.invocation;
    const command = await invocation.command.load?.();
    return (await command?.execute(invocation, context)) ?? 0;
  } catch (error) {
    return report(error, invocation, context);
  }
}

/** `harn main.harn` runs it, and nothing of `harn` is nothing in particular. */
function withDefaultCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === "help") return [...args.slice(1), "--help"];
  return args.length === 1 && first?.endsWith(".harn") === true ? ["run", first] : args;
}

/** Only what leads to the command: most starts are runs, and the whole tree is large. */
async function treeFor([first]: readonly string[]): Promise<CommandSpec> {
  if (first === run.name) return { name: "harn", summary: "", subcommands: [run] };
  return (await import("./command-tree.ts")).commandTree;
}

function report(error: unknown, invocation: Invocation | undefined, { output, environment }: CommandContext): number {
  if (error instanceof UsageError) {
    const usage = error.usage === undefined ? "" : `\n\nUsage: ${error.usage}\n\nFor more information, try '--help'.`;
    output.write("stderr", `error: ${error.message}${usage}\n`);
    return 2;
  }
  if (error instanceof CommandFailure) {
    if (invocation !== undefined && wantsJson(invocation)) output.write("stdout", failure(error));
    else output.write("stderr", `error: ${error.message}\n`);
    return 1;
  }
  output.write("stderr", internalError(error, environment.HARN_DEBUG === "1"));
  return 1;
}

function wantsJson(invocation: Invocation): boolean {
  return invocation.command.flags?.some(({ name }) => name === "json") === true && invocation.has("json");
}

/** A fault of ours. The stack is for whoever repairs it. */
export function internalError(error: unknown, showsStack: boolean): string {
  const text = messageOf(error);
  const stack = showsStack && error instanceof Error ? `${error.stack ?? ""}\n` : "";
  return `error: internal error: ${text}\n${stack}This is a mistake in harn, not in your program. Please report it, with what HARN_DEBUG=1 prints.\n`;
}
