import type { Rule } from "./rule.ts";
import { controlRules } from "./rules/control.ts";
import { declarationRules } from "./rules/declarations.ts";
import { expressionRules } from "./rules/expressions.ts";
import { layoutRules } from "./rules/layout.ts";
import { usageRules } from "./rules/usage.ts";

/** Every rule, by theme. The findings are put in the order of the text afterwards. */
export const rules: readonly Rule[] = [
  ...declarationRules,
  ...usageRules,
  ...controlRules,
  ...expressionRules,
  ...layoutRules,
];
