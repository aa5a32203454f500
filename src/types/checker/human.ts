import { diagnose } from "../../diagnostics/index.ts";
import type { HumanExpression } from "../../syntax/index.ts";
import { badHumanArgument, missingHumanArgument, repeatedHumanArgument } from "../diagnostics.ts";
import { dynamic, type Type } from "../model/type.ts";
import type { Checker } from "./context.ts";

interface Form {
  /** In positional order. */
  readonly names: readonly string[];
  readonly required: number;
}

/** The arguments of the four questions to a human; the required ones come first. */
const forms: Readonly<Record<HumanExpression["verb"], Form>> = {
  ask_user: { names: ["prompt", "schema", "timeout", "default"], required: 1 },
  request_approval: {
    names: [
      "action",
      "args",
      "detail",
      "quorum",
      "reviewers",
      "deadline",
      "principal",
      "evidence_refs",
      "undo_metadata",
      "capabilities_requested",
    ],
    required: 1,
  },
  dual_control: { names: ["n", "m", "action", "approvers"], required: 3 },
  escalate_to: { names: ["role", "reason"], required: 2 },
};

export function checkHuman(c: Checker, expression: HumanExpression): Type {
  const { verb } = expression;
  const form = forms[verb];
  const given = new Set<string>();
  let hasNamed = false;
  for (const [index, argument] of expression.arguments.entries()) {
    c.expression(argument.value);
    const name = argument.name?.text ?? form.names[index];
    const problem = problemOf(form, argument.name?.text, index, hasNamed);
    hasNamed ||= argument.name !== undefined;
    if (problem !== undefined) c.report(diagnose(badHumanArgument, c.source, argument.span, { verb, problem }));
    else if (name !== undefined && given.has(name)) {
      c.report(diagnose(repeatedHumanArgument, c.source, argument.span, { verb, name }));
    }
    if (name !== undefined) given.add(name);
  }
  for (const name of form.names.slice(0, form.required)) {
    if (!given.has(name)) c.report(diagnose(missingHumanArgument, c.source, expression.span, { verb, name }));
  }
  return dynamic;
}

function problemOf(form: Form, name: string | undefined, index: number, hasNamed: boolean): string | undefined {
  if (name !== undefined) return form.names.includes(name) ? undefined : `unknown argument \`${name}\``;
  if (hasNamed) return "positional arguments must come before named ones";
  return index < form.names.length ? undefined : `takes at most ${form.names.length} positional arguments`;
}
