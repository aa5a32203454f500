import type { Closure } from "./closure.ts";
import { handOut } from "./collection.ts";
import { Keyed } from "./keyed.ts";
import { MethodTable } from "./method-table.ts";
import { Shape } from "./shape.ts";
import type { Value } from "./value.ts";

/** Where the fields of a struct come from, for initial values of one shape. */
interface Selection {
  readonly shape: Shape;
  readonly from: readonly number[];
}

/** A declared struct: callable (`P({…})`), shown as a closure, and the home of its methods. */
export class StructType {
  readonly name: string;
  readonly fieldNames: readonly string[];
  /** Methods belong to the type, wherever a value of it travels. Which stands where in `methods`. */
  methodTable: MethodTable = MethodTable.empty;
  methods: readonly Closure[] = [];
  readonly #selections = new Map<Shape, Selection | undefined>();
  /** What was looked up last: most values of a type are built alike. */
  #lastGiven: Shape | undefined;
  #lastSelection: Selection | undefined;

  constructor(name: string, fieldNames: readonly string[]) {
    this.name = name;
    this.fieldNames = fieldNames;
  }

  get kind(): "struct-type" {
    return "struct-type";
  }

  /** What `impl` blocks do. */
  addMethod(name: string, method: Closure): void {
    this.methodTable = this.methodTable.with(name, method.code);
    const methods = this.methods.slice();
    methods[this.methodTable.indexOf(name)] = method;
    this.methods = methods;
  }

  method(name: string): Closure | undefined {
    return this.methods[this.methodTable.indexOf(name)];
  }

  /** A value of this type: declared fields are taken, others dropped; a type that declares none takes all. */
  construct(fields: Keyed): StructValue {
    const selection = fields.shape && this.#selectionFor(fields.shape);
    if (selection) {
      const { slots } = fields;
      // Pushed one by one: an array without holes, as all others of that shape have.
      const taken: Value[] = [];
      for (const index of selection.from) taken.push(handOut(slots[index] as Value));
      return new StructValue(this, taken, selection.shape);
    }
    const taken = new StructValue(this, [], Shape.empty);
    for (const key of fields.keys()) if (this.#takes(key)) taken.setInPlace(key, handOut(fields.get(key) as Value));
    return taken;
  }

  #takes(field: string): boolean {
    return this.fieldNames.length === 0 || this.fieldNames.includes(field);
  }

  #selectionFor(given: Shape): Selection | undefined {
    if (given === this.#lastGiven) return this.#lastSelection;
    if (!this.#selections.has(given)) {
      const taken = given.keys.filter((key) => this.#takes(key));
      const shape = Shape.of(taken);
      this.#selections.set(given, shape && { shape, from: taken.map((key) => given.indexOf(key)) });
    }
    this.#lastGiven = given;
    this.#lastSelection = this.#selections.get(given);
    return this.#lastSelection;
  }
}

/** A struct value. A declared field may be unset, and an undeclared one may have been added later. */
export class StructValue extends Keyed {
  readonly type: StructType;

  /** Takes `fields` over. */
  constructor(type: StructType, fields: Map<string, Value> | Value[], shape?: Shape) {
    super(fields, shape);
    this.type = type;
  }

  get kind(): "struct" {
    return "struct";
  }

  /** The set fields in name order. */
  fields(): [string, Value][] {
    return this.keys().map((key) => [key, this.get(key) as Value]);
  }

  override copy(): StructValue {
    const { values, shape } = this.copied();
    return new StructValue(this.type, values, shape);
  }
}
