import type { CallContext } from "../../builtin/index.ts";
import { dictAt, intAt, isCallable, isDict, itemsAt, record, textAt } from "../../llm/fields.ts";
import { type DictValue, Raise, show, type Value } from "../../value/index.ts";

export interface MappedItem {
  readonly index: number;
  readonly value: Value;
  readonly text: string | undefined;
  readonly lineage: readonly string[];
}

export interface Mapped {
  readonly total: number;
  readonly done: readonly MappedItem[];
  readonly failures: readonly string[];
}

interface Item {
  readonly value: Value;
  readonly text: string | undefined;
  readonly lineage: readonly string[];
}

/** Works on the items of a map node, so many at once, until as many are done as its join policy asks for. */
export async function mapItems(
  context: CallContext,
  node: DictValue,
  artifacts: readonly DictValue[],
): Promise<Mapped> {
  const policy = dictAt(node, "map_policy");
  const items = itemsOf(policy, artifacts).slice(0, intAt(policy, "max_items") ?? undefined);
  const wanted = target(dictAt(node, "join_policy"), items.length);
  const worker = policy?.get("worker") ?? policy?.get("handler");
  const done: MappedItem[] = [];
  const failures: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length && done.length < wanted; index = next++) {
      const item = items[index] as Item;
      try {
        const value = isCallable(worker) ? await context.callAsync(worker as Value, [item.value, index]) : item.value;
        const text = isCallable(worker) ? textOf(value) : item.text;
        if (done.length < wanted) done.push({ index, value, text, lineage: item.lineage });
      } catch (error) {
        if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
        failures.push(show(error.value));
      }
    }
  };
  const lanes = Math.min(Math.max(1, intAt(policy, "max_concurrent") ?? items.length), Math.max(1, items.length));
  await Promise.all(Array.from({ length: lanes }, work));
  return { total: items.length, done: done.sort((a, b) => a.index - b.index), failures };
}

function itemsOf(policy: DictValue | undefined, artifacts: readonly DictValue[]): Item[] {
  const given = itemsAt(policy, "items") ?? [];
  if (given.length > 0) return given.map((value) => ({ value, text: textOf(value), lineage: [] }));
  const kind = textAt(policy, "item_artifact_kind");
  return artifacts
    .filter((artifact) => kind === undefined || textAt(artifact, "kind") === kind)
    .map((artifact) => ({
      value: artifact,
      text: textAt(artifact, "text"),
      lineage: [textAt(artifact, "id") ?? ""],
    }));
}

function textOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  return isDict(value) ? textAt(value, "text") : show(value);
}

function target(policy: DictValue | undefined, total: number): number {
  switch (textAt(policy ?? record({}), "strategy") ?? "all") {
    case "first":
      return Math.min(1, total);
    case "quorum":
      return Math.min(total, Math.max(1, intAt(policy, "min_completed") ?? Math.floor(total / 2) + 1));
    default:
      return total;
  }
}
