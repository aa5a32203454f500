import { expect, test } from "vitest";
import { Bench } from "../testing/bench.ts";

const token = `ghp_${"aB3dE5gH7jK9".repeat(3)}`;

test("a secret is found with its place, and never shown whole", async () => {
  const shown = await new Bench().shown("secret_scan", `é\nkey ${token}`);
  expect(shown).toContain("column_start: 5");
  expect(shown).toContain("line: 2");
  expect(shown).toContain("start_offset: 7");
  expect(shown).toContain("redacted: ghp_…7jK9");
  expect(shown).not.toContain(token);
});

test("what looks random is a secret when a key is assigned to it", async () => {
  const bench = new Bench();
  expect(await bench.shown("secret_scan", 'api_key = "q8Zr2LmX0vT5cKd9PwYs"')).toContain("high-entropy-assignment");
  expect(await bench.shown("secret_scan", 'api_key = "aaaaaaaaaaaaaaaaaaaaaaaa"')).toBe("[]");
  expect(await bench.shown("secret_scan", `token = "${token}"`)).not.toContain("high-entropy-assignment");
});

test("tokens are redacted, and counted", async () => {
  const bench = new Bench();
  expect(bench.now("__token_redaction_redact", `${token} ${token}`)).toBe(
    "<redacted:github_token:40> <redacted:github_token:40>",
  );
  expect(await bench.shown("__token_redaction_drain_audit")).toBe(
    "[{bytes_redacted: 80, code: HARN-OAU-001, match_count: 2, pattern: github_token}]",
  );
  expect(await bench.shown("__token_redaction_drain_audit")).toBe("[]");
});

test("custom patterns belong to one runtime and can be forgotten", async () => {
  const [bench, other] = [new Bench(), new Bench()];
  bench.now("__token_redaction_register_pattern", "ticket", "TKT-[0-9]+");
  expect(bench.now("__token_redaction_redact", "TKT-42")).toBe("<redacted:ticket:6>");
  expect(other.now("__token_redaction_redact", "TKT-42")).toBe("TKT-42");
  bench.now("__token_redaction_clear_custom_patterns");
  expect(bench.now("__token_redaction_redact", "TKT-42")).toBe("TKT-42");
  expect(await bench.shown("__token_redaction_register_pattern", "x", "[")).toContain("invalid regex");
});
