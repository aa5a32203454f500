import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { writeProject } from "../scaffolds/write-project.ts";

export function execute(invocation: Invocation, context: CommandContext): number {
  writeProject(invocation.positionals[0] ?? ".", invocation.text("template") ?? "basic", context);
  return 0;
}
