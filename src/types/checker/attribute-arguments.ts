import { diagnose } from "../../diagnostics/index.ts";
import type { Attribute, AttributeValue } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { badAttributeArgument } from "../diagnostics.ts";
import type { Checker } from "./context.ts";

/** What an argument may be, and how a message asks for it. Arguments that look inside a dict have a check of their own. */
type Rule = Plain | Nested;
type Plain = { readonly wants: string; readonly accepts: (value: AttributeValue) => boolean };
type Nested = { readonly check: (c: Checker, attribute: string, argument: string, value: AttributeValue) => void };

const isWord = ({ kind }: AttributeValue): boolean => kind === "string" || kind === "word";
const isNumber = ({ kind }: AttributeValue): boolean => kind === "int" || kind === "float";
const isWordOrCall = (value: AttributeValue): boolean => isWord(value) || value.kind === "call";
const allOf = (value: AttributeValue, accepts: (item: AttributeValue) => boolean): boolean =>
  value.kind === "list" ? value.items.every(accepts) : accepts(value);

const anything: Rule = { wants: "", accepts: () => true };
const word: Rule = { wants: "a string or symbol", accepts: isWord };
const words: Rule = { wants: "a list of strings or symbols", accepts: (value) => allOf(value, isWord) };
const number: Rule = { wants: "a number", accepts: isNumber };
const triggers: Rule = {
  wants: "a list of strings, dotted trigger ids, or schedule(...)",
  accepts: (value) => allOf(value, isWordOrCall),
};
const schedule: Rule = { wants: "a string/symbol or schedule(...)", accepts: isWordOrCall };
const positive: Rule = { wants: "a positive integer", accepts: (value) => value.kind === "int" && value.value > 0n };
const fraction: Rule = {
  wants: "a float in [0.0, 1.0]",
  accepts: (value) => (value.kind === "int" || value.kind === "float") && value.value >= 0 && value.value <= 1,
};

function oneOf(...choices: readonly string[]): Rule {
  return {
    wants: `one of ${listed(choices)}`,
    accepts: (value) =>
      choices.includes(value.kind === "string" ? value.value : value.kind === "word" ? value.text : ""),
  };
}

const amounts = [
  "daily_usd",
  "hourly_usd",
  "run_usd",
  "max_tokens",
  "frontier_escalations",
  "max_autonomous_decisions_per_hour",
  "max_autonomous_decisions_per_day",
];
const exhausted = ["on_exhausted", "on_budget_exhausted"];

const budgetFields: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(amounts.map((name) => [name, number])),
  ...Object.fromEntries(exhausted.map((name) => [name, word])),
};

/** The budget fields as a dict inside another attribute, which may also be said in words: `budget(usd: 3)`. */
const budget: Rule = {
  check: (c, attribute, argument, value) => {
    if (value.kind === "call") return;
    if (value.kind !== "dict") return refuse(c, attribute, argument, "a dict of budget fields", value.span);
    for (const { key, value: amount } of value.entries) {
      const rule = budgetFields[key.text];
      if (rule === undefined) report(c, key.span, unknownBudgetField(attribute, key.text));
      else apply(c, rule, attribute, key.text, amount);
    }
  },
};

const stepRetry: Rule = {
  check: (c, attribute, argument, value) => {
    if (value.kind !== "dict") {
      return refuse(c, attribute, argument, "a dict such as `{ max_attempts: 3 }`", value.span);
    }
    for (const { key, value: count } of value.entries) {
      if (key.text !== "max_attempts") {
        report(c, key.span, `unknown \`@step(retry: ...)\` field \`${key.text}\`; expected \`max_attempts\``);
      } else if (!(count.kind === "int" && count.value > 0n)) {
        report(c, count.span, "`@step(retry: { max_attempts: ... })` must be a positive integer");
      }
    }
  },
};

const stepBudget: Rule = {
  check: (c, attribute, argument, value) => {
    if (value.kind !== "dict") return refuse(c, attribute, argument, "a dict such as `{ max_usd: 0.5 }`", value.span);
    for (const { key, value: amount } of value.entries) {
      if (key.text === "max_tokens") {
        if (!(amount.kind === "int" && amount.value > 0n))
          report(c, amount.span, "`@step(budget: { max_tokens: ... })` must be a positive integer");
      } else if (key.text === "max_usd") {
        if (!((amount.kind === "int" || amount.kind === "float") && amount.value >= 0))
          report(c, amount.span, "`@step(budget: { max_usd: ... })` must be a non-negative number");
      } else {
        const wanted = listed(["max_tokens", "max_usd"]);
        report(c, key.span, `unknown \`@step(budget: ...)\` field \`${key.text}\`; expected one of ${wanted}`);
      }
    }
  },
};

const stageKeys = ["name", "allowed_tools", "side_effect_level", "max_iterations"];

