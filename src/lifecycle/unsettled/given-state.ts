import { DictValue, ListValue, typeError, typeName, type Value } from "../../value/index.ts";
import { type Counts, countsBy } from "./state.ts";

/** How much an unsettled state holds that a program gives: absent buckets count nothing. */
export function countGiven(state: Value): Counts {
  if (!(state instanceof DictValue)) throw typeError("Harness unsettled-state helpers expect a state dict");
  return countsBy((bucket) => {
    const items = state.get(bucket);
    if (items === undefined) return 0;
    if (items instanceof ListValue) return items.size;
    throw typeError(`unsettled-state field \`${bucket}\` must be a list, got ${typeName(items)}`);
  });
}
