import { describe, expect, test } from "vitest";
import type { Json } from "../eventlog/index.ts";
import { readHandoffRoutes } from "./handoff-routes.ts";

const route = (fields: Record<string, Json> = {}): Json => ({
  kind: "review",
  from: "planner",
  route: [{ target: "coder" }],
  ...fields,
});
const read = (...routes: Json[]) => readHandoffRoutes({ path: "/p/harn.toml", routes });

describe("routes of a manifest", () => {
  test("are complete and trimmed; what is blank is absent", () => {
    const given = route({ id: " ", from: " * ", metadata: { a: 1 }, route: [{ target: " coder ", when: " " }] });
    expect(read(given)).toEqual([
      {
        id: null,
        kind: "review",
        from: "*",
        metadata: { a: 1 },
        route: [{ id: null, target: "coder", when: null, transport: null, allow_cleartext: null, metadata: {} }],
      },
    ]);
  });

  test.each<[string, Json, string]>([
    ["no kind", route({ kind: " " }), "handoff_routes[0].kind is required"],
    ["no persona", route({ from: "" }), "handoff_routes[0].from is required"],
    ["no target", route({ route: [] }), "handoff_routes[0].route requires at least one target"],
    ["a blank target", route({ route: [{ target: " " }] }), "handoff_routes[0].route[0].target is required"],
    [
      "a human without a name",
      route({ route: [{ target: "human:" }] }),
      "handoff_routes[0].route[0].target: a human route needs a group after `human:`",
    ],
    [
      "a queue without a name",
      route({ route: [{ target: "worker://" }] }),
      "handoff_routes[0].route[0].target: a route to `worker://` needs a queue after it",
    ],
  ])("%s is refused by its place", (_what, given, message) => {
    expect(() => read(given)).toThrow(`/p/harn.toml: ${message}`);
  });

  test("two of one id are refused, two without are not", () => {
    expect(() => read(route({ id: "a" }), route({ id: "a" }))).toThrow("/p/harn.toml: duplicate handoff route id 'a'");
    expect(read(route(), route())).toHaveLength(2);
  });

  test("a value of another type is refused by its place", () => {
    expect(() => read(route({ route: [{ target: 3 }] }))).toThrow(
      /^\/p\/harn\.toml: handoff_routes\[0\]\.route\[0\]\.target/,
    );
  });
});
