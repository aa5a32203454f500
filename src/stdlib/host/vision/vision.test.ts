import { describe, expect, test } from "vitest";
import type { ProcessRequest, ProcessResult } from "../../../builtin/index.ts";
import { HostError } from "../../../builtin/index.ts";
import { DictValue, show, type Value } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";

const header = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext";
const table = [
  header,
  "1\t1\t0\t0\t0\t0\t0\t0\t200\t100\t-1\t",
  "5\t1\t1\t1\t1\t1\t10\t10\t30\t12\t96\tÉTÉ",
  "5\t1\t1\t1\t1\t2\t45\t8\t40\t14\t90\t🙂!",
  "5\t1\t1\t1\t2\t1\t10\t30\t20\t10\t-1\ttwo",
  "5\t1\t2\t1\t1\t1\t100\t60\t20\t10\t50\tthree",
  "5\t1\t2\t1\t1\t2\t100\t60\t20\t10\t50\t  ",
  "",
].join("\n");

function benchWith(run: (request: ProcessRequest) => Partial<ProcessResult>): Bench {
  const empty = new Uint8Array();
  const result = (request: ProcessRequest): ProcessResult => ({
    exitCode: 0,
    signal: undefined,
    stdout: empty,
    stderr: empty,
    timedOut: false,
    durationMs: 1,
    pid: 1,
    ...run(request),
  });
  return new Bench({
    parts: () => ({ processes: { run: async (request) => result(request), runSync: (request) => result(request) } }),
  });
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const image = DictValue.of({ bytes_base64: "aW1hZ2U=", mime_type: "image/png", name: "a.png" });

function part(value: Value, ...keys: string[]): string {
  return show(
    keys.reduce<Value>((inner, key) => (inner instanceof DictValue ? (inner.get(key) ?? null) : null), value),
  );
}

describe("what is read off an image", () => {
  const seen: ProcessRequest[] = [];
  const bench = benchWith((request) => {
    seen.push(request);
    return { stdout: bytes(table) };
  });

  test("words in lines and blocks, with their places and how sure they are", async () => {
    const read = await bench.start("vision_ocr", image, DictValue.of({ language: "eng+deu" }));
    expect(part(read, "text")).toBe("ÉTÉ 🙂!\ntwo\n\nthree");
    expect(part(read, "stats")).toBe("{block_count: 2, line_count: 3, token_count: 4}");
    expect(part(read, "lines")).toBe(
      "[{bbox: {height: 14, left: 10, top: 8, width: 75}, block: 1, char_end: 6, char_start: 0, confidence: 93.0, line: 1, page: 1, paragraph: 1, text: ÉTÉ 🙂!, token_count: 2, token_start: 0}, " +
        "{bbox: {height: 10, left: 10, top: 30, width: 20}, block: 1, char_end: 10, char_start: 7, line: 2, page: 1, paragraph: 1, text: two, token_count: 1, token_start: 2}, " +
        "{bbox: {height: 10, left: 100, top: 60, width: 20}, block: 2, char_end: 17, char_start: 12, confidence: 50.0, line: 1, page: 1, paragraph: 1, text: three, token_count: 1, token_start: 3}]",
    );
    expect(part(read, "source")).toMatch(
      /^\{byte_len: 5, kind: bytes, mime_type: image\/png, name: a.png, sha256: [0-9a-f]{64}\}$/,
    );
  });

  test("the program gets the image on its input, and no word that is an option of its own", () => {
    expect(seen.map(({ command, args }) => [command, ...args])).toEqual([
      ["tesseract", "stdin", "stdout", "-l", "eng+deu", "tsv"],
    ]);
    expect(new TextDecoder().decode(seen[0]?.input as Uint8Array)).toBe("image");
  });

  test("an image without words", async () => {
    const blank = benchWith(() => ({ stdout: bytes(header) }));
    const url = DictValue.of({ data_url: "data:image/gif;base64,aW1hZ2U=" });
    expect(part(await blank.start("vision_ocr", url), "stats")).toBe("{block_count: 0, line_count: 0, token_count: 0}");
  });
});

describe("what goes wrong is said", () => {
  const bench = benchWith(() => ({ stdout: bytes(table) }));
  const kinds = "expected a path string or image dict with path, storage.path, bytes_base64, or data_url";

  test.each<[string, Value[]]>([
    ["image input is required", []],
    ["expected image path or dict, got int", [5]],
    [kinds, [DictValue.of({})]],
    ["invalid bytes_base64: Invalid symbol 33, offset 0.", [DictValue.of({ bytes_base64: "!!" })]],
    ["data_url must be of the form data:TYPE;base64,…", [DictValue.of({ data_url: "https://a.test/x.png" })]],
    ["options must be a dict, got int", [image, 5]],
    ...["-psm", "eng deu", "../eng", ""].map((language): [string, Value[]] => [
      "options.language must be a Tesseract language such as `eng` or `eng+deu`",
      [image, DictValue.of({ language })],
    ]),
  ])("%s", async (message, args) => {
    expect(await bench.shown("vision_ocr", ...args)).toBe(`!! Runtime error: vision_ocr: ${message}`);
  });

  test("a file that is not there", async () => {
    expect(await bench.shown("vision_ocr", "none.png")).toMatch(
      /^!! Runtime error: vision_ocr: failed to read image .*none\.png: No such file or directory/,
    );
  });

  test("a program that is not there, fails, or writes something else", async () => {
    const absent = benchWith(() => {
      throw new HostError("ENOENT", "No such file or directory (os error 2)");
    });
    expect(await absent.shown("vision_ocr", image)).toBe(
      "!! Runtime error: vision_ocr: tesseract executable not found on PATH",
    );
    const failing = benchWith(() => ({ exitCode: 1, stderr: bytes("no such language\n") }));
    expect(await failing.shown("vision_ocr", image)).toBe(
      "!! Runtime error: vision_ocr: tesseract failed with status 1: no such language",
    );
    const odd = benchWith(() => ({ stdout: bytes(`${header}\nhello`) }));
    expect(await odd.shown("vision_ocr", image)).toBe(
      "!! Runtime error: vision_ocr: tesseract wrote what is no table of words: line 2 has 1 columns",
    );
  });
});
