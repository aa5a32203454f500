import { type CatalogPart, declare, opt, req, t } from "../builtin/index.ts";
import { err, handOut, isResult, ok, runtimeError, show, type Value } from "../value/index.ts";

const core = declare("core");

/** The payload of `Result.Ok` or `Result.Err`; `undefined` for any other value. */
function payloadOf(value: Value, variant: "Ok" | "Err"): Value | undefined {
  return isResult(value) && value.variant === variant ? handOut(value.fields[0] ?? null) : undefined;
}

/** What an Ok holds; any other value as it is. */
function okValue(result: Value): Value {
  const value = payloadOf(result, "Ok");
  return value === undefined ? result : value;
}

export const results: CatalogPart = {
  builtins: [
    core({
      name: "Ok",
      summary: "A Result that holds a value.",
      params: [opt("value", t.any)],
      lenient: true,
      examples: [["Ok(1)", "Result.Ok(1)"]],
      run: (_context, value = null) => ok(value),
    }),
    core({
      name: "Err",
      summary: "A Result that holds an error.",
      params: [opt("error", t.any)],
      lenient: true,
      examples: [['Err("no")', "Result.Err(no)"]],
      run: (_context, error = null) => err(error),
    }),
    core({
      name: "is_ok",
      summary: "Whether a value is a Result that holds a value.",
      params: [req("value", t.any)],
      returns: t.bool,
      borrows: true,
      examples: [["is_ok(Ok(1))", "true"]],
      run: (_context, value) => isResult(value) && value.variant === "Ok",
    }),
    core({
      name: "is_err",
      summary: "Whether a value is a Result that holds an error.",
      params: [req("value", t.any)],
      returns: t.bool,
      borrows: true,
      examples: [["is_err(nil)", "false"]],
      run: (_context, value) => isResult(value) && value.variant === "Err",
    }),
    core({
      name: "unwrap",
      summary: "The value of an Ok; an error for an Err; any other value as it is.",
      params: [opt("result", t.any)],
      lenient: true,
      examples: [["unwrap(Ok(3))", "3"]],
      run: (_context, result = null) => {
        const error = payloadOf(result, "Err");
        if (error !== undefined) throw runtimeError(`unwrap called on Err: ${show(error)}`);
        return okValue(result);
      },
    }),
    core({
      name: "unwrap_or",
      summary: "The value of an Ok, `default` for an Err, any other value as it is.",
      params: [opt("result", t.any), opt("default", t.any)],
      lenient: true,
      examples: [['unwrap_or(Err("no"), 7)', "7"]],
      run: (_context, result = null, fallback = null) => {
        return payloadOf(result, "Err") === undefined ? okValue(result) : fallback;
      },
    }),
    core({
      name: "unwrap_err",
      summary: "The error of an Err.",
      params: [opt("result", t.any)],
      lenient: true,
      examples: [['unwrap_err(Err("no"))', "no"]],
      run: (_context, result = null) => {
        const error = payloadOf(result, "Err");
        if (error === undefined) throw runtimeError("unwrap_err called on non-Err");
        return error;
      },
    }),
    core({
      name: "unreachable",
      summary: "Fail: the program came where it must not.",
      params: [opt("value", t.any)],
      lenient: true,
      run: (_context, value) => {
        throw runtimeError(`unreachable code was reached${value === undefined ? "" : `: ${show(value)}`}`);
      },
    }),
  ],
};
