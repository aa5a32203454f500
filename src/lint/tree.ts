/** The nodes of one program by kind, collected in a single walk, with the node that each stands in. */
import type {
  BindingPattern,
  Block,
  Expression,
  MatchArm,
  Program,
  Statement,
  TypeExpression,
} from "../syntax/index.ts";

export type TreeNode = Statement | Expression | TypeExpression | BindingPattern;
type NodeOf<K extends TreeNode["kind"]> = Extract<TreeNode, { readonly kind: K }>;

/** Properties that hold no code: places, and attributes, which are data. */
const skipped: ReadonlySet<string> = new Set(["span", "pathSpan", "attributes", "comments"]);

export class Tree {
  readonly blocks: Block[] = [];
  readonly arms: MatchArm[] = [];
  readonly #program: Program;
  readonly #byKind = new Map<string, TreeNode[]>();
  #parents: Map<object, object> | undefined;

  constructor(program: Program) {
    this.#program = program;
    for (const node of within(program)) this.#keep(node);
  }

  /** In the order of the text, outer before inner. `struct` is both the declaration and the literal. */
  of<K extends TreeNode["kind"]>(...kinds: readonly K[]): readonly NodeOf<K>[] {
    const lists = kinds.map((kind) => (this.#byKind.get(kind) ?? []) as NodeOf<K>[]);
    const [first = []] = lists;
    return lists.length === 1 ? first : first.concat(...lists.slice(1));
  }

  /** Few rules ask, and of few programs, so that the links are made when one does. */
  parentOf(node: object): object | undefined {
    this.#parents ??= parentsBelow(this.#program);
    return this.#parents.get(node);
  }

  #keep(node: object): void {
    if ("statements" in node) this.blocks.push(node as Block);
    if ("patterns" in node) this.arms.push(node as MatchArm);
    if (!("kind" in node)) return;
    const kind = String(node.kind);
    const known = this.#byKind.get(kind);
    if (known) known.push(node as TreeNode);
    else this.#byKind.set(kind, [node as TreeNode]);
  }
}

function parentsBelow(root: object): Map<object, object> {
  const parents = new Map<object, object>();
  for (const node of within(root)) for (const child of childrenOf(node)) parents.set(child, node);
  return parents;
}

/** The objects directly below a node. The tree is plain data without links back, so its properties are its children. */
export function childrenOf(node: object): object[] {
  const found: object[] = [];
  // Every node of a program comes through here several times: no list of entries is made for it.
  for (const key in node) {
    const value: unknown = node[key as keyof typeof node];
    if (typeof value !== "object" || value === null || skipped.has(key)) continue;
    if (!Array.isArray(value)) found.push(value);
    else for (const item of value) if (typeof item === "object" && item !== null) found.push(item);
  }
  return found;
}

/** The node and all below it, as far as `enters` lets. */
export function* within(root: object, enters?: (node: object) => boolean): Generator<object> {
  // A stack of its own: an operator chain may be taller than the machine's.
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    if (enters !== undefined && node !== root && !enters(node)) continue;
    const inner = childrenOf(node);
    for (let index = inner.length - 1; index >= 0; index--) open.push(inner[index] as object);
  }
}

export function isKind<K extends TreeNode["kind"]>(node: object, ...kinds: readonly K[]): node is NodeOf<K> {
  return "kind" in node && (kinds as readonly unknown[]).includes(node.kind);
}
