import { canonicalInvariantName, declaredHandlers, invariantViolations, type Violation } from "../../lint/index.ts";
import { standardCatalog } from "../../program/index.ts";
import type { Source, Span } from "../../text/index.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { loadFile, syntaxErrors } from "./loaded-file.ts";
import { tellFindings } from "./report.ts";

/** `harn explain --invariant`: how a handler comes to break what it declares. Exit 0 whatever is found: it is an answer, no check. */
export function explainInvariant(name: string, handler: string, path: string, context: CommandContext): number {
  const file = loadFile(path);
  const errors = syntaxErrors(file);
  if (errors.length > 0) {
    tellFindings(errors, context);
    return 1;
  }
  const { entry } = file.graph;
  const found = declaredHandlers(entry).find((each) => each.handler.name === handler);
  if (found === undefined)
    throw new CommandFailure("handler_not_found", `handler \`${handler}\` was not found in ${path}`);
  const wanted = canonicalInvariantName(name) ?? name;
  if (!found.invariants.some(({ setting }) => setting.name === wanted)) {
    throw new CommandFailure(
      "invariant_not_declared",
      `handler \`${handler}\` does not declare \`@invariant("${wanted}")\``,
    );
  }
  const violations = invariantViolations(entry, standardCatalog, wanted).filter((each) => each.handler === handler);
  const text = violations.map((each) => violationText(each, entry.source)).join("");
  context.output.write("stdout", text || `No \`${wanted}\` violations found for \`${handler}\` in ${path}.\n`);
  return 0;
}

function violationText({ invariant, handler, message, hint, way }: Violation, source: Source): string {
  const steps = way.map(({ text, span }, index) => `  ${index + 1}. ${placeText(source, span)} ${text}\n`);
  return `${invariant}: ${message} (${handler})\n${steps.join("")}  help: ${hint}\n`;
}

function placeText({ path, lines }: Source, { start }: Span): string {
  const { line, column } = lines.positionAt(start);
  return `${path}:${line}:${column}`;
}
