import { describe, expect, test } from "vitest";
import { stringifyJson, type Value } from "../../value/index.ts";
import { Bench, value } from "./testing/bench.ts";

async function outcome(name: string, ...args: unknown[]): Promise<string> {
  const bench = new Bench();
  try {
    return stringifyJson(await bench.start(name, ...args.map(value)));
  } catch {
    return await bench.shown(name, ...args.map(value));
  }
}

describe("csv", () => {
  test.each(["csv_parse", "csv_stringify"])("%s takes one ASCII character as delimiter", async (name) => {
    const rows = name === "csv_parse" ? "a;;b" : [["a", "b"]];
    for (const delimiter of [";;", "", "é"])
      expect(await outcome(name, rows, { delimiter })).toBe(
        `!! ${name}: delimiter must be exactly one ASCII character`,
      );
    expect(await outcome(name, rows, { delimiter: 1 })).toBe(`!! ${name}: delimiter must be a string`);
  });

  test.each<[string, unknown[], string]>([
    ["plain", ["a,b\n1,2\n"], '[["a","b"],["1","2"]]'],
    ["headers", ["name,age\nAnn,30\nBo\n", { headers: true }], '[{"age":"30","name":"Ann"},{"age":"","name":"Bo"}]'],
    ["empty", ["\n\n"], "[]"],
    ["quotes", ['"a,b","c""d","line\nbreak"\n'], '[["a,b","c\\"d","line\\nbreak"]]'],
    ["quotes inside a cell stand", [' a , "b" ,c'], '[[" a "," \\"b\\" ","c"]]'],
    ["crlf", ["a,b\r\n1,2\r\n"], '[["a","b"],["1","2"]]'],
    ["delimiter", ["a;b\n1;2", { delimiter: ";" }], '[["a","b"],["1","2"]]'],
    ["unterminated", ['"abc\n1,2'], '[["abc\\n1,2"]]'],
    ["blank line", ["a\n\nb\n"], '[["a"],["b"]]'],
    ["empty cells", [",\n,,"], '[["",""],["","",""]]'],
    ["a lone quoted empty cell", ['""\n'], '[[""]]'],
  ])("parses %s", async (_what, args, expected) => {
    expect(await outcome("csv_parse", ...args)).toBe(expected);
  });

  test.each<[unknown[], string]>([
    [
      [
        [
          ["a", 1, null],
          ["x,y", 'q"q', "l\nl"],
        ],
      ],
      '"a,1,nil\\n\\"x,y\\",\\"q\\"\\"q\\",\\"l\\nl\\"\\n"',
    ],
    [
      [
        [
          { b: 1, a: 2 },
          { a: 3, c: 4 },
        ],
      ],
      '"2,1,\\n3,,4\\n"',
    ],
    [[[{ b: 1, a: 2 }], { headers: true }], '"a,b\\n2,1\\n"'],
    [[[[]]], '"\\"\\"\\n"'],
    [
      [[["a", "b"], ["c"]]],
      "!! csv_stringify: CSV error: found record with 1 fields, but the previous record has 2 fields",
    ],
    [[[{ a: 1 }, [2]]], "!! csv_stringify: mixed list/dict rows are not supported"],
    [[["a"]], "!! csv_stringify: each row must be a list of cells (or use dict rows)"],
  ])("writes %j", async (args, expected) => {
    expect(await outcome("csv_stringify", ...args)).toBe(expected);
  });
});

