import { unreachable } from "../../text/index.ts";
import { type EdgeLabel, edgeLabels, type GraphNode, type SymbolGraph } from "../graph.ts";
import { CypherError } from "./lexer.ts";
import { parseCypher } from "./parser.ts";
import type {
  Comparison,
  Condition,
  CypherQuery,
  EdgePattern,
  Literal,
  NodePattern,
  Operand,
  Pattern,
} from "./query.ts";

/** What a query may cost, whatever it asks. */
const mostVisits = 2_000_000;
const mostRows = 50_000;

export type CypherRow = ReadonlyMap<string, Literal>;
type Bindings = Map<string, GraphNode>;

/** The rows of a query, in the order of the nodes that its patterns begin with. */
export function runCypher(text: string, graph: SymbolGraph): readonly CypherRow[] {
  return new Execution(parseCypher(text), graph).rows();
}

class Execution {
  readonly #query: CypherQuery;
  readonly #graph: SymbolGraph;
  readonly #rows: CypherRow[] = [];
  readonly #seen = new Set<string>();
  /** Conditions by the pattern after which all that they speak of is known. */
  readonly #conditions: readonly (readonly Condition[])[];
  #visits = 0;

  constructor(query: CypherQuery, graph: SymbolGraph) {
    this.#query = query;
    this.#graph = graph;
    const known = new Map<string, number>();
    for (const [index, { start, steps }] of query.patterns.entries())
      for (const { variable } of [start, ...steps.map(({ node }) => node)])
        if (!known.has(variable)) known.set(variable, index);
    const placeOf = (operands: readonly Operand[]): number =>
      operands.reduce((latest, operand) => {
        if (operand.kind === "literal") return latest;
        const place = known.get(operand.variable);
        if (place === undefined)
          throw new CypherError(`exec error: unbound variable \`${operand.variable}\` in expression`);
        return Math.max(latest, place);
      }, 0);
    placeOf(query.items.map(({ operand }) => operand));
    const places = query.conditions.map((condition) => placeOf(operandsOf(condition)));
    this.#conditions = query.patterns.map((_, index) => query.conditions.filter((_, at) => places[at] === index));
  }

  rows(): readonly CypherRow[] {
    if (this.#query.limit !== 0) this.#match(0, new Map());
    return this.#rows;
  }

  get #isFull(): boolean {
    return this.#query.limit !== undefined && this.#rows.length >= this.#query.limit;
  }

  #match(index: number, bindings: Bindings): void {
    const pattern = this.#query.patterns[index];
    if (pattern === undefined) return this.#project(bindings);
    for (const node of this.#candidates(pattern.start, bindings)) {
      if (this.#isFull) return;
      this.#bind(pattern.start, node, bindings, () => this.#follow(index, pattern, 0, node, bindings));
    }
  }

  #follow(index: number, pattern: Pattern, at: number, from: GraphNode, bindings: Bindings): void {
    const step = pattern.steps[at];
    if (step === undefined) {
      const conditions = this.#conditions[index] as readonly Condition[];
      if (conditions.every((condition) => holds(condition, bindings))) this.#match(index + 1, bindings);
      return;
    }
    for (const node of this.#reached(from, step.edge)) {
      if (this.#isFull) return;
      this.#bind(step.node, node, bindings, () => this.#follow(index, pattern, at + 1, node, bindings));
    }
  }

  #bind(pattern: NodePattern, node: GraphNode, bindings: Bindings, goOn: () => void): void {
    if (++this.#visits > mostVisits)
      throw new CypherError(
        `exec error: the query visits more than ${mostVisits} nodes: name a node kind or a property, so that fewer match`,
      );
    const bound = bindings.get(pattern.variable);
    if (bound !== undefined && bound !== node) return;
    if (pattern.label !== undefined && node.kind !== pattern.label) return;
    if (!pattern.properties.every(([name, value]) => propertyOf(node, name) === value)) return;
    if (bound === undefined) bindings.set(pattern.variable, node);
    goOn();
    if (bound === undefined) bindings.delete(pattern.variable);
  }

