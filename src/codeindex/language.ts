/** What a language looks like to a reader that knows its words and brackets, and not its grammar. */
export interface Language {
  readonly name: string;
  readonly extensions: readonly string[];
  /** How bodies are told: by braces, by the indentation of lines, by lines at the margin, or by our own parser. */
  readonly layout: "braces" | "indentation" | "margin" | "harn";
  readonly comments: Comments;
  readonly strings: Strings;
  /** Words that declare what follows them. */
  readonly declarers: Readonly<Record<string, SymbolKind | "owner">>;
  /** Words that begin an import. */
  readonly importers: readonly string[];
  /** `name(…) {` declares a function: everywhere, or only where no function is open. */
  readonly bareFunctions?: "anywhere" | "outside functions";
  /** Words that are written like a call and are none. */
  readonly notCalled?: readonly string[];
  readonly hasNoCalls?: true;
}

export interface Comments {
  readonly line: readonly string[];
  readonly block: readonly (readonly [open: string, close: string])[];
}

export interface Strings {
  /** Quotes of texts that may hold escapes and end with the line. */
  readonly quotes: string;
  /** `'a'` is a character, and `'a` is something else (a lifetime, a type variable). */
  readonly hasCharacters?: true;
  /** Delimiters of texts that go on over lines. */
  readonly long?: readonly string[];
  /** `` `a${b}` `` with code inside. */
  readonly hasTemplates?: true;
  /** `/a/` where a value may begin. */
  readonly hasPatterns?: true;
}

export type SymbolKind =
  | "function"
  | "method"
  | "class"
  | "struct"
  | "enum"
  | "interface"
  | "protocol"
  | "type"
  | "variable"
  | "module"
  | "macro";

const cComments: Comments = { line: ["//"], block: [["/*", "*/"]] };
const hashComments: Comments = { line: ["#"], block: [] };
const control = ["if", "for", "while", "switch", "catch", "return", "sizeof", "do", "else", "throw", "match", "with"];
const scriptDeclarers = {
  function: "function",
  class: "class",
  interface: "interface",
  enum: "enum",
  type: "type",
  const: "variable",
  let: "variable",
  var: "variable",
} as const;

const script = (name: string, extensions: readonly string[]): Language => ({
  name,
  extensions,
  layout: "braces",
  comments: cComments,
  strings: { quotes: "\"'", hasTemplates: true, hasPatterns: true },
  declarers: scriptDeclarers,
  importers: ["import", "export"],
  bareFunctions: "anywhere",
  notCalled: [...control, "typeof", "await", "yield", "of", "in", "case", "delete", "void"],
});

const cLike = (
  name: string,
  extensions: readonly string[],
  rest: Partial<Language> & Pick<Language, "declarers">,
): Language => ({
  name,
  extensions,
  layout: "braces",
  comments: cComments,
  strings: { quotes: "\"'" },
  importers: ["import"],
  notCalled: control,
  ...rest,
});

const indented = (
  name: string,
  extensions: readonly string[],
  rest: Partial<Language> & Pick<Language, "declarers" | "importers">,
): Language => ({
  name,
  extensions,
  layout: "indentation",
  comments: hashComments,
  strings: { quotes: "\"'" },
  ...rest,
});

const classes = { class: "class", interface: "interface", enum: "enum" } as const;

