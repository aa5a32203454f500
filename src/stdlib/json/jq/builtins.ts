import { type CatalogPart, declare, req, t } from "../../../builtin/index.ts";
import { handOut, ListValue, thrown, type Value } from "../../../value/index.ts";
import { evaluate } from "./evaluate.ts";
import { parseQuery, QueryError } from "./parser.ts";

const json = declare("json");

function query(value: Value, expression: string): Value[] {
  try {
    return evaluate(parseQuery(expression), value);
  } catch (error) {
    if (error instanceof QueryError) throw thrown(error.message);
    throw error;
  }
}

export const jqBuiltins: CatalogPart = {
  builtins: [
    json({
      name: "jq",
      summary: "All results of a jq query over a value.",
      params: [req("value", t.any), req("expression", t.string)],
      returns: t.list,
      examples: [['jq({a: [{n: 1}, {n: 2}]}, ".a[].n")', "[1, 2]"]],
      run: (_context, value, expression) => new ListValue(query(value, expression)),
    }),
    json({
      name: "jq_first",
      summary: "The first result of a jq query over a value, or nil.",
      params: [req("value", t.any), req("expression", t.string)],
      examples: [['jq_first([3, 4], ".[-1]")', "4"]],
      run: (_context, value, expression) => handOut(query(value, expression)[0] ?? null),
    }),
  ],
};
