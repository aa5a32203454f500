import { type RecordField, recordFields } from "../../builtin/index.ts";
import { handleName, isGenericName, isPrimitiveName } from "../model/names.ts";
import { any, dynamic, generic, nil, type ParameterType, type ShapeType, type Type } from "../model/type.ts";
import { unionOf } from "../model/union.ts";

/** A record type that no program declares and every program can name: an alias of its shape, which is made at first use. */
export class RecordSymbol {
  readonly kind = "alias";
  readonly name: string;
  readonly parameters: readonly ParameterType[];
  readonly #fields: readonly RecordField[];
  #target: ShapeType | undefined;

  constructor(name: string, fields: readonly RecordField[]) {
    this.name = name;
    this.#fields = fields;
    this.parameters = fields.some(({ type }) => wordsOf(type).includes("T")) ? [{ kind: "parameter", name: "T" }] : [];
  }

  get target(): Type {
    this.#target ??= {
      kind: "shape",
      fields: this.#fields.map(({ name, isOptional, type }) => ({ name, isOptional, type: this.#typeOf(type) })),
    };
    return this.#target;
  }

  /** No record stands for itself with nothing around its name. */
  get written(): Type {
    return this.target;
  }

  #typeOf(text: string): Type {
    const types = wordsOf(text).map((word) => this.parameters.find(({ name }) => name === word) ?? typeOfWord(word));
    return unionOf(text.endsWith("?") ? [...types, nil] : types);
  }
}

function wordsOf(type: string): readonly string[] {
  return type.replace(/\?$/, "").split("|");
}

function typeOfWord(word: string): Type {
  if (word.startsWith("'")) return { kind: "literal", value: word.slice(1, -1) };
  if (word === "any") return any;
  if (isPrimitiveName(word)) return { kind: "primitive", name: word };
  if (isGenericName(word)) return generic(word);
  const handle = handleName(word);
  return handle === undefined ? (recordType(word, []) ?? dynamic) : { kind: "handle", name: handle };
}

/** The same for all programs: what they hold never changes. */
const symbols = new Map<string, RecordSymbol | undefined>();

/** The record type of that name, if there is one. */
export function recordType(name: string, args: readonly Type[]): Type | undefined {
  if (!symbols.has(name)) {
    const fields = recordFields(name);
    symbols.set(name, fields && new RecordSymbol(name, fields));
  }
  const symbol = symbols.get(name);
  return symbol && { kind: "alias", symbol, arguments: args };
}
