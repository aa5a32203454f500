import { describe, expect, test } from "vitest";
import { FloatValue, StructType, StructValue } from "../value/index.ts";
import { bindBuiltin, type CallContext, declare, opt, req, rest, t, unguarded } from "./index.ts";

const sample = declare("sample");
const context = {} as CallContext;

const joinTwo = sample({
  name: "join_two",
  summary: "Join two texts.",
  params: [req("a", t.string), opt("b", t.string)],
  run: (_context, a, b) => a + (b ?? "!"),
});

const addAll = sample({
  name: "add_all",
  summary: "Add ints.",
  params: [req("label", t.string), rest("numbers", t.int)],
  run: (_context, label, ...numbers) => `${label}${numbers.reduce((sum: number, n) => sum + Number(n), 0)}`,
});

describe("bindBuiltin", () => {
  test("passes arguments by position and absent optional ones as undefined", () => {
    const call = bindBuiltin(joinTwo, unguarded);
    expect(call(context, "a", "b")).toBe("ab");
    expect(call(context, "a")).toBe("a!");
    expect(call(context, "a", null)).toBe("a!");
  });

  test.each([
    [[], "Arity mismatch: 'join_two' expects 1..=2 arguments, got 0"],
    [["a", "b", "c"], "Arity mismatch: 'join_two' expects 1..=2 arguments, got 3"],
    [["a", 1], "Type error: 'join_two' parameter `b` expects string, got int"],
  ])("refuses %j", (args, message) => {
    const call = bindBuiltin(joinTwo, unguarded);
    expect(() => call(context, ...args)).toThrow(expect.objectContaining({ value: message }));
  });

  test("an int is no float, and a struct no dict", () => {
    const takesBoth = sample({
      name: "takes",
      summary: "Take.",
      params: [req("n", t.int), opt("d", t.dict)],
      run: () => null,
    });
    const call = bindBuiltin(takesBoth, unguarded);
    const message = (type: string, got: string, name: string) =>
      expect.objectContaining({ value: `Type error: 'takes' parameter \`${name}\` expects ${type}, got ${got}` });
    expect(() => call(context, new FloatValue(1))).toThrow(message("int", "float", "n"));
    expect(() => call(context, 1, new StructValue(new StructType("P", []), new Map()))).toThrow(
      message("dict", "struct", "d"),
    );
  });

  test("a lenient builtin gets what there is", () => {
    const seen: unknown[] = [];
    const lenient = sample({
      name: "lenient",
      summary: "Take anything.",
      params: [opt("a", t.string)],
      lenient: true,
      run: (_context, a) => {
        seen.push(a);
        return null;
      },
    });
    const call = bindBuiltin(lenient, unguarded);
    call(context);
    call(context, null);
    call(context, 5, 6);
    expect(seen).toEqual([undefined, null, 5]);
  });

  test("gathers a rest parameter and checks each of it", () => {
    const call = bindBuiltin(addAll, unguarded);
    expect(call(context, "n", 1, 2)).toBe("n3");
    expect(() => call(context, "n", "x")).toThrow(
      expect.objectContaining({ value: "Type error: 'add_all' parameter `numbers` expects int, got string" }),
    );
  });

  test("sends guarded builtins through the boundary with their arguments", () => {
    const seen: unknown[] = [];
    const call = bindBuiltin(joinTwo, {
      guards: () => true,
      perform: (_context, builtin, args, invoke) => {
        seen.push([builtin.name, args]);
        return invoke();
      },
    });
    expect(call(context, "a", "b")).toBe("ab");
    expect(seen).toEqual([["join_two", ["a", "b"]]]);
  });
});
