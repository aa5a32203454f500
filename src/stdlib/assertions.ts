import { type CatalogPart, declare, opt, req, t } from "../builtin/index.ts";
import { equal, show, thrown, truthy } from "../value/index.ts";

const errors = declare("errors");

export const assertions: CatalogPart = {
  builtins: [
    errors({
      name: "assert",
      summary: "Throw `message` unless the condition is truthy.",
      params: [req("condition", t.any), opt("message", t.string)],
      returns: t.nil,
      borrows: true,
      examples: [["assert(1 < 2)", "nil"]],
      run: (_context, condition, message) => {
        if (!truthy(condition)) throw thrown(message ?? "Assertion failed");
        return null;
      },
    }),
    errors({
      name: "assert_eq",
      summary: "Throw unless both values are equal; the second is what was expected.",
      params: [req("actual", t.any), req("expected", t.any), opt("message", t.string)],
      returns: t.nil,
      borrows: true,
      examples: [["assert_eq([1] + [2], [1, 2])", "nil"]],
      run: (_context, actual, expected, message) => {
        if (equal(actual, expected)) return null;
        throw thrown(message ?? `Assertion failed: expected ${show(expected)}, got ${show(actual)}`);
      },
    }),
    errors({
      name: "assert_ne",
      summary: "Throw if both values are equal.",
      params: [req("a", t.any), req("b", t.any), opt("message", t.string)],
      returns: t.nil,
      borrows: true,
      run: (_context, a, b, message) => {
        if (!equal(a, b)) return null;
        throw thrown(message ?? `Assertion failed: values should not be equal: ${show(a)}`);
      },
    }),
  ],
};