describe("urls", () => {
  test.each<[string, unknown[], string]>([
    [
      "url_parse",
      ["https://u:p@harn.dev:8443/a%20b?x=1#f"],
      '{"fragment":"f","host":"harn.dev","password":"p","path":"/a%20b","port":8443,"query":"x=1","scheme":"https","username":"u"}',
    ],
    [
      "url_parse",
      ["mailto:a@b"],
      '{"fragment":null,"host":null,"password":null,"path":"a@b","port":null,"query":null,"scheme":"mailto","username":null}',
    ],
    ["url_parse", ["/a"], "!! url_parse: relative URL without a base"],
    [
      "url_build",
      [{ scheme: "https", host: "h", port: 8080, path: "/p", query: "q=1", fragment: "f", username: "u" }],
      '"https://u@h:8080/p?q=1#f"',
    ],
    ["url_build", [{}], "!! url_build: 'scheme' is required"],
    ["url_build", ["x"], "!! url_build: expected a dict of url parts"],
    [
      "query_parse",
      ["?a=1&b=two+words&c=%C3%A9&d"],
      '[{"key":"a","value":"1"},{"key":"b","value":"two words"},{"key":"c","value":"é"},{"key":"d","value":""}]',
    ],
    [
      "query_parse",
      ["a=%zz&=c&&d=1=2"],
      '[{"key":"a","value":"%zz"},{"key":"","value":"c"},{"key":"d","value":"1=2"}]',
    ],
    ["query_stringify", [[{ key: "a b", value: "c&d" }, { key: "e", value: 5 }, { value: "x" }]], '"a+b=c%26d&e=5&=x"'],
    ["query_stringify", [["a"]], "!! query_stringify: each item must be a {key, value} dict"],
    ["query_stringify", [{}], "!! query_stringify: expected a list of {key, value} dicts"],
    ["url_encode", ["!*'() é/~"], '"%21%2A%27%28%29%20%C3%A9%2F~"'],
    ["url_decode", ["a+b%20%E9%zz%"], '"a b \ufffd%zz%"'],
  ])("%s%j", async (name, args, expected) => {
    expect(await outcome(name, ...args)).toBe(expected);
  });
});

describe("paths", () => {
  test.each<[string, string[], Value | string]>([
    ["path_join", ["a", "/b", "c"], '"/b/c"'],
    ["path_join", ["a/", "b", ""], '"a/b/"'],
    ["path_join", [], '""'],
    ["path_parent", ["c.txt"], '""'],
    ["path_parent", ["/"], '"/"'],
    ["path_extension", [".hidden"], '""'],
    ["path_extension", ["trailing."], '"."'],
    ["path_normalize", ["/a/../../b/./c//"], '"/b/c"'],
    ["path_normalize", ["a/../../b"], '"../b"'],
    ["path_normalize", ["a/.."], '"."'],
    ["path_with_extension", ["/a.txt", "md"], '"/a.md"'],
    ["path_with_stem", ["C:\\x\\y.txt", "new"], '"C:/x/new.txt"'],
    ["path_relative_to", ["/x/y", "/a"], '"../x/y"'],
    ["path_relative_to", ["/a", "b"], "null"],
    ["path_is_absolute", ["C:x"], "false"],
    ["path_workspace_normalize", ["./a/../b", "/ws"], '"b"'],
    ["path_workspace_normalize", ["../x", "/ws"], "null"],
    [
      "path_workspace_info",
      ["/ws/src/x", "/ws"],
      '{"host_path":"/ws/src/x","input":"/ws/src/x","kind":"host_absolute","normalized":"/ws/src/x","reason":null,"recovered_root_drift":false,"workspace_path":"src/x"}',
    ],
    [
      "path_workspace_info",
      ["../x", "/ws"],
      '{"host_path":"/x","input":"../x","kind":"invalid","normalized":"../x","reason":"workspace-relative path escapes the workspace root","recovered_root_drift":false,"workspace_path":null}',
    ],
  ])("%s%j", async (name, args, expected) => {
    expect(await outcome(name, ...args)).toBe(expected);
  });

  test("a path that lost its root is found in the workspace, if the host has none like it", async () => {
    const bench = new Bench({ files: { "packages/x": "1", "/etc/y": "2" } });
    expect(await bench.shown("path_workspace_normalize", "/packages/x", "/desk")).toBe("packages/x");
    expect(await bench.shown("path_workspace_normalize", "/etc/y", "/desk")).toBe("nil");
  });
});
