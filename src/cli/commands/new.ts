import { existsSync } from "node:fs";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { writeProject } from "../scaffolds/write-project.ts";

/** `harn new NAME` and `harn new package NAME`. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const [first, second] = invocation.positionals;
  if (first === undefined) throw new UsageError("the following required argument was not provided: <NAME>");
  if (second !== undefined && first !== "package")
    throw new UsageError(
      `there is no kind of project '${first}': leave it out, or write \`harn new package ${second}\``,
    );
  const name = second ?? first;
  const template = second === undefined ? (invocation.text("template") ?? "basic") : first;
  if (existsSync(name)) throw new CommandFailure("already_exists", `Directory '${name}' already exists`);
  writeProject(name, template, context);
  return 0;
}
