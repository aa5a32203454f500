import { describe, expect, it } from "vitest";
import { fixed, found } from "../testing/lint-text.ts";

describe("trailing-comma", () => {
  const rule = "trailing-comma";

  it.each([
    ["let a = [1,\n  2]\n", "let a = [1,\n  2,]\n"],
    ["let a = {k: 1,\n  l: 2 // two\n}\n", "let a = {k: 1,\n  l: 2, // two\n}\n"],
    ["let a = f(1,\n  2)\n", "let a = f(1,\n  2,)\n"],
    ["let a = x.f({ y ->\n  y\n})\n", "let a = x.f({ y ->\n  y\n},)\n"],
    ['import { a,\n b } from "x"\n', 'import { a,\n b, } from "x"\n'],
    ["let a = P {k: 1,\n  l: 2}\n", "let a = P {k: 1,\n  l: 2,}\n"],
    ["let a = [1, 2,]\n", "let a = [1, 2]\n"],
    ["let a = f(1, 2 , )\n", "let a = f(1, 2 )\n"],
    ['import { a, } from "x"\n', 'import { a } from "x"\n'],
  ])("puts %j right", (text, wanted) => {
    expect(found(rule, text)).toHaveLength(1);
    expect(fixed(rule, text)).toBe(wanted);
  });

  it.each([
    "let a = [\n  1,\n]\n",
    "let a = [1, 2]\n",
    "let a = []\n",
    "let a = f(\n)\n",
    "fn f(a,\n  b) { return a + b }\n",
    "let f = { a,\n  b -> a + b }\n",
  ])("leaves %j alone", (text) => {
    expect(found(rule, text)).toEqual([]);
  });
});

describe("unnecessary-parentheses", () => {
  const rule = "unnecessary-parentheses";

  it.each([
    ["let a = (1)\n", "let a = 1\n"],
    ["let a = ((b))\n", "let a = (b)\n"],
    ['let a = ("x${b}")\n', 'let a = "x${b}"\n'],
    ["fn f(a) { return(a) }\n", "fn f(a) { return a }\n"],
    ["let a = log((b))\n", "let a = log(b)\n"],
    ["if (a) { log(a) }\n", "if a { log(a) }\n"],
    ["let a = b ? (c) : (d)\n", "let a = b ? c : d\n"],
    ["let a = (b).len()\n", "let a = b.len()\n"],
  ])("puts %j right", (text, wanted) => {
    expect(fixed(rule, text)).toBe(wanted);
  });

  it.each([
    "let a = (1 + 2) * 3\n",
    "let a = (-1)\n",
    "log(a)\n",
    "xs.map(f)\n",
    "let a = b.to(c)\n",
    "let f = fn(a) { a }\n",
    "let a = (b /* why */)\n",
    '@deprecated(since: "1")\nfn f(a) { return a }\n',
  ])("leaves %j alone", (text) => {
    expect(found(rule, text)).toEqual([]);
  });
});
