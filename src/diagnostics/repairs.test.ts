import { describe, expect, it } from "vitest";
import { categories, categoryOf } from "./categories.ts";
import { repairOf, repairs } from "./repairs.ts";

describe("repairs", () => {
  it("have ids of their own", () => {
    expect(new Set(repairs.map((repair) => repair.id)).size).toBe(repairs.length);
    expect(repairs).toHaveLength(46);
  });

  it("are found by code", () => {
    expect(repairOf("HARN-LNT-014")?.id).toBe("bindings/rename-unused");
    expect(repairOf("HARN-PAR-001")).toBeUndefined();
  });
});

describe("categories", () => {
  it("are twenty, each found from a code", () => {
    expect(categories).toHaveLength(20);
    for (const category of categories) expect(categoryOf(`HARN-${category.name}-001`)).toBe(category);
    expect(categoryOf("nonsense")).toBeUndefined();
  });
});
