import { describe, expect, it } from "vitest";
import { keptParts, newParts } from "./kept-parts.ts";

describe("what a bundle keeps when its program is packed anew", () => {
  it("what it is for, in the order and with the defaults that its hash is made of", () => {
    const old = {
      schema_version: 1,
      name: "Nightly",
      id: "nightly",
      unknown: 1,
      triggers: [{ kind: "cron", id: "t", schedule: "0 0 * * *", unknown: 1 }],
      prompt_capsules: { b: { prompt: "later" }, a: { prompt: "hello", context: { z: 1, a: { y: 1, b: 2 } } } },
      metadata: { z: 1, a: 2 },
      policy: { autonomy_tier: "suggest" },
    };
    const parts = keptParts(old);
    expect(Object.keys(parts)).toEqual(Object.keys(newParts("x")));
    expect(parts).toMatchObject({
      id: "nightly",
      name: "Nightly",
      version: "",
      triggers: [{ id: "t", kind: "cron", schedule: "0 0 * * *", events: [], node_id: null, metadata: {} }],
      policy: { autonomy_tier: "suggest", retry: { max_attempts: 1 }, catchup: { mode: "latest", max_events: 1 } },
    });
    expect(parts).not.toHaveProperty("unknown");
    expect(JSON.stringify(parts.prompt_capsules)).toMatch(
      /^\{"a":\{"id":"","node_id":"",.*"context":\{"a":\{"b":2,"y":1\},"z":1\}\},"b":/,
    );
    expect(JSON.stringify(parts.metadata)).toBe('{"a":2,"z":1}');
  });

  it("a graph with its blanks filled in", () => {
    const edges = [
      { from: "b", to: "a" },
      { from: "a", to: "b", branch: "success" },
      { from: "a", to: "b" },
    ];
    const nodes = { b: { kind: "action" }, a: { id: "", retry_policy: { max_attempts: 0 } } };
    const { workflow } = keptParts({ workflow: { _type: "", version: 0, nodes, edges } });
    expect(workflow).toMatchObject({
      _type: "workflow_graph",
      version: 1,
      entry: "a",
      nodes: { a: { id: "a", kind: "stage", retry_policy: { max_attempts: 1 } }, b: { id: "b", kind: "action" } },
      edges: [
        { from: "a", to: "b", branch: null },
        { from: "a", to: "b", branch: "success" },
        { from: "b", to: "a" },
      ],
    });
  });

  it.each([
    [{ triggers: 5 }, "harnpack.json: triggers must be a list"],
    [{ triggers: [5] }, "harnpack.json: triggers[0] must be an object"],
    [{ id: 5 }, "harnpack.json: id must be a text"],
    [
      { workflow: { nodes: { a: { exit_when_verified: "yes" } } } },
      "workflow.nodes.a.exit_when_verified must be a boolean",
    ],
    [{ prompt_capsules: [] }, "harnpack.json: prompt_capsules must be an object"],
  ])("%j is refused with its place", (manifest, message) => {
    expect(() => keptParts(manifest)).toThrow(message);
  });
});
