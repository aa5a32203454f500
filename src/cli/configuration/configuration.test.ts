import { describe, expect, test } from "vitest";
import { environmentFields } from "./environment.ts";
import { builtInDefaults, type ConfigLayer, type LayerKind } from "./layer.ts";
import { mergeLayers } from "./merge.ts";
import { configProblems } from "./validate.ts";

function layer(kind: LayerKind, source: string, values: ConfigLayer["values"]): ConfigLayer {
  return { kind, name: kind, source, values };
}

function merged(...layers: readonly ConfigLayer[]) {
  const { config, origins } = mergeLayers([builtInDefaults, ...layers]);
  const statuses = (path: string) =>
    origins
      .find((origin) => origin.path === path)
      ?.candidates.map(({ source, status, value, blocked_by }) =>
        `${source}=${value} ${status} ${blocked_by ?? ""}`.trim(),
      );
  return { config, statuses, origin: (path: string) => origins.find((each) => each.path === path) };
}

describe("layers", () => {
  test("a later one wins, field by field", () => {
    const { config, statuses } = merged(
      layer("user_config", "u", { retention: { days: 5 }, logging: { level: "warn" } }),
      layer("project_config", "p", { retention: { days: 7 } }),
    );
    expect(config).toMatchObject({
      retention: { days: 7, max_bytes: null },
      logging: { level: "warn", format: "text" },
    });
    expect(statuses("retention.days")).toEqual(["harn-vm=30 shadowed", "u=5 shadowed", "p=7 applied"]);
  });

  test("a list is one value, a table of names grows", () => {
    const { config, origin } = merged(
      layer("user_config", "u", { skills: { paths: ["a"] }, endpoints: { mcp: { one: { url: "http://1" } } } }),
      layer("project_config", "p", { skills: { paths: ["b"] }, endpoints: { mcp: { two: { url: "http://2" } } } }),
    );
    expect(config).toMatchObject({
      skills: { paths: ["b"] },
      endpoints: { mcp: { one: { url: "http://1" }, two: { url: "http://2" } }, a2a: {} },
    });
    expect(origin("endpoints.mcp")).toBeUndefined();
    expect(origin("endpoints.a2a")?.value).toEqual({});
  });

  test("a key may hold a dot", () => {
    const { config, origin } = merged(
      layer("user_config", "u", { permissions: { capabilities: { "fs.write": "deny" } } }),
    );
    expect(config).toMatchObject({ permissions: { capabilities: { "fs.write": "deny" } } });
    expect(origin('permissions.capabilities."fs.write"')?.value).toBe("deny");
  });

  test("a managed layer locks what comes after it, a section as a whole", () => {
    const { config, statuses, origin } = merged(
      layer("project_config", "p", { limits: { tokens: 3 } }),
      layer("managed_policy", "m", { limits: { tokens: 10 }, policy: { locked_fields: ["limits.tokens", "limits"] } }),
      layer("managed_policy", "n", { limits: { network: "deny" } }),
      layer("environment_overrides", "env", { limits: { tokens: 99 } }),
    );
    expect(config).toMatchObject({ limits: { tokens: 10, network: "ask" } });
    expect(statuses("limits.tokens")?.slice(1)).toEqual([
      "p=3 shadowed",
      "m=10 applied",
      "env=99 locked m locked limits",
    ]);
    expect(origin("limits.sandbox")?.locked_by).toBe("m");
  });

  test("what it denies keeps the built-in value, whoever set it", () => {
    const { config, statuses, origin } = merged(
      layer("repo_config", "r", { models: { default_provider: "repo" } }),
      layer("managed_policy", "m", {
        models: { default_provider: "own" },
        policy: { denied_fields: ["models.default_provider"] },
      }),
      layer("environment_overrides", "env", { models: { default_provider: "env" } }),
    );
    expect(config).toMatchObject({ models: { default_provider: null } });
    expect(statuses("models.default_provider")).toEqual([
      "harn-vm=null applied",
      ...["r=repo", "m=own", "env=env"].map((each) => `${each} denied m denied models.default_provider`),
    ]);
    expect(origin("models.default_provider")?.denied_by).toBe("m");
  });

  test("a policy in any other layer binds nobody", () => {
    const { config } = merged(
      layer("user_config", "u", { policy: { locked_fields: ["retention"], denied_fields: ["logging"] } }),
      layer("project_config", "p", { retention: { days: 1 }, logging: { level: "trace" } }),
    );
    expect(config).toMatchObject({ retention: { days: 1 }, logging: { level: "trace" } });
  });
});

describe("validation", () => {
  test("what is built in is valid", () => {
    expect(configProblems(builtInDefaults.values)).toEqual([]);
  });

  test.each([
    [{ limits: { tokens: "x" } }, 'limits.tokens: expected integer, found "x"'],
    [{ limits: { tokens: -1 } }, "limits.tokens: -1 is less than 0"],
    [{ retention: { days: 1.5 } }, "retention.days: expected integer, found 1.5"],
    [{ limits: { network: "zz" } }, 'limits.network: "zz" is not one of `allow`, `ask`, `deny`, `offline`'],
    [{ schema_version: 2 }, "schema_version: 2 is not 1"],
    [
      { permissions: { capabilities: { x: "write" } } },
      'permissions.capabilities.x: "write" is not one of `allow`, `ask`, `deny`',
    ],
    [
      { packages: { sources: [{ nam: "x" }] } },
      "packages.sources.0.nam: unknown field; expected one of `kind`, `name`, `path`, `trust`, `url`",
    ],
    [{ endpoints: { mcp: { a: { headers: { h: 3 } } } } }, "endpoints.mcp.a.headers.h: expected string, found 3"],
    [3, "expected object, found 3"],
  ])("%j", (document, problem) => {
    expect(configProblems(document)).toEqual([problem]);
  });

  test("tells every problem", () => {
    expect(configProblems({ limits: { tokens: "x" }, zork: 1 })).toHaveLength(2);
  });
});

describe("environment", () => {
  test("single variables set single fields; empty ones none", () => {
    expect(
      environmentFields({
        HARN_TOKEN_BUDGET: "9",
        HARN_BUDGET_USD: "1.5",
        HARN_REPLAY_ENABLED: "Off",
        HARN_LOG_LEVEL: "",
      }),
    ).toEqual({ limits: { tokens: 9, budget_usd: 1.5 }, replay: { enabled: false } });
  });

  test.each([
    ["HARN_TOKEN_BUDGET", "1.5", "a whole number"],
    ["HARN_BUDGET_USD", "much", "a number"],
    ["HARN_REPLAY_ENABLED", "maybe", "true/false, yes/no, on/off, or 1/0"],
  ])("%s=%s", (name, text, wants) => {
    expect(() => environmentFields({ [name]: text })).toThrow(
      `invalid config ${name}: expected ${wants}, found \`${text}\``,
    );
  });
});
