import { describe, expect, it } from "vitest";
import { fixed, found } from "../testing/lint-text.ts";

describe("statements", () => {
  it("dead-code-after-return, once in a block", () => {
    const text =
      "fn f(x) {\n  if x { return 1 } else { throw 2 }\n  log(1)\n  log(2)\n}\nfn g(x) {\n  if x { return 1 }\n  return 2\n}\nfn h(x) {\n  match x { 1 -> { return 1 } _ -> { return 2 } }\n  return 3\n}\n";
    expect(found("dead-code-after-return", text)).toEqual([
      "3: unreachable code after a terminating statement",
      "12: unreachable code after a terminating statement",
    ]);
    expect(found("dead-code-after-return", text, { disabled: ["unreachable-code"] })).toEqual([]);
  });

  it("let-then-return", () => {
    const text = "fn f(n) {\n  let out = n * 3\n  return out\n}\nfn g(n) {\n  let out: int = n\n  return out\n}\n";
    expect(found("let-then-return", text)).toEqual(["2: binding `out` is immediately returned"]);
    expect(fixed("let-then-return", text)).toContain("fn f(n) {\n  return n * 3\n}");
  });

  it("empty-block removes only what does nothing and is no value", () => {
    const text =
      "fn f(n) {\n  if n > 1 {\n  }\n  for _i in [1] {\n  }\n  if f(n) {\n  }\n  while n {\n  }\n  return n\n}\n";
    expect(found("empty-block", text)).toEqual([
      "2: if block has an empty body",
      "4: for loop has an empty body",
      "6: if block has an empty body",
      "8: while loop has an empty body",
    ]);
    expect(fixed("empty-block", text)).toBe("fn f(n) {\n  if f(n) {\n  }\n  while n {\n  }\n  return n\n}\n");
    expect(fixed("empty-block", "fn f(n) {\n  if n {\n  }\n}\n")).toContain("if n");
  });

  it("unnecessary-else-return", () => {
    const text = "fn f(n) {\n  if n {\n    return 1\n  } else {\n    log(n)\n    return 2\n  }\n}\n";
    expect(found("unnecessary-else-return", text)).toEqual([
      "2: both if and else branches return — else is unnecessary",
    ]);
    expect(fixed("unnecessary-else-return", text)).toBe(
      "fn f(n) {\n  if n {\n    return 1\n  }\n  log(n)\n  return 2\n}\n",
    );
  });

  it("unnecessary-else-return leaves an `else if` in place", () => {
    const text =
      "fn f(n) {\n  if n {\n    return 1\n  } else if n > 2 {\n    return 2\n  } else {\n    return 3\n  }\n}\n";
    expect(found("unnecessary-else-return", text)).toHaveLength(1);
    expect(fixed("unnecessary-else-return", text)).toBe(text);
  });

  it("duplicate-match-arm", () => {
    const text =
      "fn f(x) {\n  match x {\n    1 -> { 1 }\n    1 -> { 2 }\n    n if n > 1 -> { 3 }\n    n if n > 2 -> { 4 }\n    _ -> { 5 }\n  }\n}\n";
    expect(found("duplicate-match-arm", text)).toEqual(["4: duplicate match arm pattern"]);
  });

  it("break-outside-loop", () => {
    const text =
      "fn f() {\n  break\n}\nfn g() {\n  for _x in [1] {\n    if true { break }\n    log({ _v -> continue })\n  }\n}\n";
    expect(found("break-outside-loop", text)).toEqual([
      "2: `break` used outside of a loop",
      "7: `continue` used outside of a loop",
    ]);
  });

  it("unhandled-approval-result", () => {
    const text = 'fn f(a) {\n  request_approval(a)\n  let _ = request_approval("b")\n}\n';
    expect(found("unhandled-approval-result", text)).toEqual([
      "2: approval result from `request_approval` is discarded",
    ]);
  });

  it("assertions belong in tests, requirements outside of them", () => {
    const text =
      "fn f() { assert(1) }\npipeline test_a(t) { assert(1) }\n@test\npipeline other(t) { assert_eq(1, 1)\n  require 1 > 0\n}\nfn g() { require 1 > 0 }\n";
    expect(found("assert-outside-test", text)).toEqual([
      "1: `assert` is intended for test pipelines, not production control flow",
    ]);
    expect(found("require-in-test", text)).toEqual(["5: `require` in a test pipeline should usually be an assertion"]);
  });

  it("shadow-variable", () => {
    const text =
      "let v = 1\nfn f(v) { return v }\nfn g(w) {\n  if w { let w = 2\n    log(w) }\n  return { x -> x }\n}\n";
    expect(found("shadow-variable", text)).toEqual([
      "2: variable `v` shadows a variable in an outer scope",
      "4: variable `w` shadows a variable in an outer scope",
    ]);
  });
});
