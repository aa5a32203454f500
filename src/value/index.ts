export { BuiltinValue } from "./builtin-value.ts";
export { BytesValue } from "./bytes.ts";
export { Cell, Closure } from "./closure.ts";
export { Collection } from "./collection.ts";
export { DictValue } from "./dict.ts";
export { DurationValue } from "./duration.ts";
export { EnumValue, err, isResult, ok } from "./enum.ts";
export { FloatValue } from "./float.ts";
export { HandleValue } from "./handle.ts";
export { IterValue } from "./iter.ts";
export { typeName } from "./kind.ts";
export { ListValue } from "./list.ts";
export { ModuleInstance } from "./module.ts";
export { PairValue } from "./pair.ts";
export {
  categorizedError,
  ExitRequest,
  plainError,
  Raise,
  type RaiseKind,
  runtimeError,
  type TraceFrame,
  thrown,
  typeError,
} from "./raise.ts";
export { RangeValue } from "./range.ts";
export { SetValue } from "./set.ts";
export { StructType, StructValue } from "./struct.ts";
export { structuralKey } from "./structural-key.ts";
export { compareText } from "./text-order.ts";
export { type Int, isInt, isObject, type ObjectValue, type Value } from "./value.ts";
