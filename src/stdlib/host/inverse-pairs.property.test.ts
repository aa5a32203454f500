// What is written can be read again: the laws of every pair of builtins that undo each other.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BytesValue, DictValue, equal, FloatValue, ListValue, show, type Value } from "../../value/index.ts";
import { pureStdlib } from "../index.ts";
import { Bench } from "./testing/bench.ts";

const bench = new Bench({ pure: pureStdlib });
const call = (name: string, ...args: Value[]): Value => bench.now(name, ...args);

/** Any text of whole characters: what the language calls a string. */
const text = fc.string({ unit: "grapheme" });
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => new BytesValue(array));
const key = fc.oneof(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), fc.constant("__proto__"));
const scalar: fc.Arbitrary<Value> = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((number) => !Object.is(number, -0))
    .map((number) => new FloatValue(number)),
);

/** Values that have a form in the format: lists and dicts of its scalars. */
function tree(leaf: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.letrec<{ node: Value }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.array(tie("node"), { maxLength: 5 }).map((items) => new ListValue(items)),
      fc.uniqueArray(fc.tuple(key, tie("node")), { maxLength: 5, selector: ([name]) => name }).map(dictOf),
    ),
  })).node;
}

function dictOf(entries: readonly (readonly [string, Value])[]): DictValue {
  return new DictValue(new Map(entries));
}

function holds<T extends Value>(values: fc.Arbitrary<T>, thereAndBack: (value: T) => Value): void {
  fc.assert(
    fc.property(values, (value) => {
      const back = thereAndBack(value);
      if (!equal(back, value)) expect(show(back)).toBe(show(value));
      expect(equal(back, value)).toBe(true);
    }),
  );
}

describe("encodings", () => {
  test.each(["base64", "base64url", "base32", "hex"])("%s of texts", (form) => {
    holds(text, (value) => call(`${form}_decode`, call(`${form}_encode`, value)));
  });

  test("url", () => {
    holds(text, (value) => call("url_decode", call("url_encode", value)));
  });

  test.each(["base64", "hex"])("bytes as %s", (form) => {
    holds(bytes, (value) => call(`bytes_from_${form}`, call(`bytes_to_${form}`, value)));
  });

  test("bytes as text", () => {
    holds(text, (value) => call("bytes_to_string", call("bytes_from_string", value)));
  });
});

describe("documents", () => {
  test.each(["json_stringify", "json_stringify_pretty"])("%s", (write) => {
    holds(tree(scalar), (value) => call("json_parse", call(write, value)));
  });

  test("yaml", async () => {
    await bench.start("yaml_parse", "a: 1");
    holds(tree(scalar), (value) => call("yaml_parse", call("yaml_stringify", value)));
  });

  test("toml: a dict without nil", async () => {
    await bench.start("toml_parse", "a = 1");
    const leaf = scalar.filter((value) => value !== null);
    const entries = fc.uniqueArray(fc.tuple(key, tree(leaf)), { maxLength: 5, selector: ([name]) => name });
    holds(entries.map(dictOf), (value) => call("toml_parse", call("toml_stringify", value)));
  });

  test("csv: rows of texts", () => {
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    const table = rows
      // A row of one empty text is an empty line, which is no row.
      .filter((lines) => lines.every((cells) => cells.length > 1 || cells[0] !== ""))
      .map((lines) => new ListValue(lines.map((cells) => new ListValue(cells))));
    const plain = DictValue.of({ headers: false });
    holds(table, (value) => call("csv_parse", call("csv_stringify", value, plain), plain));
  });

  test("query: pairs in their order, keys more than once", () => {
    const pair = fc.record({ key, value: text }).map((entry) => DictValue.of(entry));
    holds(
      fc.array(pair, { maxLength: 5 }).map((pairs) => new ListValue(pairs)),
      (value) => call("query_parse", call("query_stringify", value)),
    );
  });
});

describe("compression", () => {
  test.each(["gzip", "zstd", "brotli"])("%s", (form) => {
    holds(bytes, (value) => call(`${form}_decode`, call(`${form}_encode`, value)));
  });

  test.each([
    ["zip", "zip_create", "zip_extract"],
    ["tar", "tar_create", "tar_extract"],
  ])("%s", (_form, create, extract) => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,7}(?:\/[a-z0-9]{1,8})?\.txt$/);
    const entries = fc
      .uniqueArray(fc.tuple(name, bytes), { minLength: 1, maxLength: 4, selector: ([path]) => path })
      .map((files) => files.map(([path, content]) => DictValue.of({ path, content })));
    fc.assert(
      fc.property(entries, (files) => {
        const back = call(extract, call(create, new ListValue(files))) as ListValue;
        const seen = (list: readonly Value[]): string[] =>
          list.map(
            (entry) =>
              `${show((entry as DictValue).get("path") ?? null)} ${show((entry as DictValue).get("content") ?? null)}`,
          );
        expect(seen(back.view())).toEqual(seen(files));
      }),
    );
  });
});

