import { expect, test } from "vitest";
import { redactUrl } from "./redact-url.ts";

test.each([
  ["https://h/a?b=%20c", "https://h/a?b=%20c"],
  ["https://a.test/?q=a b", "https://a.test/?q=a b"],
  ["nope", "nope"],
  ["https://a.test/x?Token=abc&q=1", "https://a.test/x?Token=%5Bredacted%5D&q=1"],
  ["https://u:p@h/?my_secret=1&x=2", "https://u:redacted@h/?my_secret=%5Bredacted%5D&x=2"],
  ["https://u:p@h/?x=a b", "https://u:redacted@h/?x=a%20b"],
])("%s is shown as %s", (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});
