import { type Builtin, type CallContext, req, t } from "../../../builtin/index.ts";
import { BytesValue, err, ListValue, ok, Raise } from "../../../value/index.ts";
import { attempt, need } from "../faults.ts";
import { at, fs } from "./places.ts";

function readText(context: CallContext, builtin: string, path: string): string {
  const files = need(context, builtin, "files");
  const full = at(files, path);
  return attempt(
    builtin,
    (reason) => `Failed to read file ${full}: ${reason}`,
    () => files.readText(full),
  );
}

export const reading: readonly Builtin[] = [
  fs({
    name: "read_file",
    summary: "The text of a file.",
    params: [req("path", t.string)],
    returns: t.string,
    effect: "fs.read",
    deprecated: "harness.fs.read_text",
    run: (context, path) => readText(context, "read_file", path),
  }),
  fs({
    name: "read_file_result",
    summary: "`Ok` with the text of a file, or `Err` with the reason, a text.",
    params: [req("path", t.string)],
    effect: "fs.read",
    deprecated: "harness.fs.read_text_result",
    run(context, path) {
      try {
        return ok(readText(context, "read_file_result", path));
      } catch (error) {
        if (error instanceof Raise) return err(error.value);
        throw error;
      }
    },
  }),
  fs({
    name: "read_file_bytes",
    summary: "The bytes of a file.",
    params: [req("path", t.string)],
    returns: t.bytes,
    effect: "fs.read",
    deprecated: "harness.fs.read_bytes",
    run(context, path) {
      const files = need(context, "read_file_bytes", "files");
      const full = at(files, path);
      const read = (): Uint8Array => files.readBytes(full);
      return new BytesValue(attempt("read_file_bytes", (reason) => `Failed to read file ${full}: ${reason}`, read));
    },
  }),
  fs({
    name: "read_lines",
    summary: "The lines of a file, without their breaks.",
    params: [req("path", t.string)],
    returns: t.list,
    effect: "fs.read",
    deprecated: "harness.fs.read_lines",
    run(context, path) {
      const files = need(context, "read_lines", "files");
      const full = at(files, path);
      const text = attempt(
        "read_lines",
        (reason) => `read_lines: ${full}: ${reason}`,
        () => files.readText(full),
      );
      return new ListValue(linesOf(text));
    },
  }),
];

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (text.endsWith("\n")) lines.pop();
  return lines;
}
