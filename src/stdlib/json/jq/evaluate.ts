import { unreachable } from "../../../text/index.ts";
import {
  compare,
  DictValue,
  equal,
  isInt,
  isObject,
  ListValue,
  scalarLength,
  slice,
  truthy,
  typeName,
  type Value,
} from "../../../value/index.ts";
import type { Comparison, FunctionName, Query, Step } from "./query.ts";

/** Everything that a query gives for a value. What is not there gives nil, never an error. */
export function evaluate(query: Query, input: Value): Value[] {
  switch (query.kind) {
    case "pipe":
      return query.stages.reduce<Value[]>(
        (values, stage) => values.flatMap((value) => evaluate(stage, value)),
        [input],
      );
    case "comma":
      return query.parts.flatMap((part) => evaluate(part, input));
    case "path":
      return query.steps.reduce<Value[]>((values, step) => values.flatMap((value) => follow(step, value)), [input]);
    case "descend":
      return descend(input);
    case "literal":
      return [query.value];
    case "object":
      return [new DictValue(new Map(query.fields.map(([key, field]) => [key, first(field, input)])))];
    case "function":
      return [call(query.name, input)];
    case "map":
      return [
        new ListValue(input instanceof ListValue ? input.view().flatMap((item) => evaluate(query.inner, item)) : []),
      ];
    case "select":
      return truthy(first(query.inner, input)) ? [input] : [];
    case "not":
      return [!truthy(first(query.inner, input))];
    case "compare":
      return [holds(query.operator, first(query.left, input), first(query.right, input))];
    case "and":
      return [truthy(first(query.left, input)) && truthy(first(query.right, input))];
    case "or":
      return [truthy(first(query.left, input)) || truthy(first(query.right, input))];
    default:
      return unreachable(query);
  }
}

function first(query: Query, input: Value): Value {
  return evaluate(query, input)[0] ?? null;
}

function follow(step: Step, value: Value): Value[] {
  switch (step.kind) {
    case "field":
      return [fieldOf(value, step.name)];
    case "each":
      return partsOf(value) ?? [];
    case "index":
      return [
        value instanceof ListValue ? (value.at(step.index < 0 ? value.size + step.index : step.index) ?? null) : null,
      ];
    case "slice":
      return [value instanceof ListValue ? slice(value, step.start ?? null, step.end ?? null) : new ListValue([])];
    default:
      return unreachable(step);
  }
}

function fieldOf(value: Value, name: string): Value {
  return isObject(value) && (value.kind === "dict" || value.kind === "struct") ? (value.get(name) ?? null) : null;
}

/** What a collection holds; `undefined` for other values. */
function partsOf(value: Value): Value[] | undefined {
  if (!isObject(value)) return undefined;
  switch (value.kind) {
    case "list":
      return value.toArray();
    case "dict":
    case "set":
      return value.values();
    default:
      return undefined;
  }
}

/** The value, then everything in it, outer before inner. */
function descend(value: Value): Value[] {
  const found: Value[] = [];
  const visit = (place: Value): void => {
    found.push(place);
    const parts =
      isObject(place) && place.kind === "struct" ? place.fields().map(([, field]) => field) : partsOf(place);
    for (const part of parts ?? []) visit(part);
  };
  visit(value);
  return found;
}

function call(name: FunctionName, value: Value): Value {
  switch (name) {
    case "length":
      return lengthOf(value);
    case "keys":
      if (value instanceof DictValue) return new ListValue([...value.keys()]);
      return new ListValue(value instanceof ListValue ? value.view().map((_item, at) => at) : []);
    case "values":
      return new ListValue(partsOf(value) ?? []);
    case "type":
      return jsonTypeOf(value);
    default:
      return unreachable(name);
  }
}

function lengthOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "string") return scalarLength(value);
  if (isObject(value) && value.kind === "bytes") return value.bytes.length;
  return partsOf(value)?.length ?? 1;
}

function jsonTypeOf(value: Value): string {
  if (value === null) return "null";
  switch (typeName(value)) {
    case "bool":
      return "boolean";
    case "int":
    case "float":
      return "number";
    case "list":
    case "set":
      return "array";
    case "dict":
    case "struct":
      return "object";
    default:
      return typeName(value);
  }
}

/** Only numbers and strings have an order here, each among themselves. */
function holds(operator: Comparison, left: Value, right: Value): boolean {
  if (operator === "==") return equal(left, right);
  if (operator === "!=") return !equal(left, right);
  const isOrdered = (isNumber(left) && isNumber(right)) || (typeof left === "string" && typeof right === "string");
  if (!isOrdered) return false;
  const order = compare(left, right);
  switch (operator) {
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order < 0 || equal(left, right);
    case ">=":
      return order > 0 || equal(left, right);
    default:
      return unreachable(operator);
  }
}

function isNumber(value: Value): boolean {
  return isInt(value) || (isObject(value) && value.kind === "float");
}
