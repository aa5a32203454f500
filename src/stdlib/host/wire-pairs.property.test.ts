// What is sent over a wire can be read again: tokens, cookies, forms, schemas, reports, times in their zones, templates.
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BytesValue, DictValue, equal, type ListValue, show, type Value } from "../../value/index.ts";
import { pureStdlib } from "../index.ts";
import { Bench } from "./testing/bench.ts";

const bench = new Bench({ pure: pureStdlib });
const call = (name: string, ...args: Value[]): Value => bench.now(name, ...args);
const json = (text: unknown): Value => call("json_parse", JSON.stringify(text));

/** Any text of whole characters: what the language calls a string. */
const text = fc.string({ unit: "grapheme" });
const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,10}$/);

function field(dict: Value, name: string): Value {
  return (dict as DictValue).get(name) ?? null;
}

describe("JSON Web Tokens", () => {
  const pem = { type: "spki", format: "pem" } as const;
  const secretPem = { type: "pkcs8", format: "pem" } as const;
  const pairs = {
    ES256: generateKeyPairSync("ec", { namedCurve: "P-256", publicKeyEncoding: pem, privateKeyEncoding: secretPem }),
    RS256: generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: pem, privateKeyEncoding: secretPem }),
  };

  test.each(["ES256", "RS256"] as const)("%s: claims come back, and none that were changed", (algorithm) => {
    const { privateKey, publicKey } = pairs[algorithm];
    const claims = fc.dictionary(word, fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 3 })));
    fc.assert(
      fc.property(claims, (given) => {
        const token = show(call("jwt_sign", algorithm, json(given), privateKey));
        expect(show(field(call("jwt_verify", algorithm, token, publicKey), "claims"))).toBe(show(json(given)));
        const [head = "", , signature = ""] = token.split(".");
        const forged = `${head}.${Buffer.from('{"admin":true}').toString("base64url")}.${signature}`;
        expect(() => call("jwt_verify", algorithm, forged, publicKey)).toThrow();
      }),
      { numRuns: 20 },
    );
  });
});

