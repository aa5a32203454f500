/** Statements in the wrong place, or without effect. */
import { lineRemoval, type TextEdit } from "../../diagnostics/index.ts";
import { type Block, expressionText, type IfExpression, type Statement } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { deadStatements, isBlock, spanOf } from "../endings.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { isKind, within } from "../tree.ts";

function* deadCode({ tree, module }: LintFile): Iterable<Finding> {
  for (const block of tree.blocks) {
    const dead = deadStatements(block);
    const [first] = dead;
    const span = spanOf(dead);
    if (first === undefined || span === undefined) continue;
    const edit = dead.some((statement) => "attributes" in statement)
      ? undefined
      : lineRemoval(module.source.text, span);
    yield {
      span: first.span,
      message: "unreachable code after a terminating statement",
      hint: "remove the unreachable code",
      fix: edit && [edit],
    };
  }
}

function* letThenReturn({ tree, module }: LintFile): Iterable<Finding> {
  const { text } = module.source;
  for (const { statements } of tree.blocks) {
    for (const [index, binding] of statements.entries()) {
      const next = statements[index + 1];
      if (binding.kind !== "binding" || binding.mode !== "let" || binding.type !== undefined) continue;
      if (binding.pattern.kind !== "name-pattern" || next?.kind !== "return" || next.value?.kind !== "name") continue;
      const name = binding.pattern.name.text;
      if (next.value.name !== name) continue;
      const between = text.slice(binding.span.end, next.span.start);
      const value = text.slice(binding.value.span.start, binding.span.end);
      const span = { start: binding.span.start, end: next.span.end };
      yield {
        span: binding.span,
        message: `binding \`${name}\` is immediately returned`,
        hint: `return the expression assigned to \`${name}\` directly`,
        fix: /^[\s;]*$/.test(between) ? [{ span, text: `return ${value}` }] : undefined,
      };
    }
  }
}

function* emptyBlocks(file: LintFile): Iterable<Finding> {
  for (const node of file.tree.of("if", "for", "while", "try")) {
    if (node.kind === "try" && node.handler === undefined && node.finalizer === undefined) continue;
    const body = node.kind === "if" ? node.then : node.body;
    if (body.statements.length > 0) continue;
    const what = { if: "if block", for: "for loop", while: "while loop", try: "try block" }[node.kind];
    const short = { if: "if", for: "for loop", while: "while loop", try: "try/catch" }[node.kind];
    yield {
      span: node.span,
      message: `${what} has an empty body`,
      hint: `remove the empty ${short} or add a body`,
      fix: isIdle(node) ? removal(file, node) : undefined,
    };
  }
}

/** Leaving it out changes nothing: what it reads has no effect. */
function isIdle(node: ReturnType<LintFile["tree"]["of"]>[number]): boolean {
  if (node.kind !== "if" && node.kind !== "for") return false;
  if (node.kind === "if" && node.otherwise !== undefined) return false;
  const read = node.kind === "if" ? node.condition : node.iterable;
  for (const part of within(read)) {
    if (isKind(part, "name", "int", "float", "string", "bool", "nil", "list", "binary", "logical")) continue;
    return false;
  }
  return true;
}

/** A statement with its line. The last one of a block stays, since it is the value of the block; so does one with a comment. */
function removal({ tree, module }: LintFile, node: { readonly span: Span }): readonly TextEdit[] | undefined {
  const parent = tree.parentOf(node);
  const statement = parent !== undefined && isKind(parent, "expression") ? parent : node;
  const block = tree.parentOf(statement);
  if (block === undefined || !("statements" in block)) return undefined;
  const { statements } = block as Block;
  if (statements[statements.length - 1] === statement) return undefined;
  const { text } = module.source;
  const { span } = node;
  if (module.program.comments.some((comment) => comment.span.start >= span.start && comment.span.end <= span.end))
    return undefined;
  const edit = lineRemoval(text, span);
  return edit && [edit];
}

function* unnecessaryElse(file: LintFile): Iterable<Finding> {
  for (const node of file.tree.of("if")) {
    const { then, otherwise } = node;
    if (otherwise === undefined || !isBlock(otherwise) || !endsInReturn(then) || !endsInReturn(otherwise)) continue;
    yield {
      span: { start: node.span.start, end: node.condition.span.end },
      message: "both if and else branches return — else is unnecessary",
      hint: "remove the else and place its body after the if",
      fix: flattened(file, node, otherwise),
    };
  }
}

function endsInReturn({ statements }: Block): boolean {
  return statements[statements.length - 1]?.kind === "return";
}

/**
 * The body of the `else` after the `if`. Only where the `if` is a statement of its own, on lines of its own, and where moving the body
 * out moves no binding and no text that spans lines.
 */
