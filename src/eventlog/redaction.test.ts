import { describe, expect, test } from "vitest";
import { encodeJson } from "./json.ts";
import { encodeRedacted, redactJson, redactText } from "./redaction.ts";

describe("redaction", () => {
  test.each([
    ["use sk-proj-abcdefghijklmnopqrstuvwxyz now", "use [redacted] now"],
    ["Authorization: Bearer abcdefgh12345", "[redacted]"],
    ["password=hunter2, and api_key: k", "[redacted] and [redacted]"],
    ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted]"],
    ["-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "[redacted]"],
    ["a task of risk, with 5 tokens", "a task of risk, with 5 tokens"],
  ])("of %j", (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  test("goes by the names of keys, at every level, and leaves what is no secret", () => {
    const given = {
      input_tokens: 7,
      headers: [{ "x-api-key": { a: 1 }, cookie: "c" }],
      secret: null,
      note: "token=abc",
    };
    expect(encodeRedacted(given)).toBe(encodeJson(redactJson(given)));
    expect(redactJson(given)).toEqual({
      input_tokens: 7,
      headers: [{ "x-api-key": "[redacted]", cookie: "[redacted]" }],
      secret: null,
      note: "[redacted]",
    });
  });
});
