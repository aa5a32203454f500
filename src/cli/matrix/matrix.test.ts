import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ProviderCatalog } from "../../llm/index.ts";
import { connectorMatrix, connectorRows } from "./connector-matrix.ts";
import { renderMatrix } from "./matrix.ts";
import { providerMatrix, providerRows } from "./provider-matrix.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-matrix-"));
afterAll(() => rmSync(folder, { recursive: true }));

mkdirSync(join(folder, "packages", "chat"), { recursive: true });
writeFileSync(
  join(folder, "packages", "chat", "harn.toml"),
  `[package]
name = "chat"

[[providers]]
id = "slack"
capabilities = ["webhook", "oauth"]

[[providers]]
id = "linear"
capabilities = { graphql = true, oauth = false }
`,
);

describe("the matrix of connectors", () => {
  const rows = connectorRows([folder, join(folder, "packages", "chat", "harn.toml")]);

  it("has a row for each provider of each manifest, once", () => {
    expect(renderMatrix(connectorMatrix, rows, "text", undefined)).toBe(
      [
        "provider  package  webhook  oauth  rate_limit  pagination  graphql  streaming",
        "slack     chat     yes      yes    no          no          no       no       ",
        "linear    chat     no       no     no          no          yes      no       ",
        "",
      ].join("\n"),
    );
  });

  it("is filtered by a feature, and knows no other", () => {
    const { data } = JSON.parse(renderMatrix(connectorMatrix, rows, "json", "graphql"));
    expect(data).toMatchObject([{ provider: "linear", package: "chat", graphql: true, webhook: false }]);
    expect(() => renderMatrix(connectorMatrix, rows, "text", "zork")).toThrow(
      "unknown connector matrix feature `zork`. Expected one of: webhook, oauth,",
    );
  });

  it("wants places that exist", () => {
    expect(() => connectorRows([join(folder, "gone")])).toThrow(/gone does not exist$/);
  });
});

describe("the matrix of providers", () => {
  const rows = providerRows(new ProviderCatalog(() => undefined, []));

  it("has every rule, by provider, with the version from which on it holds", () => {
    const providers = rows.map(({ provider }) => provider);
    expect(providers).toEqual([...providers].sort());
    expect(rows[0]).toMatchObject({
      provider: "anthropic",
      version_min: [4, 7],
      thinking: ["adaptive"],
      source: "builtin",
    });
    expect(renderMatrix(providerMatrix, rows, "text", undefined)).toMatch(
      /^provider\/model +version_min +thinking +vision .* cache\nanthropic\/claude-opus-\* +>=4\.7 +adaptive +yes /,
    );
  });

  it("is a table in Markdown, of the rows that have a feature", () => {
    const text = renderMatrix(providerMatrix, rows, "markdown", "role_developer");
    expect(text).toMatch(/^# Provider capability matrix\n\n/);
    expect(text).toContain("| `openai` | `o1*` | `any` |");
    expect(text).not.toContain("claude");
  });
});