  #candidates({ label, properties, variable }: NodePattern, bindings: Bindings): readonly GraphNode[] {
    const bound = bindings.get(variable);
    if (bound !== undefined) return [bound];
    const name = properties.find(([property]) => property === "name")?.[1];
    if (typeof name === "string") return this.#graph.named(name);
    return label === undefined ? this.#graph.nodes : this.#graph.ofKind(label);
  }

  /** Nodes at the distances that the edge allows, nearest first, each once. */
  #reached(from: GraphNode, { isForward, label, least, most }: EdgePattern): readonly GraphNode[] {
    const [edge, goesForward] = labelled(label, isForward);
    if (least === 1 && most === 1) return this.#graph.neighbours(from, edge, goesForward);
    const found = new Set<GraphNode>(least === 0 ? [from] : []);
    let border: readonly GraphNode[] = [from];
    for (let depth = 1; depth <= most && border.length > 0; depth++) {
      const next = new Set<GraphNode>();
      for (const node of border) for (const other of this.#graph.neighbours(node, edge, goesForward)) next.add(other);
      this.#visits += next.size;
      border = [...next].filter((node) => !found.has(node));
      if (depth >= least) for (const node of border) found.add(node);
    }
    return [...found];
  }

  #project(bindings: Bindings): void {
    if (this.#isFull) return;
    const row = new Map(this.#query.items.map(({ alias, operand }) => [alias, operandValue(operand, bindings)]));
    if (this.#query.isDistinct) {
      const key = JSON.stringify([...row.values()]);
      if (this.#seen.has(key)) return;
      this.#seen.add(key);
    }
    if (this.#rows.length >= mostRows)
      throw new CypherError(`exec error: the query gives more than ${mostRows} rows: add a condition, or LIMIT`);
    this.#rows.push(row);
  }
}

function labelled(label: string, isForward: boolean): readonly [EdgeLabel, boolean] {
  for (const [name, inverse] of Object.entries(edgeLabels) as [EdgeLabel, string][]) {
    if (label === name) return [name, isForward];
    if (label === inverse) return [name, !isForward];
  }
  const all = Object.entries(edgeLabels).flat().join(", ");
  throw new CypherError(`exec error: unknown edge label \`${label}\` (there are ${all})`);
}

function operandsOf(condition: Condition): readonly Operand[] {
  switch (condition.kind) {
    case "comparison":
      return [condition.left, condition.right];
    case "constant":
      return [];
    case "and":
    case "or":
      return [...operandsOf(condition.left), ...operandsOf(condition.right)];
    case "not":
      return operandsOf(condition.inner);
    default:
      return unreachable(condition);
  }
}

function holds(condition: Condition, bindings: Bindings): boolean {
  switch (condition.kind) {
    case "comparison":
      return compares(
        condition.operator,
        operandValue(condition.left, bindings),
        operandValue(condition.right, bindings),
      );
    case "constant":
      return condition.value;
    case "and":
      return holds(condition.left, bindings) && holds(condition.right, bindings);
    case "or":
      return holds(condition.left, bindings) || holds(condition.right, bindings);
    case "not":
      return !holds(condition.inner, bindings);
    default:
      return unreachable(condition);
  }
}

/** Values of different kinds are unequal, and neither is the smaller one. */
function compares(operator: Comparison, left: Literal, right: Literal): boolean {
  if (operator === "=") return left === right;
  if (operator === "<>") return left !== right;
  if (left === null || right === null || typeof left !== typeof right) return false;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

function operandValue(operand: Operand, bindings: Bindings): Literal {
  if (operand.kind === "literal") return operand.value;
  const node = bindings.get(operand.variable) as GraphNode;
  return operand.property === undefined ? node.name : propertyOf(node, operand.property);
}

function propertyOf(node: GraphNode, property: string): Literal {
  switch (property) {
    case "name":
    case "path":
    case "language":
    case "kind":
    case "signature":
    case "line":
    case "id":
      return node[property];
    case "container":
      return node.container ?? null;
    case "file_id":
      return node.fileId;
    default:
      return null;
  }
}
