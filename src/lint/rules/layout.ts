/** Where items, imports and comments stand. */
import { restOfLine, type TextEdit } from "../../diagnostics/index.ts";
import type { Comment, ImportDeclaration, Statement } from "../../syntax/index.ts";
import { commentsAbove, startOf } from "../comments.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";

function isItem(item: Statement): boolean {
  if ("attributes" in item && item.attributes.length > 0) return false;
  if (item.kind === "binding") return item.mode !== "const";
  return item.kind === "import" || isDocumented(item.kind);
}

function isDocumented(kind: Statement["kind"]): boolean {
  switch (kind) {
    case "function":
    case "tool":
    case "pipeline":
    case "override":
    case "skill":
    case "eval-pack":
    case "type":
    case "enum":
    case "struct":
    case "impl":
    case "interface":
      return true;
    default:
      return false;
  }
}

function* itemsWithoutSpace({ module }: LintFile): Iterable<Finding> {
  const { text } = module.source;
  const { items } = module.program;
  for (const [index, item] of items.entries()) {
    const previous = items[index - 1];
    if (previous === undefined || !isItem(previous) || !isItem(item)) continue;
    if (previous.kind === "import" && item.kind === "import") continue;
    const start = startOf(item);
    const gap = text.slice(previous.span.end, start);
    if (/\n[ \t\r]*\n/.test(gap)) continue;
    const lineBreak = gap.indexOf("\n");
    if (lineBreak < 0) continue;
    const at = previous.span.end + lineBreak + 1;
    const first = at + (/^[ \t]*/.exec(text.slice(at, start))?.[0].length ?? 0);
    yield {
      span: { start: first, end: first + 1 },
      message: "top-level items should be separated by a blank line",
      hint: "insert a blank line above the next item (doc comments stay glued to the item they describe)",
      fix: [{ span: { start: at, end: at }, text: "\n" }],
    };
  }
}

function* importOrder({ module }: LintFile): Iterable<Finding> {
  const { text } = module.source;
  for (const imports of importRuns(module.program.items)) {
    const sorted = [...imports].sort(byPath);
    const [first] = imports;
    const last = imports[imports.length - 1];
    if (first === undefined || last === undefined || sorted.every((item, index) => item === imports[index])) continue;
    const areAlone = imports.every((item, index) => {
      const next = imports[index + 1];
      return next === undefined || text.slice(item.span.end, startOf(next)).trim() === "";
    });
    const span = { start: startOf(first), end: last.span.end };
    const block = sorted.map((item) => text.slice(startOf(item), item.span.end)).join("\n");
    yield {
      span: first.span,
      message: "imports are not in canonical order (stdlib first, then alphabetical by path)",
      hint: "reorder imports: std/ first, then third-party and local paths alphabetically",
      fix: areAlone ? [{ span, text: block }] : undefined,
    };
  }
}

/** Imports that follow each other. */
function importRuns(items: readonly Statement[]): readonly (readonly ImportDeclaration[])[] {
  const runs: ImportDeclaration[][] = [[]];
  for (const item of items) {
    if (item.kind === "import") runs[runs.length - 1]?.push(item);
    else runs.push([]);
  }
  return runs;
}

function byPath(a: ImportDeclaration, b: ImportDeclaration): number {
  const rank = ({ path }: ImportDeclaration): number => (path.startsWith("std/") ? 0 : 1);
  return rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

function* missingDocs(file: LintFile): Iterable<Finding> {
  for (const item of file.module.program.items) {
    if (item.kind !== "function" || !item.isPublic) continue;
    const above = commentsAbove(file, startOf(item));
    if (above[above.length - 1]?.style === "doc-block") continue;
    yield {
      span: item.name.span,
      message: `public function \`${item.name.text}\` is missing a \`/** */\` doc comment`,
      hint: "say above the function what it is for, in a `/** */` comment",
    };
  }
}

/** Whatever stands at the top of the file; in a block the declarations of types, whose neighbours are steps of a body. */
function documentedItems({ module, tree }: LintFile): readonly Statement[] {
  const top = module.program.items.filter(({ kind }) => isDocumented(kind));
  const inner = tree.of("interface", "type", "impl").filter((item) => tree.parentOf(item) !== module.program);
  return [...top, ...inner];
}

function* legacyDocs(file: LintFile): Iterable<Finding> {
  for (const item of documentedItems(file)) {
    if ("attributes" in item && item.attributes.length > 0) continue;
    const above = commentsAbove(file, startOf(item));
    const lastBlock = above.findLastIndex(({ style }) => style !== "line" && style !== "doc-line");
    const run = above.slice(lastBlock + 1);
    const [first] = run;
    const last = run[run.length - 1];
    if (first === undefined || last === undefined) continue;
    const what = run.every(({ style }) => style === "doc-line") ? "`///`" : "plain `//`";
    const span = { start: first.span.start, end: last.span.end };
    const block = docBlock(run, indentOf(file.module.source.text, first.span.start));
    yield {
      span,
      message: `${what} doc comment(s) above this item should use \`/** */\` form`,
      hint: "write the comment as a `/** */` block",
      fix: block === undefined || lastBlock >= 0 ? undefined : [{ span, text: block }],
    };
  }
}

function indentOf(text: string, offset: number): string {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
}

function docBlock(run: readonly Comment[], indent: string): string | undefined {
  const lines = run.map(({ text }) => text.replace(/^\/\/+ ?/, "").trimEnd());
  // Block comments nest: either mark would need its partner.
  if (lines.some((line) => line.includes("*/") || line.includes("/*"))) return undefined;
  if (lines.length === 1) return `/** ${lines[0]} */`;
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join(`\n${indent}`);
}

function* fileHeader({ module, options }: LintFile): Iterable<Finding> {
  if (options.requireFileHeader !== true) return;
  const first = module.program.comments.find(({ style }) => style !== "shebang");
  const [item] = module.program.items;
  const isHeader = first?.style === "doc-block" && (item === undefined || first.span.end <= startOf(item));
  if (isHeader) return;
  yield {
    span: { start: 0, end: Math.min(1, module.source.text.length) },
    message: "file is missing a `/** */` header doc block",
    hint: "say at the top of the file what it holds, in a `/** */` comment",
    fix: [headerEdit(module)],
  };
}

/** Named after the file; what it holds is for a person to say. */
function headerEdit({ source, program }: LintFile["module"]): TextEdit {
  const stem = source.path
    .replace(/^.*[/\\]/, "")
    .replace(/\.harn$/, "")
    .replace(/[_-]+/g, " ");
  const title = stem.slice(0, 1).toUpperCase() + stem.slice(1);
  const shebang = program.comments.find(({ style }) => style === "shebang");
  const header = `/**\n * ${title}.\n */\n\n`;
  if (shebang === undefined) return { span: { start: 0, end: 0 }, text: header };
  const rest = restOfLine(source.text, shebang.span.end);
  const at = shebang.span.end + rest.length;
  return { span: { start: at, end: at }, text: rest.endsWith("\n") ? header : `\n${header}` };
}

export const layoutRules: readonly Rule[] = [
  warning("HARN-LNT-024", "missing-harndoc", missingDocs),
  warning("HARN-LNT-041", "blank-line-between-items", itemsWithoutSpace),
  warning("HARN-LNT-045", "require-file-header", fileHeader),
  warning("HARN-LNT-047", "import-order", importOrder),
  warning("HARN-LNT-049", "legacy-doc-comment", legacyDocs),
];
