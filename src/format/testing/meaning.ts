/** What must survive formatting: the tree, up to ways of writing the same thing, and the words of all comments. */
import { type Program, parse, type TypeExpression } from "../../syntax/index.ts";
import { Source } from "../../text/index.ts";

type Json = null | boolean | string | number | readonly Json[] | { readonly [key: string]: Json };

export function programOf(text: string): Program {
  const { program, diagnostics } = parse(new Source("test.harn", text));
  if (diagnostics.length > 0) throw new Error(`${diagnostics.map(({ message }) => message).join("\n")}\nin:\n${text}`);
  return program;
}

/** The tree as text without spans, with one way to write what has several. */
export function meaningOf(program: Program): string {
  const leading = program.items.findIndex(({ kind }) => kind !== "import");
  const imports = program.items.slice(0, leading === -1 ? program.items.length : leading).map((item) => print(item));
  return [...imports.sort(), ...program.items.slice(imports.length).map((item) => print(item))].join("\n");
}

function print(node: unknown): string {
  return JSON.stringify(normalized(node));
}

/** How a literal was quoted, which unit a duration had, and what stood above a declaration say nothing to the program. */
const ignored = new Set(["span", "pathSpan", "lexeme", "quote", "doc", "form"]);

function normalized(value: unknown): Json {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== "object") return value as Json;
  if (value === null) return null;
  const node = value as Readonly<Record<string, unknown>>;
  switch (node.kind) {
    case "list-type":
      return { kind: "named-type", name: "list", arguments: [normalized(node.element)] };
    case "optional-type":
    case "union-type": {
      const members = new Set(unionMembers(value as TypeExpression).map((member) => JSON.stringify(member)));
      return members.size === 1
        ? JSON.parse([...members][0] as string)
        : { kind: "union", members: [...members].sort() };
    }
    case "string-key":
    case "name-key":
      return { kind: "key", text: node.text as string };
    case "computed-key": {
      const expression = node.expression as { kind: string; value?: string; quote?: string };
      if (expression.kind === "string" && expression.quote !== "raw")
        return { kind: "key", text: expression.value ?? "" };
      break;
    }
    case "named-type":
      return {
        kind: "named-type",
        name: (node.name as { text: string }).text,
        arguments: normalized(node.arguments),
      };
    case "import":
      return {
        ...fields(node),
        names: (node.names as { text: string }[] | undefined)?.map(({ text }) => text).sort() ?? null,
      };
    case "eval-pack":
      return fields({ ...node, id: node.id ?? (node.name as { text: string }).text });
    case "if":
      return { ...fields(node), otherwise: elseOf(node.otherwise) };
  }
  return fields(node);
}

function fields(node: Readonly<Record<string, unknown>>): { readonly [key: string]: Json } {
  const kept = Object.entries(node).filter(([key, value]) => !ignored.has(key) && value !== undefined);
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, normalized(value)]));
}

function unionMembers(type: TypeExpression): Json[] {
  if (type.kind === "optional-type") return [...unionMembers(type.inner), normalized(nil)];
  if (type.kind === "union-type") return type.members.flatMap(unionMembers);
  return [normalized(type)];
}

const nil = { kind: "named-type", name: { text: "nil" }, arguments: [] };

/** `else { if … }` is `else if …`. */
function elseOf(otherwise: unknown): Json {
  const block = otherwise as { kind?: string; statements?: readonly { kind: string; expression?: { kind: string } }[] };
  const [only] = block?.statements ?? [];
  const isChain = block?.kind === undefined && block?.statements?.length === 1 && only?.expression?.kind === "if";
  return otherwise === undefined ? null : normalized(isChain ? only.expression : otherwise);
}

/** The words of each comment, sorted: comments may trade places, and doc comments change their delimiters. */
export function commentWords(program: Program): string[] {
  return program.comments
    .flatMap(({ text }) => text.split("\n"))
    .flatMap((line) => line.split(/[\s/*]+/))
    .filter((word) => word !== "" && !/^-+$/.test(word))
    .sort();
}
