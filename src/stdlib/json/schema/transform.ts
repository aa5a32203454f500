import { DictValue, ListValue, show, type Value } from "../../../value/index.ts";

/** Schemas made from canonical schemas. */

/** The same with nothing required, at any depth. */
export function partialSchema(schema: DictValue): DictValue {
  const partial = schema.toMap();
  partial.delete("required");
  const inner = (value: Value): Value => (value instanceof DictValue ? partialSchema(value) : value);
  for (const key of ["items", "additional_properties"]) replace(partial, key, inner);
  for (const key of ["union", "all_of"])
    replace(partial, key, (value) => (value instanceof ListValue ? new ListValue(value.view().map(inner)) : value));
  replace(partial, "properties", (value) =>
    value instanceof DictValue
      ? new DictValue(new Map([...value.entries()].map(([key, item]) => [key, inner(item)])))
      : value,
  );
  return new DictValue(partial);
}

function replace(entries: Map<string, Value>, key: string, change: (value: Value) => Value): void {
  const value = entries.get(key);
  if (value !== undefined) entries.set(key, change(value));
}

/** The same with those fields only whose names `keeps` takes. */
export function keepFields(schema: DictValue, keeps: (name: string) => boolean): DictValue {
  const kept = schema.toMap();
  replace(kept, "properties", (value) =>
    value instanceof DictValue ? new DictValue(new Map([...value.entries()].filter(([key]) => keeps(key)))) : value,
  );
  replace(kept, "required", (value) =>
    value instanceof ListValue ? new ListValue(value.view().filter((name) => keeps(show(name)))) : value,
  );
  return new DictValue(kept);
}
