import type { Value } from "../../../value/index.ts";
import type { SectionName } from "./section.ts";

/** A place in a template, both counted from 1; columns in Unicode scalars. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a template, and where. The file's name comes in front when it is known. */
export class TemplateError extends Error {
  readonly place: Place;
  /** The template the place is in, when it is not the one being rendered first. */
  path: string | undefined;

  constructor(place: Place, message: string) {
    super(message);
    this.place = place;
  }
}

export type Expression =
  | { readonly kind: "literal"; readonly value: Value }
  /** `a.b[0]["k"]`: the first step is a name. */
  | { readonly kind: "path"; readonly name: string; readonly steps: readonly (string | number)[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "filter";
      readonly input: Expression;
      readonly name: string;
      readonly args: readonly Expression[];
    };

export type BinaryOperator = "and" | "or" | "==" | "!=" | "<" | "<=" | ">" | ">=";

export type Node =
  | { readonly kind: "text"; readonly text: string; readonly place: Place }
  /** A lone name: when nothing has it, it stands as it is written. */
  | { readonly kind: "name"; readonly name: string; readonly place: Place }
  | { readonly kind: "expression"; readonly expression: Expression; readonly place: Place }
  | {
      readonly kind: "if";
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Node[] | undefined;
      readonly place: Place;
    }
  | {
      readonly kind: "for";
      readonly keyName: string | undefined;
      readonly valueName: string;
      readonly items: Expression;
      readonly body: readonly Node[];
      readonly whenEmpty: readonly Node[] | undefined;
      readonly place: Place;
    }
  | {
      readonly kind: "section";
      readonly name: SectionName;
      readonly args: readonly (readonly [string, Expression])[];
      readonly body: readonly Node[];
      readonly place: Place;
    }
  | {
      readonly kind: "include";
      readonly target: Expression;
      readonly bindings: readonly (readonly [string, Expression])[];
      readonly place: Place;
    };

export interface Branch {
  readonly condition: Expression;
  readonly body: readonly Node[];
}
