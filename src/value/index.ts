export {
  cannotIndex,
  contains,
  getIndex,
  getIndexOptional,
  getProperty,
  getPropertyOptional,
  peekIndex,
  peekProperty,
  rangeHolds,
  slice,
  sliceList,
} from "./access.ts";
export { add, addOwned, divide, modulo, multiply, negate, power, subtract } from "./arithmetic.ts";
export { childIndex, childProperty, ownForWrite, setIndex, setProperty } from "./assignment.ts";
export { Base64Error, type Base64Form, decodeBase64, encodeBase64 } from "./base64.ts";
export { BuiltinValue } from "./builtin-value.ts";
export { BytesValue } from "./bytes.ts";
export { Cell, Closure, type FunctionInstance } from "./closure.ts";
export { Collection, handOut } from "./collection.ts";
export { dictRest, expectDict, expectList, expectPair, listRest } from "./destructuring.ts";
export { DictValue } from "./dict.ts";
export { show, showDuration, toHex } from "./display.ts";
export { DurationValue } from "./duration.ts";
export { EnumValue, err, isResult, ok } from "./enum.ts";
export { equal, setHolds } from "./equality.ts";
export { type ErrorCategory, errorCategories } from "./error-categories.ts";
export { FloatValue } from "./float.ts";
export { floatDigits, scientificDigits, showFloat } from "./float-text.ts";
export { HandleValue } from "./handle.ts";
export {
  addInts,
  divideInts,
  intFromFloat,
  maxInt,
  minInt,
  multiplyInts,
  negateInt,
  powerInts,
  remainderInts,
  subtractInts,
  wrapInt,
} from "./int.ts";
export { IterValue } from "./iter.ts";
export { JsonError, parseJson, readJson } from "./json-parser.ts";
export { quoteJson } from "./json-quote.ts";
export { bytesTag, stringifyJson } from "./json-text.ts";
export { Keyed } from "./keyed.ts";
export { typeName } from "./kind.ts";
export { ListValue } from "./list.ts";
export { MethodTable } from "./method-table.ts";
export { ModuleInstance } from "./module.ts";
export { compare } from "./ordering.ts";
export { PairValue } from "./pair.ts";
export { powerByInt, powerFloats } from "./power.ts";
export {
  arityFault,
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
export { containsFloat, SetValue } from "./set.ts";
export { Shape } from "./shape.ts";
export { StructType, StructValue } from "./struct.ts";
export { identityOf, structuralKey } from "./structural-key.ts";
export { structuralText } from "./structural-text.ts";
export {
  checkTextLength,
  maxTextLength,
  repeatText,
  reverseText,
  scalarAt,
  scalarIndexOf,
  scalarLastIndexOf,
  scalarLength,
  scalarSlice,
  scalars,
  toScalarIndex,
} from "./text.ts";
export { compareText, sortTexts } from "./text-order.ts";
export { truthy } from "./truthiness.ts";
export { type Int, isInt, isObject, type ObjectValue, type Value } from "./value.ts";
