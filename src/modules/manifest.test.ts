import { describe, expect, it } from "vitest";
import { findManifest, memoryReader, parseManifest } from "./index.ts";

describe("parseManifest", () => {
  it("reads the sections that language tools use", () => {
    const manifest = parseManifest(`
      [package]
      name = "moor"
      harn_version = ">=0.8"
      permissions = ["fs"]
      [check]
      strict = true
      preflight_severity = "warn"
      ambient_stdio = "deny"
      [lint]
      disabled = ["unused-variable"]
      complexity-threshold = 30
      [fmt]
      line-width = 80
      [workspace]
      pipelines = ["a.harn"]
      [exports]
      tools = "src/tools.harn"
    `);
    expect(manifest.package).toMatchObject({ name: "moor", harn: ">=0.8", permissions: ["fs"] });
    expect(manifest.check).toMatchObject({ strict: true, preflightSeverity: "warning", ambientStdio: "deny" });
    expect(manifest.lint).toMatchObject({ disabled: ["unused-variable"], complexityThreshold: 30 });
    expect(manifest.format).toEqual({ lineWidth: 80, separatorWidth: 0 });
    expect(manifest.pipelines).toEqual(["a.harn"]);
    expect(manifest.exports.get("tools")).toBe("src/tools.harn");
  });

  it("has a default for all that is absent or of another type", () => {
    const manifest = parseManifest('check = 3\n[lint]\ncomplexity_threshold = "many"\n');
    expect(manifest.check).toEqual({
      strict: false,
      strictTypes: false,
      disableRules: [],
      ambientStdio: "warn",
      preflightSeverity: "error",
      preflightAllow: [],
    });
    expect(manifest.lint.complexityThreshold).toBe(25);
    expect(manifest.package.name).toBeUndefined();
  });

  it("refuses what is not TOML", () => {
    expect(() => parseManifest("[package")).toThrow();
  });
});

describe("findManifest", () => {
  it("takes the nearest one above", () => {
    const reader = memoryReader({ "/a/harn.toml": "", "/a/b/harn.toml": '[package]\nname = "b"', "/a/b/c/x.harn": "" });
    expect(findManifest("/a/b/c", reader)?.path).toBe("/a/b/harn.toml");
  });

  it("does not look beyond the repository", () => {
    const reader = memoryReader({ "/a/harn.toml": "", "/a/b/.git/HEAD": "", "/a/b/c/x.harn": "" });
    expect(findManifest("/a/b/c", reader)).toBeUndefined();
  });

  it("looks into sixteen folders and no more", () => {
    const deep = (depth: number) => `/r${"/d".repeat(depth)}`;
    const reader = memoryReader({ "/r/harn.toml": "", [`${deep(20)}/x.harn`]: "" });
    expect(findManifest(deep(15), reader)?.path).toBe("/r/harn.toml");
    expect(findManifest(deep(16), reader)).toBeUndefined();
  });
});
