import { type CatalogPart, declare, opt, req, t } from "../builtin/index.ts";
import { DictValue, type ErrorCategory, errorCategories, show, thrown, type Value } from "../value/index.ts";
import { textOf } from "./arguments.ts";

const byStatus: ReadonlyMap<string, ErrorCategory> = new Map([
  ...entriesFor("auth", "401", "403"),
  ...entriesFor("not_found", "404", "410"),
  ...entriesFor("timeout", "408", "504", "522", "524"),
  ...entriesFor("rate_limit", "429"),
  ...entriesFor("overloaded", "503", "529"),
  ...entriesFor("server_error", "500", "502"),
]);

function entriesFor(category: ErrorCategory, ...statuses: string[]): [string, ErrorCategory][] {
  return statuses.map((status) => [status, category]);
}

/** Words that services put into their errors, in order of precedence. */
const byWords: readonly (readonly [RegExp, ErrorCategory])[] = [
  [/Deadline exceeded|context deadline exceeded/, "timeout"],
  [/overloaded_error/, "overloaded"],
  [/api_error/, "server_error"],
  [/insufficient_quota|billing_hard_limit_reached/, "rate_limit"],
  [/invalid_api_key|authentication_error/, "auth"],
  [/not_found_error|model_not_found/, "not_found"],
  [/circuit_open/, "circuit_open"],
  [/pool timed out while waiting|canceling statement due to (?:statement|lock) timeout/, "timeout"],
  [/password authentication failed|no pg_hba\.conf entry|role "[^"]*" does not exist/, "auth"],
  [/sorry, too many clients already|remaining connection slots are reserved/, "overloaded"],
  [
    /connection reset|connection refused|connection closed|broken pipe|dns error|stream error|unexpected eof|the server closed the connection/i,
    "transient_network",
  ],
];

/** The category of an error's text: an HTTP status standing alone decides, then well-known words. */
export function classifyErrorText(text: string): ErrorCategory {
  for (const [status] of text.matchAll(/(?<![0-9])[45][0-9]{2}(?![0-9])/g)) {
    const category = byStatus.get(status);
    if (category !== undefined) return category;
  }
  return byWords.find(([words]) => words.test(text))?.[1] ?? "generic";
}

/** The category of a caught error: what a dict says about itself, in its own words, or what a text looks like. */
export function errorCategoryOf(error: Value): string {
  if (typeof error === "string") return bracketed(error) ?? classifyErrorText(error);
  const named = error instanceof DictValue ? error.get("category") : undefined;
  return named === undefined ? "generic" : show(named);
}

/** `Error [category]: …`, the text of a fault that knows its category. */
function bracketed(text: string): ErrorCategory | undefined {
  const [, word] = /^(?:Runtime error: )?Error \[([a-z_]+)\]: /.exec(text) ?? [];
  return word === undefined ? undefined : asCategory(word);
}

function asCategory(word: string): ErrorCategory {
  return errorCategories.find((category) => category === word) ?? "generic";
}

const errors = declare("errors");

export const errorBuiltins: CatalogPart = {
  builtins: [
    errors({
      name: "error_category",
      summary: "The category of a caught error: `timeout`, `rate_limit`, `generic` …",
      params: [req("error", t.any)],
      returns: t.string,
      borrows: true,
      examples: [['error_category("HTTP 429: slow down")', "rate_limit"]],
      run: (_context, error) => errorCategoryOf(error),
    }),
    errors({
      name: "is_timeout",
      summary: "Whether a caught error is a timeout.",
      params: [req("error", t.any)],
      returns: t.bool,
      borrows: true,
      run: (_context, error) => errorCategoryOf(error) === "timeout",
    }),
    errors({
      name: "is_rate_limited",
      summary: "Whether a caught error says that a rate limit or quota is used up.",
      params: [req("error", t.any)],
      returns: t.bool,
      borrows: true,
      run: (_context, error) => errorCategoryOf(error) === "rate_limit",
    }),
    errors({
      name: "throw_error",
      summary: "Throw a dict of a message and a category.",
      params: [opt("message", t.any), opt("category", t.any)],
      lenient: true,
      run: (_context, message, category) => {
        throw thrown(
          DictValue.of({
            category: category === undefined ? "generic" : asCategory(show(category)),
            message: textOf(message),
          }),
        );
      },
    }),
  ],
};
