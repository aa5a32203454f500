import type { Rule } from "./rule.ts";
import { controlRules } from "./rules/control.ts";
import { declarationRules } from "./rules/declarations.ts";
import { expressionRules } from "./rules/expressions.ts";
import { handlerRules } from "./rules/handlers.ts";
import { layoutRules } from "./rules/layout.ts";
import { modelRules } from "./rules/models.ts";
import { personaRules } from "./rules/personas.ts";
import { punctuationRules } from "./rules/punctuation.ts";
import { reminderRules } from "./rules/reminders.ts";
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
  ...punctuationRules,
  ...modelRules,
  ...personaRules,
  ...handlerRules,
  ...reminderRules,
];
