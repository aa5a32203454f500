import { expect, test } from "vitest";
import { Bench } from "./testing/bench.ts";

const bench = new Bench();

test("outcome, message and output of a case", async () => {
  const report = `<testsuite><!-- <testcase name="no"/> --><testcase classname="A" name="t &lt;1&gt;" time="0.25">
    <failure message="want &#49;">at line 2</failure><system-out><![CDATA[a < b]]></system-out></testcase></testsuite>`;
  expect(await bench.shown("parse_junit_xml", report)).toBe(
    "[{duration_ms: 250, message: want 1\nat line 2, name: A::t <1>, status: failed, stderr: nil, stdout: a < b}]",
  );
});

test("a case that is not closed is none", async () => {
  expect(await bench.shown("parse_junit_xml", '<testsuite><testcase name="a"><failure message="m"')).toBe("[]");
});

test("a number is no report", async () => {
  expect(await bench.shown("parse_junit_xml", 5)).toContain("expected string or bytes, got int");
});