function flattened({ tree, module }: LintFile, node: IfExpression, otherwise: Block): readonly TextEdit[] | undefined {
  const parent = tree.parentOf(node);
  if (parent === undefined || !isKind(parent, "expression")) return undefined;
  if (otherwise.statements.some(({ kind }) => kind !== "return" && kind !== "expression")) return undefined;
  const { text } = module.source;
  const whole = text.slice(otherwise.span.start, otherwise.span.end);
  const match = /^\{[ \t]*\r?\n([\s\S]*?)\r?\n[ \t]*\}$/.exec(whole);
  if (match?.[1] === undefined || whole.includes('"""')) return undefined;
  const body = match[1].replace(/^ {2}/gm, "");
  return [{ span: { start: node.then.span.end, end: otherwise.span.end }, text: `\n${body}` }];
}

function* duplicateArms({ tree, module }: LintFile): Iterable<Finding> {
  for (const { arms } of tree.of("match")) {
    const seen = new Set<string>();
    for (const { patterns, guard, span } of arms) {
      const [first] = patterns;
      if (guard !== undefined || first === undefined) continue;
      const key = patterns.map((pattern) => expressionText(pattern)).join(" | ");
      if (seen.has(key)) {
        const edit = lineRemoval(module.source.text, span);
        yield {
          span: first.span,
          message: "duplicate match arm pattern",
          hint: "remove the duplicate arm; only the first one can match",
          fix: edit && [edit],
        };
      }
      seen.add(key);
    }
  }
}

function* strayBreaks({ tree }: LintFile): Iterable<Finding> {
  const breaks = tree.of("break", "continue");
  if (breaks.length === 0) return;
  const around = tree.of("for", "while", "function", "tool", "pipeline", "override", "closure", "parallel");
  const inOrder = [...around, ...breaks].sort((a, b) => a.span.start - b.span.start);
  const open: (typeof inOrder)[number][] = [];
  for (const node of inOrder) {
    while ((open.at(-1)?.span.end ?? Number.POSITIVE_INFINITY) <= node.span.start) open.pop();
    const inner = open.at(-1)?.kind;
    if (!isKind(node, "break", "continue")) open.push(node);
    else if (inner !== "for" && inner !== "while")
      yield {
        span: node.span,
        message: `\`${node.kind}\` used outside of a loop`,
        hint: `\`${node.kind}\` can only be used inside for or while loops`,
      };
  }
}

const approvals: ReadonlySet<string> = new Set(["request_approval", "dual_control"]);

function* droppedApprovals({ tree }: LintFile): Iterable<Finding> {
  for (const { expression } of tree.of("expression")) {
    if (expression.kind !== "human" || !approvals.has(expression.verb)) continue;
    yield {
      span: expression.span,
      message: `approval result from \`${expression.verb}\` is discarded`,
      hint: "bind the result, inspect its signed approver receipts, or explicitly assign it to `_`",
    };
  }
}

function isTest(item: Statement): boolean {
  if (item.kind !== "pipeline") return false;
  return item.name.text.startsWith("test") || item.attributes.some(({ name }) => name.text === "test");
}

function* straySafeguards({ module, tree }: LintFile): Iterable<Finding> {
  const tests = module.program.items.filter(isTest);
  for (const { callee, span } of tree.of("call")) {
    if (!/^assert(_|$)/.test(callee.text) || tests.some((test) => isInside(span, test.span))) continue;
    yield {
      span,
      message: `\`${callee.text}\` is intended for test pipelines, not production control flow`,
      hint: "use `require`, or throw an error",
    };
  }
}

function isInside(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function* requiresInTests({ module }: LintFile): Iterable<Finding> {
  for (const item of module.program.items) {
    if (!isTest(item)) continue;
    for (const node of within(item)) {
      if (!isKind(node, "require")) continue;
      yield {
        span: node.span,
        message: "`require` in a test pipeline should usually be an assertion",
        hint: "use `assert` or `assert_eq`",
      };
    }
  }
}

export const controlRules: readonly Rule[] = [
  warning("HARN-LNT-011", "dead-code-after-return", deadCode),
  warning("HARN-LNT-012", "let-then-return", letThenReturn),
  warning("HARN-LNT-013", "unhandled-approval-result", droppedApprovals),
  warning("HARN-LNT-025", "assert-outside-test", straySafeguards),
  warning("HARN-LNT-035", "empty-block", emptyBlocks),
  warning("HARN-LNT-036", "unnecessary-else-return", unnecessaryElse),
  warning("HARN-LNT-037", "duplicate-match-arm", duplicateArms),
  warning("HARN-LNT-038", "require-in-test", requiresInTests),
  { code: "HARN-LNT-039", name: "break-outside-loop", severity: "error", find: strayBreaks },
];
