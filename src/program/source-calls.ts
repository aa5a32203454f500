// What a text of Harn calls, without running it.
import { type Builtin, type Catalog, handleTypeOf } from "../builtin/index.ts";
import type { SourceCall } from "../records/index.ts";
import { type Expression, parse, type SpreadElement, typeText } from "../syntax/index.ts";
import { Source } from "../text/index.ts";

interface CallNode {
  readonly kind: "call" | "method-call";
  readonly callee?: { readonly text: string };
  readonly object?: Expression;
  readonly method?: { readonly text: string };
  readonly arguments: readonly (Expression | SpreadElement)[];
}

/**
 * The calls of what the catalogue has, in the order of the text, and of functions that the text only imports or takes for granted.
 * Functions that the text declares itself are no calls: what they do stands in their bodies. Imports are not followed.
 * Throws an `Error` that names the first place where the text is not Harn.
 */
export function sourceCalls(text: string, catalog: Catalog): readonly SourceCall[] {
  const { diagnostics, program } = parse(new Source("<source>", text));
  const [problem] = diagnostics;
  if (problem !== undefined) throw new Error(`line ${lineAt(text, problem.span.start)}: ${problem.message}`);
  const calls: CallNode[] = [];
  const declared = new Set<string>();
  const harnessTypes = new Map([["harness", "Harness"]]);
  for (const node of nodesOf(program)) {
    if (isCall(node)) calls.push(node);
    else if (isFunction(node)) declared.add(node.name.text);
    for (const [name, type] of harnessParameters(node)) harnessTypes.set(name, type);
  }
  return calls.flatMap((call) => {
    const name = nameOf(call);
    if (name !== undefined && declared.has(name)) return [];
    const builtin = builtinOf(call, catalog, harnessTypes);
    if (builtin === undefined && name === undefined) return [];
    return [{ name: builtin?.name ?? (name as string), builtin, texts: call.arguments.map(literalText) }];
  });
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** All objects of the tree, outer before inner, in the order of the text. */
export function* nodesOf(root: object): Generator<object> {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    const inner = Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
      key === "span" ? [] : [value].flat(),
    );
    for (const child of inner.reverse()) if (typeof child === "object" && child !== null) open.push(child);
  }
}

function isCall(node: object): node is CallNode {
  return "kind" in node && (node.kind === "call" || node.kind === "method-call");
}

function isFunction(node: object): node is { readonly name: { readonly text: string } } {
  return "kind" in node && node.kind === "function" && "name" in node;
}

/** Parameters that are the harness or one of its handles. */
function harnessParameters(node: object): (readonly [string, string])[] {
  if (!("params" in node) || !Array.isArray(node.params)) return [];
  return (node.params as { name: { text: string }; type?: Parameters<typeof typeText>[0] }[]).flatMap(
    ({ name, type }) => {
      const written = type === undefined ? "" : typeText(type);
      return /^Harness(?:[A-Z]\w*)?$/.test(written) ? [[name.text, written] as const] : [];
    },
  );
}

function nameOf({ callee, method, object }: CallNode): string | undefined {
  if (callee !== undefined) return callee.text;
  return object?.kind === "name" ? `${object.name}.${method?.text ?? ""}` : undefined;
}

/** `write_file(…)`, `harness.fs.write_text(…)` and `fs.write_text(…)` of a `fs: HarnessFs` are the same builtin. */
function builtinOf(call: CallNode, catalog: Catalog, types: ReadonlyMap<string, string>): Builtin | undefined {
  const name = nameOf(call);
  const named = name === undefined ? undefined : catalog.builtins.get(name);
  if (named !== undefined || call.object === undefined) return named;
  const method = catalog.handleMethods.get(handleOf(call.object, types) ?? "")?.get(call.method?.text ?? "");
  return method === undefined ? undefined : catalog.builtins.get(method);
}

function handleOf(object: Expression, types: ReadonlyMap<string, string>): string | undefined {
  if (object.kind === "name") return types.get(object.name);
  if (object.kind !== "property" || object.object.kind !== "name") return undefined;
  return types.get(object.object.name) === "Harness" ? handleTypeOf(object.name.text) : undefined;
}

function literalText(argument: Expression | SpreadElement): string | undefined {
  return argument.kind === "string" ? argument.value : undefined;
}
