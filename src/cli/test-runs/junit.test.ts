import { expect, test } from "vitest";
import { junitXml } from "./junit.ts";

test("a report names every case and escapes what XML cannot hold", () => {
  const xml = junitXml("harn", [
    { name: "a", durationMs: 1500 },
    { name: 'b "<&>"', durationMs: 1, failure: "expected\u0000 'x'" },
    { name: "c", durationMs: 0, skipped: "later" },
  ]);
  expect(xml).toBe(
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuite name="harn" tests="3" failures="1" skipped="1" time="1.501">',
      '  <testcase name="a" time="1.500" />',
      '  <testcase name="b &quot;&lt;&amp;&gt;&quot;" time="0.001">',
      '    <failure message="test failed">expected\ufffd &apos;x&apos;</failure>',
      "  </testcase>",
      '  <testcase name="c" time="0.000">',
      '    <skipped message="later" />',
      "  </testcase>",
      "</testsuite>",
      "",
    ].join("\n"),
  );
});
