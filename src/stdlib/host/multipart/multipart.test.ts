import fc from "fast-check";
import { expect, test } from "vitest";
import { BytesValue, DictValue, ListValue } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";

const bench = new Bench();

function body(text: string): BytesValue {
  return new BytesValue(new TextEncoder().encode(text));
}

test("any content survives the way through a form", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
      const fields = new ListValue([DictValue.of({ name: 'a"b', content: new BytesValue(content) })]);
      const form = bench.now("multipart_form_data", fields);
      if (!(form instanceof DictValue)) throw new Error("no form");
      const read = bench.now("multipart_parse", form.get("body") ?? null, form.get("content_type") ?? null);
      const field = read instanceof DictValue ? read.get("fields") : undefined;
      if (!(field instanceof ListValue)) throw new Error("no fields");
      const bytes = bench.now("multipart_field_bytes", field.view()[0] ?? null);
      expect(bytes instanceof BytesValue && bytes.bytes).toEqual(content);
    }),
    { numRuns: 30 },
  );
});

const form = "multipart/form-data; boundary=b";

test.each([
  ["x", "multipart/form-data", "content type is missing boundary"],
  ["x", form, "body does not start with multipart boundary"],
  ["--b\r\nfoo\r\n\r\nq\r\n--b--", form, "malformed part header line `foo`"],
  ["--b\r\nX: y\r\n\r\nq\r\n--b--", form, "missing Content-Disposition"],
  ["--b\r\nContent-Disposition: form-data; name=a\r\n\r\nq", form, "part is missing following boundary"],
])("body %j of type %s is refused", async (text, type, message) => {
  expect(await bench.shown("multipart_parse", body(text), type)).toContain(message);
});

test("limits hold", async () => {
  const text = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nlong\r\n--b--";
  const refused = (limits: unknown): Promise<string> => bench.shown("multipart_parse", body(text), form, value(limits));
  expect(await refused({ max_fields: 0 })).toContain("field count exceeds max_fields 0");
  expect(await refused({ max_field_bytes: 3 })).toContain("field size 4 exceeds max_field_bytes 3");
  expect(await refused({ max_total_bytes: 3 })).toContain("exceeds max_total_bytes 3");
});
