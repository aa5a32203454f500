import { describe, expect, test } from "vitest";
import { loadModuleGraph, memoryReader } from "../../modules/index.ts";
import { standardCatalog } from "../../program/index.ts";
import { isWithin } from "./glob.ts";
import { invariantViolations } from "./invariants.ts";

function violations(text: string): readonly string[] {
  const graph = loadModuleGraph({ path: "main.harn", text }, memoryReader({ "main.harn": text }));
  expect(graph.entry.diagnostics).toEqual([]);
  return invariantViolations(graph.entry, standardCatalog).map(({ invariant, message, span }) => {
    const { line } = graph.entry.source.lines.positionAt(span.start);
    return `${line} ${invariant}: ${message}`;
  });
}

function lines(text: string): readonly number[] {
  return violations(text).map((text) => Number.parseInt(text, 10));
}

describe("fs.writes", () => {
  test("wants literal paths inside the globs, however the call is spelled", () => {
    expect(
      violations(`@invariant("fs.writes", "src/**")
fn save(x) {
  write_file("src/a/b.txt", x)
  harness.fs.write_text("./src/c.txt", x)
  harness.fs.delete("lib/d.txt")
  write_file("src/../lib", x)
  write_file("src/\${x}", x)
  move_file("src/a", "b")
  host_call("workspace.write_text", {path: "zz"})
  read_file("etc")
}`),
    ).toEqual([
      "5 fs.writes: write path `lib/d.txt` is outside the allowed glob(s): src/**",
      "6 fs.writes: write path `src/../lib` is outside the allowed glob(s): src/**",
      "7 fs.writes: could not prove `write_file` stays within the allowed glob(s): src/**",
      "8 fs.writes: write path `b` is outside the allowed glob(s): src/**",
      "9 fs.writes: write path `zz` is outside the allowed glob(s): src/**",
    ]);
  });

  test("follows into functions of the file, once each", () => {
    expect(
      lines(`@invariant("writes", glob: "a")
fn top(x) { helper(x) }
fn helper(x) {
  if x { helper(x - 1) }
  delete_file("z")
}`),
    ).toEqual([5]);
  });

  test("does not mind what cannot be reached", () => {
    expect(lines('@invariant("writes", "a")\nfn f() {\n  return 1\n  delete_file("z")\n}')).toEqual([]);
  });
});

describe("approval.reachability", () => {
  const reached = (body: string) => lines(`@invariant("approval")\nfn f(x) {\n${body}\n}`);

  test.each([
    ["a gate before it", 'request_approval("go")\nexec("a")', []],
    ["a gate on one branch", 'if x { request_approval("go") }\nexec("a")', [4]],
    ["a gate on each branch", 'if x { request_approval("a") } else { request_approval("b") }\nexec("a")', []],
    [
      "a gate on the branch that goes on",
      'match x {\n  1 -> { request_approval("c") }\n  _ -> { return 1 }\n}\nexec("e")',
      [],
    ],
    ["a gate in a loop that may not run", 'for i in [] { request_approval("a") }\nexec("b")', [4]],
    ["a loop left before its gate", 'while x {\n  if x { break }\n  request_approval("a")\n}\nexec("b")', [7]],
    ["a gate in a try that may fail before it", 'try { request_approval("a") } catch (e) { }\nexec("b")', [4]],
    ["dual_control around it", 'dual_control(1, 2, { -> exec("a") }, [])\nexec("b")', [4]],
    ["a gate beside it, in a task", 'spawn { request_approval("a") }\nexec("b")', [4]],
    ["a question that is no gate", 'ask_user("sure?")\nexec("b")', [4]],
    ["a closure that is made behind a gate", 'request_approval("a")\nlet g = { -> exec("f") }', []],
    ["one case of a select", 'select {\n  m from x { request_approval("a") }\n  default { 1 }\n}\nexec("b")', [7]],
  ])("%s", (_what, body, expected) => {
    expect(reached(body)).toEqual(expected);
  });

  test("a function of the file may be the gate", () => {
    expect(
      lines('@invariant("approval")\nfn f(x) {\n  gate()\n  exec("a")\n}\nfn gate() { request_approval("go") }'),
    ).toEqual([]);
  });

  test("tells the way that is open", () => {
    const text = '@invariant("approval")\nfn f(x) {\n  if x { request_approval("go") }\n  exec("a")\n}';
    const { entry } = loadModuleGraph({ path: "m.harn", text }, memoryReader({}));
    expect(invariantViolations(entry, standardCatalog)[0]?.way.map((step) => step.text)).toEqual([
      "enter handler",
      "if condition",
      "if false",
      "call exec",
    ]);
  });
});

describe("capability.policy", () => {
  test("names what is not allowed, and by what", () => {
    expect(
      violations(`@invariant("capabilities", network, allow: "fs.write, llm.model")
fn f() {
  write_file("y", "x")
  harness.net.get("z")
  llm_call("q")
  exec("ls")
}`),
    ).toEqual([
      '6 capability.policy: handler `f` can reach capability `process.exec` via `exec` but that capability is not declared in `@invariant("capability.policy", allow: ...)`',
    ]);
  });
});

describe("budget.remaining", () => {
  test("lets the value go down alone", () => {
    expect(
      lines(`@invariant("budget", target: "left")
fn f(x) {
  var left = llm_budget_remaining()
  left = left
  left = left - x
  left -= 2
  left -= -2
  left = left - -1
  left += 3
  left = 5
  let other = 9
}`),
    ).toEqual([7, 8, 9, 10]);
  });

  test("may watch a field", () => {
    expect(lines('@invariant("budget.remaining")\nfn f(budget) {\n  budget.remaining = 3\n}')).toEqual([3]);
  });
});

describe("declarations", () => {
  test.each([
    ['@invariant("nope")', "1 nope: unknown invariant `nope`"],
    ['@invariant("fs.writes")', "1 fs.writes: `fs.writes` requires at least one allowed path glob"],
    [
      '@invariant("capability.policy")',
      "1 capability.policy: `capability.policy` requires an `allow:` capability list",
    ],
    [
      '@invariant("capability.policy", allow: "fs.read")',
      "1 capability.policy: unknown capability `fs.read` in `capability.policy`",
    ],
    [
      '@invariant(target: "x")',
      "1 invariant: `@invariant(...)` requires an invariant name as the first positional argument or `name:`",
    ],
    ["@invariant", undefined],
  ])("%s", (attribute, expected) => {
    expect(violations(`${attribute}\nfn f() { return 1 }`)).toEqual(expected === undefined ? [] : [expected]);
  });

  test("hold for tools and pipelines too", () => {
    expect(
      lines(
        '@invariant("approval")\ntool t(x: int) { exec("b") }\n@invariant(approval)\npipeline p(task) { exec("b") }',
      ),
    ).toEqual([2, 4]);
  });
});

describe("globs", () => {
  test.each([
    ["src/a/b.txt", "src/**", true],
    ["src/a/b.txt", "src/*", false],
    ["src/b.txt", "src/*", true],
    ["./src/b.txt", "src/*.txt", true],
    ["a/b.txt", "*.txt", false],
    ["a/b.txt", "**/*.txt", true],
    ["b.txt", "**/*.txt", true],
    ["../src/b.txt", "**", false],
    ["src/b+c", "src/b+c", true],
    ["srcx/a", "src/**", false],
  ])("%s in %s: %s", (path, glob, expected) => {
    expect(isWithin(path, glob)).toBe(expected);
  });
});