describe("cookies", () => {
  const value = fc.stringMatching(/^[!#-+\--:<-[\]-~]{0,20}$/);

  test("one by one", () => {
    fc.assert(
      fc.property(word, value, (name, content) => {
        const header = show(call("cookie_serialize", name, content));
        expect(show(field(field(call("cookie_parse", header), "cookies"), name))).toBe(content);
      }),
    );
  });

  test("of a session", () => {
    fc.assert(
      fc.property(word, fc.dictionary(word, text), fc.string({ minLength: 1 }), (name, payload, secret) => {
        const [pair = ""] = show(call("session_cookie", name, json(payload), secret)).split(";");
        const read = call("session_from_cookies", DictValue.of({ Cookie: pair }), name, secret);
        expect(show(field(read, "payload"))).toBe(show(json(payload)));
        const other = call("session_from_cookies", DictValue.of({ Cookie: pair }), name, `${secret}x`);
        expect(field(other, "ok")).toBe(false);
      }),
    );
  });
});

test("forms of several parts", () => {
  const content = fc.uint8Array({ maxLength: 60 });
  const part = fc.record({
    name: word,
    filename: fc.option(fc.stringMatching(/^[a-z]{1,8}\.txt$/), { nil: undefined }),
    content,
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.stringMatching(/^[a-z0-9]{24}$/), (parts, mark) => {
      const body = Buffer.concat([
        ...parts.flatMap((each) => [
          Buffer.from(
            `--${mark}\r\nContent-Disposition: form-data; name="${each.name}"${
              each.filename === undefined ? "" : `; filename="${each.filename}"`
            }\r\n\r\n`,
          ),
          Buffer.from(each.content),
          Buffer.from("\r\n"),
        ]),
        Buffer.from(`--${mark}--\r\n`),
      ]);
      const read = call("multipart_parse", new BytesValue(body), `multipart/form-data; boundary=${mark}`);
      const fields = (field(read, "fields") as ListValue).view();
      expect(fields.map((each) => [show(field(each, "name")), show(field(each, "bytes"))])).toEqual(
        parts.map((each) => [each.name, show(new BytesValue(each.content))]),
      );
    }),
  );
});

/** JSON Schemas in the words that both forms have. */
const schema = fc.letrec<{ node: Record<string, unknown> }>((tie) => {
  const bounds = fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const described = (given: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
    fc
      .tuple(given, fc.option(text))
      .map(([node, description]) => (description === null ? node : { ...node, description }));
  return {
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      described(
        fc.constantFrom<Record<string, unknown>>(
          { type: "boolean" },
          { type: "string" },
          { type: "integer" },
          { type: "number" },
        ),
      ),
      bounds.map(([minimum, maximum]) => ({ type: "integer", minimum, maximum })),
      bounds.map(([minLength, maxLength]) => ({ type: "string", minLength, maxLength })),
      fc.constant({ type: "string", pattern: "^a+$" }),
      fc.uniqueArray(word, { minLength: 1, maxLength: 4 }).map((values) => ({ type: "string", enum: values })),
      fc
        .tuple(tie("node"), bounds)
        .map(([items, [minItems, maxItems]]) => ({ type: "array", items, minItems, maxItems })),
      fc
        .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.tuple(tie("node"), fc.boolean()), { minKeys: 1, maxKeys: 4 })
        .map((entries) => ({
          type: "object",
          properties: Object.fromEntries(Object.entries(entries).map(([name, [node]]) => [name, node])),
          required: Object.keys(entries)
            .filter((name) => entries[name]?.[1])
            .sort(),
        }))
        .filter(({ required }) => required.length > 0),
    ),
  };
}).node;

test.each(["json", "openapi"])("schemas and those of %s", (form) => {
  fc.assert(
    fc.property(schema, (given) => {
      const own = call(`schema_from_${form}_schema`, json(given));
      const back = call(`schema_to_${form}_schema`, own);
      // Limits come back as floats, which are equal to the ints they were.
      expect(equal(back, json(given))).toBe(true);
    }),
  );
});

test("reports of tests", () => {
  const escaped = (raw: string): string => raw.replace(/[<>&"'\n\t\r]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  const name = fc
    .string({ unit: "grapheme", minLength: 1 })
    .filter((each) => each.trim() === each && !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(each));
  const result = fc.record({
    name,
    message: name,
    millis: fc.nat(100_000),
    status: fc.constantFrom("passed", "failed", "skipped"),
  });
  fc.assert(
    fc.property(fc.array(result, { minLength: 1, maxLength: 4 }), (results) => {
      const cases = results.map((each) => {
        const inner = { passed: "", failed: `<failure message="${escaped(each.message)}"/>`, skipped: "<skipped/>" }[
          each.status
        ];
        return `<testcase name="${escaped(each.name)}" time="${each.millis / 1000}">${inner}</testcase>`;
      });
      const read = (call("parse_junit_xml", `<testsuite>${cases.join("")}</testsuite>`) as ListValue).view();
      expect(
        read.map((each) => [show(field(each, "name")), show(field(each, "status")), field(each, "duration_ms")]),
      ).toEqual(results.map((each) => [each.name, each.status, each.millis]));
    }),
  );
});

describe("times in their zones", () => {
  const moment = fc.integer({ min: -1_000_000_000, max: 8_000_000_000 });
  const zone = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
  );

  test("with the zone's offset", () => {
    fc.assert(
      fc.property(moment, zone, (seconds, name) => {
        expect(call("date_parse", call("date_to_zone", seconds, name))).toBe(seconds);
      }),
    );
  });

  test("in a format that has it", () => {
    fc.assert(
      fc.property(
        moment,
        zone,
        fc.constantFrom("%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%d %H:%M:%S %:z", "%+"),
        (seconds, name, format) => {
          expect(call("date_parse", call("date_format", seconds, format, name))).toBe(seconds);
        },
      ),
    );
  });
});

test("templates leave what is put into them as it is, and text with braces too", () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(call("render_string", "{{ value }}", DictValue.of({ value }))).toBe(value);
      expect(call("json_parse", call("render_string", "{{ value | json }}", DictValue.of({ value })))).toBe(value);
      const raw = value.replaceAll("{%", "").replaceAll("{{ endraw", "");
      expect(call("render_string", `{{ raw }}<${raw}>{{ endraw }}`, DictValue.of({}))).toBe(`<${raw}>`);
    }),
  );
});

describe("runs of bytes", () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => new BytesValue(array));

  test("cut and put together", () => {
    fc.assert(
      fc.property(bytes, fc.nat(60), (whole, at) => {
        const length = Number(call("bytes_len", whole));
        const place = Math.min(at, length);
        const parts = [call("bytes_slice", whole, 0, place), call("bytes_slice", whole, place, length)] as const;
        expect(equal(call("bytes_concat", ...parts), whole)).toBe(true);
      }),
    );
  });
});

test("UUIDs in every spelling", () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      for (const spelling of [id, id.toUpperCase(), id.replaceAll("-", ""), `{${id}}`, `urn:uuid:${id}`])
        expect(call("uuid_parse", spelling)).toBe(id);
    }),
  );
});
