import type { TypeSpec } from "../bytecode/index.ts";
import type {
  BytesValue,
  DictValue,
  DurationValue,
  FloatValue,
  HandleValue,
  Int,
  IterValue,
  ListValue,
  PairValue,
  RangeValue,
  SetValue,
  Value,
} from "../value/index.ts";
import type { Ty } from "./shape.ts";

function named<T>(name: string): Ty<T> {
  return { spec: { kind: "named", name } };
}

/** The words of builtin signatures. `t.union(t.string, t.bytes)` prints as `string | bytes`. */
export const t = {
  any: { spec: { kind: "any" } } as Ty<Value>,
  nil: named<null>("nil"),
  bool: named<boolean>("bool"),
  int: named<Int>("int"),
  float: named<FloatValue>("float"),
  /** Int or float, as the registry writes it: `int | float`. */
  number: {
    spec: {
      kind: "union",
      members: [
        { kind: "named", name: "int" },
        { kind: "named", name: "float" },
      ],
    },
  } as Ty<Int | FloatValue>,
  string: named<string>("string"),
  bytes: named<BytesValue>("bytes"),
  list: named<ListValue>("list"),
  dict: named<DictValue>("dict"),
  set: named<SetValue>("set"),
  range: named<RangeValue>("range"),
  pair: named<PairValue>("pair"),
  duration: named<DurationValue>("duration"),
  iter: named<IterValue>("iter"),
  /** Any callable value: closure, struct type or builtin. */
  closure: named<Value>("closure"),
  handle: <T extends HandleValue>(typeName: string): Ty<T> => named<T>(typeName),
  /** A record type by its documented name; any dict at run time. */
  record: (name: string): Ty<DictValue> => ({
    spec: {
      kind: "union",
      members: [
        { kind: "named", name: "dict" },
        { kind: "interface", name },
      ],
    },
  }),
  /** `dict?`: the type or nil. */
  nilable: <T>(type: Ty<T>): Ty<T | null> => ({
    spec: { kind: "union", members: [type.spec, { kind: "named", name: "nil" }] },
  }),
  union: <const M extends readonly Ty<unknown>[]>(...members: M): Ty<M[number] extends Ty<infer T> ? T : never> => ({
    spec: {
      kind: "union",
      members: members.flatMap((m): readonly TypeSpec[] => (m.spec.kind === "union" ? m.spec.members : [m.spec])),
    },
  }),
};