test("joining undoes splitting", () => {
  fc.assert(
    fc.property(text, fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }), (whole, separator) => {
      expect(call("join", call("split", whole, separator), separator)).toBe(whole);
    }),
  );
});

describe("texts of numbers and times", () => {
  test("ints", () => {
    holds(fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n })), (value) =>
      call("to_int", call("to_string", value)),
    );
  });

  test("floats", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0));
    holds(
      finite.map((number) => new FloatValue(number)),
      (value) => call("to_float", call("to_string", value)),
    );
  });

  test("moments of whole seconds", () => {
    holds(fc.integer({ min: 0, max: 253_402_300_799 }), (value) =>
      call("date_parse", call("date_format", value, "%Y-%m-%dT%H:%M:%SZ")),
    );
  });
});

describe("what a key vouches for", () => {
  const secret = fc.string({ minLength: 1 });

  test("payloads of sessions", () => {
    fc.assert(
      fc.property(tree(scalar), secret, (payload, key) => {
        const verified = call("session_verify", call("session_sign", payload, key), key) as DictValue;
        // Whole floats are written as JSON writes them, and come back as ints.
        expect(equal(verified.get("payload") ?? null, payload)).toBe(true);
        expect(verified.get("ok")).toBe(true);
      }),
    );
  });

  test("signed cookies, and none that was changed", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,12}$/), secret, (value, key) => {
        const signed = show(call("cookie_sign", value, key));
        expect(show(call("cookie_verify", signed, key))).toContain(value);
        expect(show(call("cookie_verify", `x${signed}`, key))).not.toContain("ok: true");
      }),
    );
  });
});

describe("what a key vouches for, and nothing else", () => {
  test("Ed25519 signatures", () => {
    const pair = call("ed25519_keypair") as DictValue;
    const [priv, pub] = [pair.get("private") ?? null, pair.get("public") ?? null];
    fc.assert(
      fc.property(text, text, (message, other) => {
        const signature = call("ed25519_sign", priv, message);
        expect(call("ed25519_verify", pub, message, signature)).toBe(true);
        expect(call("ed25519_verify", pub, other, signature)).toBe(other === message);
      }),
      { numRuns: 20 },
    );
  });

  test("signed URLs", () => {
    const claims = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,6}$/),
      text.filter((value) => value !== ""),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(claims, fc.string({ minLength: 1 }), (given, key) => {
        const url = call("signed_url", "https://a.example/x", DictValue.of(given), key, 1000);
        const verified = call("verify_signed_url", url, key, 999) as DictValue;
        expect(verified.get("valid")).toBe(true);
        expect(show(verified.get("claims") ?? null)).toBe(show(DictValue.of(given)));
        expect((call("verify_signed_url", url, key, 1001) as DictValue).get("valid")).toBe(false);
        expect((call("verify_signed_url", url, `${key}x`, 999) as DictValue).get("valid")).toBe(false);
      }),
    );
  });
});

test.each([
  ["snake", "camel"],
  ["snake", "pascal"],
  ["snake", "kebab"],
  ["kebab", "camel"],
])("%s case and %s case", (from, to) => {
  const words = fc.array(fc.stringMatching(/^[a-z]{2,6}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(words, (list) => {
      const name = list.join(from === "snake" ? "_" : "-");
      expect(call(`${to}_to_${from}`, call(`${from}_to_${to}`, name))).toBe(name);
    }),
  );
});

test("csv: records with the names of their fields", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(
      names,
      fc.array(fc.array(text, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      (fields, rows) => {
        const records = rows.map((cells) => dictOf(fields.map((field, at) => [field, cells[at] as string])));
        const options = DictValue.of({ headers: true });
        const back = call("csv_parse", call("csv_stringify", new ListValue(records), options), options);
        expect(show(back)).toBe(show(new ListValue(records)));
      },
    ),
  );
});

test("moments and their parts", () => {
  const parts = fc.record({
    year: fc.integer({ min: 1970, max: 2200 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    second: fc.integer({ min: 0, max: 59 }),
  });
  fc.assert(
    fc.property(parts, (given) => {
      const moment = call("date_from_components", DictValue.of(given));
      const two = (number: number): string => String(number).padStart(2, "0");
      const { day, hour, minute, month, second, year } = given;
      const expected = `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
      expect(call("date_format", moment, "%Y-%m-%d %H:%M:%S")).toBe(expected);
    }),
  );
});

test("a URL is built of its parts again", () => {
  const url = fc
    .tuple(
      fc.constantFrom("http", "https"),
      fc.domain(),
      fc.option(fc.integer({ min: 1024, max: 65_535 })),
      fc.webPath(),
      fc.option(fc.webQueryParameters({ size: "small" })),
    )
    .map(
      ([scheme, host, port, path, query]) =>
        new URL(`${scheme}://${host}${port === null ? "" : `:${port}`}${path}${query ? `?${query}` : ""}`).href,
    );
  fc.assert(
    fc.property(url, (whole) => {
      expect(call("url_build", call("url_parse", whole))).toBe(whole);
    }),
  );
});
