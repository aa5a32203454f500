import { diagnose } from "../../diagnostics/index.ts";
import type { FunctionDeclaration } from "../../syntax/index.ts";
import { badMain } from "../diagnostics.ts";
import { printType } from "../model/print.ts";
import type { Checker } from "./context.ts";

/** `main` is called by the machine, with the harness and nothing else. */
export function checkMain(c: Checker, declaration: FunctionDeclaration): void {
  const problem = problemOf(c, declaration);
  if (problem !== undefined) c.report(diagnose(badMain, c.source, declaration.span, { problem }));
}

function problemOf(c: Checker, { params }: FunctionDeclaration): string | undefined {
  const [param] = params;
  if (param === undefined) return "`main` must take a single `harness: Harness` parameter";
  if (params.length > 1)
    return `\`main\` must take exactly one parameter (\`harness: Harness\`), found ${params.length}`;
  const name = param.name.text;
  if (name !== "harness" && name !== "_harness") {
    return `\`main\` parameter is named \`${name}\`, expected \`harness\` or \`_harness\``;
  }
  if (param.type === undefined) return `\`main(${name}: Harness)\` requires an explicit \`Harness\` type annotation`;
  if (param.type.kind === "named-type" && param.type.name.text === "Harness") return undefined;
  return `\`main(${name}: …)\` parameter type must be \`Harness\`, found \`${printType(c.typeOf(param.type))}\``;
}