const stages: Rule = {
  check: (c, attribute, argument, value) => {
    if (value.kind !== "list") return refuse(c, attribute, argument, "a list of stage dicts", value.span);
    for (const stage of value.items) {
      if (stage.kind !== "dict") report(c, stage.span, "`@persona(stages: ...)` entries must be dict literals");
      else
        for (const entry of stage.entries) checkStageEntry(c, attribute, entry.key.text, entry.key.span, entry.value);
    }
  },
};

function checkStageEntry(c: Checker, attribute: string, key: string, span: Span, value: AttributeValue): void {
  switch (key) {
    case "name":
    case "side_effect_level":
      if (!isWord(value)) report(c, value.span, `stage \`${key}\` must be a string`);
      break;
    case "allowed_tools":
      apply(c, words, attribute, key, value);
      break;
    case "max_iterations":
      if (!(value.kind === "int" && value.value >= 0n)) {
        report(c, value.span, "stage `max_iterations` must be a non-negative integer");
      }
      break;
    default:
      report(c, span, `unknown stage key \`${key}\`; expected one of ${listed(stageKeys)}`);
  }
}

/** Arguments by attribute. One that is absent here is read by others: `@complexity`, `@invariant`, `@acp_tool`. */
const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  deprecated: { since: word, use: word },
  serial: { group: word },
  heavy: { threads: positive },
  command: { name: word, description: word, hint: word },
  step: {
    name: word,
    model: word,
    approval: oneOf("required", "optional"),
    receipt: oneOf("audit", "none"),
    error_boundary: oneOf("fail", "continue", "escalate"),
    retry: stepRetry,
    budget: stepBudget,
  },
  persona: {
    name: word,
    description: word,
    triggers,
    schedules: triggers,
    tools: words,
    autonomy: word,
    budget,
    handoffs: words,
    context_packs: words,
    evals: words,
    receipts: { wants: "a string/symbol or bool", accepts: (value) => isWord(value) || value.kind === "bool" },
    model: word,
    owner: word,
    stages,
  },
  trigger: { id: word, provider: word, kind: word, event: word, when: word, schedule, budget },
  handoff: { target: words, to: words, reason: word, schema: word, artifact: word },
  budget: budgetFields,
  archivist: { evidence: anything, confidence: fraction, source_date: anything, coverage_examples: anything },
};

export function checkAttributeArguments(c: Checker, attribute: Attribute): void {
  const name = attribute.name.text;
  if (name === "test" && attribute.arguments.length > 0) {
    report(c, attribute.span, "`@test` does not accept arguments");
    return;
  }
  const known = rules[name];
  if (known === undefined) return;
  for (const argument of attribute.arguments) {
    if (argument.name === undefined) {
      if (name !== "trigger") report(c, argument.span, `\`@${name}(...)\` arguments must be named`);
      continue;
    }
    const rule = known[argument.name.text];
    if (rule === undefined) report(c, argument.span, unknownArgument(name, argument.name.text, Object.keys(known)));
    else apply(c, rule, name, argument.name.text, argument.value, argument.span);
  }
  const absent = missingArgument(attribute);
  if (absent !== undefined) report(c, attribute.span, absent);
}

function missingArgument({ name, arguments: given }: Attribute): string | undefined {
  const has = (wanted: string) => given.some((argument) => argument.name?.text === wanted);
  switch (name.text) {
    case "heavy":
      return has("threads") ? undefined : "`@heavy(...)` must specify `threads: <positive int>`";
    case "step":
      return has("name") ? undefined : '`@step(...)` should declare `name: "..."` for stable supervision metadata';
    case "archivist":
      return has("evidence")
        ? undefined
        : "`@archivist(...)` should declare `evidence: [...]` so predicates can be audited";
    default:
      return undefined;
  }
}

function apply(
  c: Checker,
  rule: Rule,
  attribute: string,
  argument: string,
  value: AttributeValue,
  at = value.span,
): void {
  if ("check" in rule) rule.check(c, attribute, argument, value);
  else if (!rule.accepts(value)) refuse(c, attribute, argument, rule.wants, at);
}

function refuse(c: Checker, attribute: string, argument: string, wants: string, span: Span): void {
  report(c, span, `\`@${attribute}(${argument}: ...)\` must be ${wants}`);
}

function unknownArgument(attribute: string, argument: string, known: readonly string[]): string {
  if (attribute === "budget") return unknownBudgetField(attribute, argument);
  return `unknown \`@${attribute}\` argument \`${argument}\`; expected one of ${listed(known)}`;
}

function unknownBudgetField(attribute: string, field: string): string {
  return `unknown \`@${attribute}\` budget field \`${field}\`; expected one of ${listed(amounts)} or ${listed(exhausted)}`;
}

function listed(names: readonly string[]): string {
  return `[${names.map((name) => `"${name}"`).join(", ")}]`;
}

function report(c: Checker, span: Span, problem: string): void {
  c.report(diagnose(badAttributeArgument, c.source, span, { problem }));
}
