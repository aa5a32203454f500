import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { annotationKinds, frictionOf, isKnown, readAnnotations } from "../test-bench/annotations.ts";
import { pathOf } from "./test-bench-run.ts";

/** Prints annotations of some kinds, one a line, as they are or as events of friction. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const kinds = invocation.texts("kind");
  const unknown = kinds.find((kind) => !isKnown(kind));
  if (unknown !== undefined)
    throw new CommandFailure(
      "annotations_invalid",
      `unknown annotation kind '${unknown}' (expected one of ${annotationKinds.join(", ")})`,
    );
  const { annotations } = readAnnotations(resolve(context.cwd, invocation.positionals[0] as string));
  const isFriction = invocation.text("format") === "friction";
  const chosen = annotations.filter(
    ({ friction_kind, kind }) =>
      (kinds.length === 0 || kinds.includes(kind)) && !(isFriction && friction_kind === null),
  );
  const lines = chosen.map((annotation) => `${JSON.stringify(isFriction ? frictionOf(annotation) : annotation)}\n`);
  const path = pathOf(invocation, "output", context);
  if (path === undefined) {
    context.output.write("stdout", lines.join(""));
    return 0;
  }
  writeFileSync(path, lines.join(""));
  const format = isFriction ? "friction" : "jsonl";
  context.output.write("stderr", `[testbench] exported ${lines.length} annotation(s) to ${path} (format=${format})\n`);
  return 0;
}
