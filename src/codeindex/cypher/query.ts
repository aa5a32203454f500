/** `MATCH pattern, … [WHERE condition] RETURN [DISTINCT] item, … [LIMIT n]`. */
export interface CypherQuery {
  readonly patterns: readonly Pattern[];
  /** All of them have to hold: what `AND` joins at the top. */
  readonly conditions: readonly Condition[];
  readonly isDistinct: boolean;
  readonly items: readonly ReturnItem[];
  readonly limit: number | undefined;
}

export interface Pattern {
  readonly start: NodePattern;
  readonly steps: readonly { readonly edge: EdgePattern; readonly node: NodePattern }[];
}

export interface NodePattern {
  /** Those that the query leaves without a name have one that no query can write. */
  readonly variable: string;
  readonly label: string | undefined;
  readonly properties: readonly (readonly [name: string, value: Literal])[];
}

export interface EdgePattern {
  readonly label: string;
  readonly isForward: boolean;
  readonly least: number;
  readonly most: number;
}

export type Literal = string | number | boolean | null;

export type Operand =
  | { readonly kind: "literal"; readonly value: Literal }
  /** Without a property it is the node's name. */
  | { readonly kind: "property"; readonly variable: string; readonly property: string | undefined };

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type Condition =
  | { readonly kind: "comparison"; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly inner: Condition };

export interface ReturnItem {
  readonly operand: Operand;
  readonly alias: string;
}
