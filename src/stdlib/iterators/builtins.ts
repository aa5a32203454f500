import { type CatalogPart, declare, req, rest, t } from "../../builtin/index.ts";
import { type HandleValue, PairValue, typeError } from "../../value/index.ts";
import { iterMethods } from "./methods.ts";
import { requireIterator } from "./sources.ts";

const declareIter = declare("iter");

const iterable = t.union(
  t.list,
  t.dict,
  t.string,
  t.set,
  t.range,
  t.iter,
  t.handle<HandleValue>("Generator"),
  t.handle<HandleValue>("stream"),
  t.handle<HandleValue>("channel"),
);

export const iteratorBuiltins: CatalogPart = {
  builtins: [
    declareIter({
      name: "iter",
      summary: "A lazy, single-pass iterator over anything that can be looped over; a dict gives pairs.",
      params: [req("value", iterable)],
      returns: t.iter,
      examples: [
        ["iter([1, 2]).map({ x -> x * 2 }).to_list()", "[2, 4]"],
        ["iter({a: 1}).to_list()", "[(a, 1)]"],
      ],
      run: (_context, value) => requireIterator(value),
    }),
    declareIter({
      name: "pair",
      summary: "Two values as one.",
      params: [rest("parts", t.any)],
      returns: t.pair,
      examples: [["pair(1, 2).second", "2"]],
      run: (_context, ...parts) => {
        const [first, second] = parts;
        if (first === undefined || second === undefined || parts.length > 2)
          throw typeError(`pair: expected 2 arguments, got ${parts.length}`);
        return new PairValue(first, second);
      },
    }),
  ],
  methods: { iter: iterMethods },
  methodResults: {
    iter: {
      list: "to_list",
      set: "to_set",
      dict: "to_dict",
      int: "count",
      bool: "any all",
      iter: "map filter flat_map take skip take_while skip_while zip enumerate chain chunks windows",
    },
  },
};
