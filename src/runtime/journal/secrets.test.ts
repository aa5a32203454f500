import { expect, it } from "vitest";
import { Secrets } from "./secrets.ts";

it.each([
  ["[default]\naws_secret_access_key = wJal/secret+1\nregion = eu-west-1\n", "wJal/secret+1", "eu-west-1"],
  [
    '{"client_email": "a@p", "private_key": "abc\\ndef", "token_uri": "https://t.test/x"}',
    "abc\\ndef",
    "https://t.test/x",
  ],
  ['[llm.providers.x]\napi-key = "k-123456"\nbase_url = "http://x.test"', "k-123456", "http://x.test"],
  ["dsn = postgres://me:pass@h/db", "postgres://me:pass@h/db", "nothing"],
])("learns the values of telling names in a file of settings: %s", (text, secret, plain) => {
  const secrets = new Secrets();
  secrets.learnFrom(text);
  const masked = secrets.mask(`${text} said ${secret}, ${plain}`);
  expect(masked).not.toContain(secret);
  expect(masked).toContain(plain);
});
