/** Reminders: what would stay too long, cannot be shown as asked, or is too much at once. */
import type { Expression } from "../../syntax/index.ts";
import { dictLiteral, entryOf, isOpen, literalText } from "../literals.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { isKind, within } from "../tree.ts";

function* undyingReminders({ tree }: LintFile): Iterable<Finding> {
  for (const dict of tree.of("dict")) {
    const kept = entryOf(dict, "preserve_on_compact");
    if (kept?.value.kind !== "bool" || kept.value.value || isOpen(dict)) continue;
    const limit = entryOf(dict, "ttl_turns");
    if (limit !== undefined && limit.value.kind !== "nil") continue;
    yield {
      span: kept.value.span,
      message:
        "`preserve_on_compact: false` with no finite `ttl_turns` can leave a reminder alive indefinitely until compaction drops it.",
      hint: "give it a finite `ttl_turns`, or `preserve_on_compact: true` when it is meant to last",
    };
  }
}

/** Of the providers that are on by default, those that fire in any loop. */
const defaultProviders = [
  "token_pressure",
  "idle_nudge",
  "tool_output_truncated",
  "post_compact_recap",
  "resume_continuity",
  "project_facts",
];
const providerLimit = 8;

function* manyProviders({ tree }: LintFile): Iterable<Finding> {
  for (const { callee, arguments: given } of tree.of("call")) {
    if (callee.text !== "agent_loop") continue;
    const reminders = entryOf(dictLiteral(given.at(-1)), "reminders")?.value;
    const list = listOf(reminders) ?? listOf(entryOf(dictLiteral(reminders), "providers")?.value);
    if (list === undefined) continue;
    const enabled = new Set(defaultProviders);
    for (const name of list.items.map(literalText)) {
      if (name === undefined) continue;
      if (name.startsWith("-")) enabled.delete(name.slice(1));
      else enabled.add(name);
    }
    if (enabled.size <= providerLimit) continue;
    yield {
      span: list.span,
      message: `\`agent_loop\` enables ${enabled.size} distinct reminder providers; this can add overlapping ambient context.`,
      hint: 'leave out the providers that this loop does not need (`"-idle_nudge"`), or split the loop into narrower stages',
    };
  }
}

function listOf(expression: Expression | undefined): Extract<Expression, { readonly kind: "list" }> | undefined {
  return expression?.kind === "list" ? expression : undefined;
}

/** Only these put a reminder in front of the first user message. */
const showsBlocks: ReadonlySet<string> = new Set(["anthropic", "bedrock", "vertex", "mock"]);

function* hintsWithoutEffect({ tree }: LintFile): Iterable<Finding> {
  for (const call of tree.of("call", "method-call")) {
    const provider = call.arguments
      .map((argument) => literalText(entryOf(dictLiteral(argument), "provider")?.value))
      .find((name) => name !== undefined);
    if (provider === undefined || showsBlocks.has(provider)) continue;
    for (const argument of call.arguments) {
      for (const dict of within(argument, (node) => !isKind(node, "closure"))) {
        if (!isKind(dict, "dict")) continue;
        const hint = entryOf(dict, "role_hint");
        if (literalText(hint?.value) !== "user_block" || hint === undefined) continue;
        yield {
          span: hint.value.span,
          message: `\`role_hint: "user_block"\` has no effect with provider \`${provider}\`, which has no blocks in front of the user's messages`,
          hint: 'use `role_hint: "system"` or `"developer"`, or choose the provider by capability',
        };
      }
    }
  }
}

export const reminderRules: readonly Rule[] = [
  warning("HARN-RMD-003", "reminder-role-hint-capability", hintsWithoutEffect),
  warning("HARN-RMD-004", "reminder-infinite-discardable", undyingReminders),
  { code: "HARN-RMD-007", name: "reminder-provider-count", severity: "info", find: manyProviders },
];
