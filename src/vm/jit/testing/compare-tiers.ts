import { type CatalogPart, declare, eachCall, type Method, opt, t } from "../../../builtin/index.ts";
import { DictValue, handOut, ListValue, show, truthy, type Value } from "../../../value/index.ts";
import type { Compiling } from "../../machine.ts";
import { type PreparedProgram, prepareProgram, runPrepared } from "../../testing/run-program.ts";
import { CodeMarks } from "../code-marks.ts";
import { alwaysCopying } from "./always-copying.ts";

interface TierMix {
  readonly compiling: Compiling;
  /** Whether a profiler looks on: the machine then marks its frames. */
  readonly isMarked?: boolean;
  /** Whether each write copies what it writes to. */
  readonly copies?: boolean;
  /** Whether another machine runs the program afterwards, which finds it as warm as the first has left it. */
  readonly isRepeated?: boolean;
}

/** Tiers as they may come together, and the plainest way to have collections that are values: nothing compiled, everything at once, and functions that change over while they run. */
const tiers: Readonly<Record<string, TierMix>> = {
  interpreted: { compiling: "never" },
  compiled: { compiling: "always", isRepeated: true },
  mixed: { compiling: { calls: 2, loops: 3, resumptions: 1 }, isRepeated: true },
  copying: { compiling: "never", copies: true },
  profiled: { compiling: { calls: 2, loops: 3, resumptions: 1 }, isMarked: true },
};

const map: Method<ListValue> = {
  name: "map",
  summary: "The results of a function on each element.",
  params: ["callback"],
  loop: "map",
  run: (context, self, callback) => {
    const mapped: Value[] = [];
    const call = (index: number) => context.call1(callback as Value, handOut(self.at(index) as Value));
    const take = (_index: number, value: Value): boolean => {
      mapped.push(value);
      return false;
    };
    return eachCall(context, self.size, call, take, () => new ListValue(mapped));
  },
};

const filter: Method<ListValue> = {
  name: "filter",
  summary: "The elements for which a function is truthy.",
  params: ["callback"],
  loop: "filter",
  run: (context, self, callback) => {
    const found: Value[] = [];
    const call = (index: number) => context.call1(callback as Value, handOut(self.at(index) as Value));
    const take = (index: number, value: Value): boolean => {
      if (truthy(value)) found.push(self.at(index) as Value);
      return false;
    };
    return eachCall(context, self.size, call, take, () => new ListValue(found));
  },
};

const reduce: Method<ListValue> = {
  name: "reduce",
  summary: "The elements folded into one value.",
  params: ["start", "callback"],
  loop: "reduce",
  run: (context, self, start, callback) => {
    let folded = start as Value;
    const call = (index: number) => context.call2(callback as Value, folded, handOut(self.at(index) as Value));
    const take = (_index: number, value: Value): boolean => {
      folded = value;
      return false;
    };
    return eachCall(context, self.size, call, take, () => folded);
  },
};

const push: Method<ListValue> = {
  name: "push",
  summary: "The list and one more element.",
  params: ["value"],
  run: (_context, self, value) => self.append(value ?? null),
  runOwned: (_context, self, value) => self.appendOwned(value ?? null),
};

/** How many parts a value has, in all depths. */
const weight = declare("testing")({
  name: "weight",
  summary: "The number of parts in all depths.",
  params: [opt("value", t.any)],
  borrows: true,
  run: (_context, value = null) => Math.floor(show(value).length / 3),
});

/** What can be written to it: `nested` takes `x[0][0] = v` too. */
const form = declare("testing")({
  name: "form",
  summary: "What can be written to a value.",
  params: [opt("value", t.any)],
  borrows: true,
  run: (_context, value) => {
    if (value instanceof DictValue) return "dict";
    if (!(value instanceof ListValue) || value.size === 0) return "other";
    const first = value.at(0);
    return first instanceof ListValue && first.size > 0 ? "nested" : "list";
  },
});

const methods = { builtins: [weight, form], methods: { list: [map, filter, reduce, push] } } as unknown as CatalogPart;

/** What a program prints and gives in each tier, as one text; undefined when all agree. */
export async function tierDifference(program: string): Promise<string | undefined> {
  const seen: (readonly [string, string])[] = [];
  for (const [name, mix] of Object.entries(tiers)) {
    const prepared = prepareProgram(program, { parts: [methods], ...(mix.copies && { rewrite: alwaysCopying }) });
    seen.push([name, await outcomeOf(prepared, mix)]);
    if (mix.isRepeated) seen.push([`${name}, again`, await outcomeOf(prepared, mix)]);
  }
  const [first] = seen;
  if (seen.every(([, text]) => text === first?.[1])) return undefined;
  return seen.map(([name, text]) => `--- ${name}\n${text}`).join("\n");
}

async function outcomeOf(program: PreparedProgram, { compiling, isMarked }: TierMix): Promise<string> {
  let trace = "";
  const { lines, result, elapsed } = await runPrepared(program, {
    compiling,
    ...(isMarked && { marks: new CodeMarks() }),
    patienceMs: 20_000,
    watch: (task) =>
      task.whenDone((completion) => {
        if (completion.kind === "error") trace = traceOf(completion.error);
      }),
  });
  return [...lines, `result: ${result}`, `after ${elapsed} ms`, trace].join("\n");
}

function traceOf(error: unknown): string {
  const { trace } = error as { readonly trace?: readonly { name: string; span: { start: number; end: number } }[] };
  return (trace ?? []).map(({ name, span }) => `at ${name} ${span.start}..${span.end}`).join("\n");
}