const languages: readonly Language[] = [
  {
    ...cLike("harn", ["harn"], { declarers: {} }),
    layout: "harn",
  },
  script("typescript", ["ts", "mts", "cts"]),
  script("tsx", ["tsx"]),
  script("javascript", ["js", "mjs", "cjs"]),
  script("jsx", ["jsx"]),
  cLike("rust", ["rs"], {
    strings: { quotes: '"', hasCharacters: true },
    declarers: {
      fn: "function",
      struct: "struct",
      enum: "enum",
      trait: "protocol",
      type: "type",
      union: "struct",
      macro_rules: "macro",
      impl: "owner",
    },
    importers: ["use", "mod"],
  }),
  cLike("go", ["go"], {
    strings: { quotes: '"', hasCharacters: true, long: ["`"] },
    declarers: { func: "function", type: "type", package: "module" },
  }),
  cLike("java", ["java"], {
    strings: { quotes: "\"'", long: ['"""'] },
    declarers: { ...classes, record: "class" },
    bareFunctions: "outside functions",
    notCalled: [...control, "synchronized", "try", "super", "this"],
  }),
  cLike("c", ["c", "h"], {
    declarers: { struct: "struct", enum: "enum", union: "struct", typedef: "type" },
    importers: ["include"],
    bareFunctions: "outside functions",
  }),
  cLike("cpp", ["cpp", "cc", "cxx", "hpp", "hh"], {
    declarers: { struct: "struct", enum: "enum", union: "struct", class: "class", typedef: "type" },
    importers: ["include"],
    bareFunctions: "outside functions",
    notCalled: [...control, "decltype", "static_assert", "noexcept", "alignof"],
  }),
  cLike("csharp", ["cs"], {
    declarers: { ...classes, struct: "struct", record: "class" },
    importers: ["using"],
    bareFunctions: "outside functions",
    notCalled: [...control, "using", "lock", "fixed", "foreach", "nameof", "typeof"],
  }),
  cLike("kotlin", ["kt", "kts"], {
    strings: { quotes: "\"'", long: ['"""'] },
    declarers: { ...classes, fun: "function", object: "class", typealias: "type" },
    notCalled: [...control, "when", "init", "constructor"],
  }),
  cLike("swift", ["swift"], {
    strings: { quotes: '"', long: ['"""'] },
    declarers: {
      func: "function",
      class: "class",
      struct: "struct",
      enum: "enum",
      protocol: "protocol",
      actor: "class",
      typealias: "type",
      extension: "owner",
    },
    notCalled: [...control, "guard", "init"],
  }),
  cLike("scala", ["scala", "sc"], {
    strings: { quotes: '"', hasCharacters: true, long: ['"""'] },
    declarers: { def: "function", class: "class", trait: "interface", object: "class", type: "type" },
  }),
  cLike("php", ["php"], {
    comments: { line: ["//", "#"], block: [["/*", "*/"]] },
    declarers: { ...classes, function: "function", trait: "class" },
    importers: ["use", "require", "require_once", "include", "include_once"],
    notCalled: [...control, "foreach", "elseif", "array", "isset", "empty", "list", "echo", "fn", "unset"],
  }),
  cLike("zig", ["zig"], {
    comments: { line: ["//"], block: [] },
    strings: { quotes: "\"'" },
    declarers: { fn: "function" },
    importers: [],
  }),
  cLike("bash", ["sh", "bash", "zsh"], {
    comments: hashComments,
    strings: { quotes: "", long: ['"', "'"] },
    declarers: { function: "function" },
    importers: ["source"],
    bareFunctions: "anywhere",
    hasNoCalls: true,
  }),
  indented("python", ["py", "pyi"], {
    strings: { quotes: "\"'", long: ['"""', "'''"] },
    declarers: { def: "function", class: "class" },
    importers: ["import", "from"],
    notCalled: [..."if elif while for in not and or return yield assert print del lambda with except is".split(" ")],
  }),
  indented("ruby", ["rb"], {
    comments: { line: ["#"], block: [["\n=begin", "\n=end"]] },
    declarers: { def: "function", class: "class", module: "module" },
    importers: ["require", "require_relative"],
    notCalled: [..."if elsif unless while until and or not return yield puts when case super".split(" ")],
  }),
  indented("elixir", ["ex", "exs"], {
    strings: { quotes: "\"'", long: ['"""'] },
    declarers: { def: "function", defp: "function", defmacro: "macro", defmodule: "module" },
    importers: ["alias", "import", "require", "use"],
    notCalled: [..."if unless case cond fn when and or not in".split(" ")],
  }),
  indented("lua", ["lua"], {
    comments: { line: ["--"], block: [["--[[", "]]"]] },
    strings: { quotes: "\"'", long: [] },
    declarers: { function: "function" },
    importers: [],
    notCalled: [..."if elseif while for until and or not return".split(" ")],
  }),
  {
    ...indented("haskell", ["hs", "lhs"], {
      comments: { line: ["--"], block: [["{-", "-}"]] },
      strings: { quotes: '"', hasCharacters: true },
      declarers: { data: "type", newtype: "type", type: "type", class: "interface" },
      importers: ["import"],
      hasNoCalls: true,
    }),
    layout: "margin",
  },
  cLike("r", ["r"], {
    comments: hashComments,
    declarers: { function: "function" },
    importers: [],
    notCalled: [...control, "function", "repeat"],
  }),
];

const byExtension = new Map(languages.flatMap((language) => language.extensions.map((ending) => [ending, language])));

/** The language of a file, by the end of its name. */
export function languageOf(path: string): Language | undefined {
  return byExtension.get(extensionOf(path));
}

export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot + 1).toLowerCase();
}
