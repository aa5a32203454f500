import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";

/** Which kind of test is meant; each is a file of its own. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [target, selection] = invocation.positionals;
  if (target === "conformance") {
    const { testConformance } = await import("./test-conformance.ts");
    return await testConformance(invocation, context);
  }
  if (selection !== undefined) throw new UsageError("a SELECTION is for `harn test conformance` only");
  if (invocation.text("root") !== undefined) throw new UsageError("--root is for `harn test conformance` only");
  const { testProject } = await import("./test-project.ts");
  return await testProject(invocation, context);
}
