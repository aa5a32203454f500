import { type FunctionDeclaration, type Program, parse } from "../syntax/index.ts";
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
  return new HarnReader(new Source(path, text)).read();
}

class HarnReader {
  readonly #source: Source;
  readonly #symbols: FoundSymbol[] = [];
  readonly #calls: FoundCall[] = [];
  readonly #imports: FoundImport[] = [];
  readonly #words = new Set<string>();

  constructor(source: Source) {
    this.#source = source;
  }

  read(): FileFacts {
    for (const item of parse(this.#source).program.items) this.#item(item);
    return { symbols: this.#symbols, calls: this.#calls, imports: this.#imports, words: this.#words };
  }

  #item(item: Item): void {
    const { text } = this.#source;
    switch (item.kind) {
      case "import": {
        const { end, start } = item.span;
        const line = this.#lineAt(start);
        this.#imports.push({ text: signatureOf(text, start, end), line, kind: "import", specifier: item.path });
        return;
      }
      case "impl":
        for (const method of item.methods) this.#function(method, item.target.text);
        return;
      case "function":
        return this.#function(item, undefined);
      case "binding":
        if (item.pattern.kind === "name-pattern")
          this.#add(item.pattern.name.text, "variable", item, item.span.end, undefined);
        return this.#visit(item, undefined);
    }
    const kind = kinds[item.kind];
    if (kind === undefined || !("name" in item)) return this.#visit(item, undefined);
    const body = "body" in item && "span" in item.body ? item.body.span.start : headEnd(text, item);
    this.#visit(item, this.#add(item.name.text, kind, item, body, undefined));
  }

  #function(item: FunctionDeclaration, container: string | undefined): void {
    const kind = container === undefined ? "function" : "method";
    this.#visit(item, this.#add(item.name.text, kind, item, item.body.span.start, container));
  }

  /** Its index among the symbols. `to`: where its head ends. */
  #add(name: string, kind: SymbolKind, { span }: Spanned, to: number, container: string | undefined): number {
    const startLine = this.#lineAt(span.start);
    const endLine = this.#lineAt(Math.max(span.start, span.end - 1));
    const signature = signatureOf(this.#source.text, span.start, to).replace(/^(?:@.*\)\s*)?(?:pub\s+)?/, "");
    this.#symbols.push({ name, kind, startLine, endLine, signature, container, bases: [] });
    return this.#symbols.length - 1;
  }

  #visit(root: object, symbol: number | undefined): void {
    const open = [root];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      this.#note(node, symbol);
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

  #note(node: object, caller: number | undefined): void {
    if ("text" in node && typeof node.text === "string" && "span" in node) this.#words.add(node.text);
    if (!("kind" in node) || !hasSpan(node)) return;
    const name = node.kind === "call" && "callee" in node ? nameOf(node.callee) : undefined;
    const method = node.kind === "method-call" && "method" in node ? nameOf(node.method) : undefined;
    const called = name ?? method;
    if (called !== undefined) this.#calls.push({ name: called, line: this.#lineAt(node.span.start), caller });
  }

  #lineAt(offset: number): number {
    return this.#source.lines.lineAt(offset);
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
