import type { Rule } from "./rule.ts";
import { controlRules } from "./rules/control.ts";
import { declarationRules } from "./rules/declarations.ts";
import { expressionRules } from "./rules/expressions.ts";
import { layoutRules } from "./rules/layout.ts";
import { shadowingRule } from "./rules/shadowing.ts";
import { usageRules } from "./rules/usage.ts";

/** Every rule, by theme. The findings are put in the order of the text afterwards. */
export const rules: readonly Rule[] = [
  ...declarationRules,
  ...usageRules,
  shadowingRule,
  ...controlRules,
  ...expressionRules,
  ...layoutRules,
];
