import { type FunctionDeclaration, type ImplDeclaration, type Program, parse } from "../syntax/index.ts";
import { Source } from "../text/index.ts";
import { type FileFacts, type FoundCall, type FoundImport, type FoundSymbol, signatureOf } from "./facts.ts";
import type { SymbolKind } from "./language.ts";

type Item = Program["items"][number];

const kinds: Readonly<Partial<Record<Item["kind"], SymbolKind>>> = {
  function: "function",
  pipeline: "function",
  override: "function",
  tool: "function",
  struct: "struct",
  enum: "enum",
  interface: "interface",
  type: "type",
  skill: "variable",
  "eval-pack": "variable",
};

/** What a Harn file declares, calls and imports, by our own parser; of a file with mistakes, what could be read. */
export function harnFacts(path: string, text: string): FileFacts {
  const source = new Source(path, text);
  const { program } = parse(source);
  const symbols: FoundSymbol[] = [];
  const calls: FoundCall[] = [];
  const imports: FoundImport[] = [];
  const words = new Set<string>();
  const lineAt = (offset: number): number => source.lines.lineAt(offset);

  const add = (
    name: string,
    kind: SymbolKind,
    node: Spanned,
    to: number,
    container?: string,
    bases: readonly string[] = [],
  ): number => {
    const startLine = lineAt(node.span.start);
    const endLine = lineAt(Math.max(node.span.start, node.span.end - 1));
    const signature = signatureOf(text, node.span.start, to).replace(/^(?:@.*\)\s*)?(?:pub\s+)?/, "");
    symbols.push({ name, kind, startLine, endLine, signature, container, bases });
    return symbols.length - 1;
  };
  const functionOf = (item: FunctionDeclaration, container?: string): void => {
    const symbol = add(
      item.name.text,
      container === undefined ? "function" : "method",
      item,
      item.body.span.start,
      container,
    );
    visit(item, symbol);
  };
  const methodsOf = ({ methods, target }: ImplDeclaration): void => {
    for (const method of methods) functionOf(method, target.text);
  };

  for (const item of program.items) {
    if (item.kind === "import") {
      const { start, end } = item.span;
      imports.push({ text: signatureOf(text, start, end), line: lineAt(start), kind: "import", specifier: item.path });
    } else if (item.kind === "impl") methodsOf(item);
    else if (item.kind === "function") functionOf(item);
    else if (item.kind === "binding") {
      if (item.pattern.kind === "name-pattern") add(item.pattern.name.text, "variable", item, item.span.end);
      visit(item, undefined);
    } else if ("name" in item && kinds[item.kind] !== undefined) {
      const body = "body" in item && "span" in item.body ? item.body.span.start : headEnd(text, item);
      visit(item, add(item.name.text, kinds[item.kind] as SymbolKind, item, body));
    } else visit(item, undefined);
  }
  return { symbols, calls, imports, words };

  function visit(root: object, symbol: number | undefined): void {
    const open = [root];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      note(node, symbol);
      for (const [key, value] of Object.entries(node)) {
        if (key === "span") continue;
        const inner: readonly unknown[] = Array.isArray(value) ? value : [value];
        for (let at = inner.length - 1; at >= 0; at--) {
          const child = inner[at];
          if (typeof child === "object" && child !== null) open.push(child);
        }
      }
    }
  }

  function note(node: object, caller: number | undefined): void {
    if ("text" in node && typeof node.text === "string" && "span" in node) words.add(node.text);
    if (!("kind" in node) || !hasSpan(node)) return;
    const name = node.kind === "call" && "callee" in node ? nameOf(node.callee) : undefined;
    const method = node.kind === "method-call" && "method" in node ? nameOf(node.method) : undefined;
    const called = name ?? method;
    if (called !== undefined) calls.push({ name: called, line: lineAt(node.span.start), caller });
  }
}

interface Spanned {
  readonly span: { readonly start: number; readonly end: number };
}

function hasSpan(node: object): node is object & Spanned {
  return "span" in node && typeof node.span === "object";
}

function nameOf(node: unknown): string | undefined {
  return typeof node === "object" && node !== null && "text" in node && typeof node.text === "string"
    ? node.text
    : undefined;
}

/** Before the first brace, or before the equals sign of a type. */
function headEnd(text: string, item: Item): number {
  const found = text.slice(item.span.start, item.span.end).search(/[{=]/);
  return found === -1 ? item.span.end : item.span.start + found;
}
