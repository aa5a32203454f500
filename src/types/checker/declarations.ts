import type { Declaration, EvalPackDeclaration } from "../../syntax/index.ts";
import { checkAttributes } from "./attributes.ts";
import type { Checker } from "./context.ts";
import { checkFunction, checkImpl, checkPipeline, checkTool } from "./functions.ts";
import { checkVariance } from "./variance.ts";

export function checkDeclaration(c: Checker, declaration: Declaration): void {
  checkAttributes(c, declaration);
  switch (declaration.kind) {
    case "import":
      break;
    case "function":
      checkFunction(c, declaration);
      break;
    case "tool":
      checkTool(c, declaration);
      break;
    case "pipeline":
    case "override":
      checkPipeline(c, declaration);
      break;
    case "impl":
      checkImpl(c, declaration);
      break;
    case "skill":
      for (const field of declaration.fields) c.expression(field.value);
      break;
    case "eval-pack":
      checkEvalPack(c, declaration);
      break;
    case "type":
    case "enum":
    case "struct":
    case "interface":
      checkVariance(c, declaration);
      break;
  }
}

function checkEvalPack(c: Checker, declaration: EvalPackDeclaration): void {
  for (const field of declaration.fields) c.expression(field.value);
  c.inFunction({ kind: "closure", span: declaration.span }, () => {
    c.statements({ span: declaration.span, statements: declaration.body });
    if (declaration.summarize) c.block(declaration.summarize);
  });
}
