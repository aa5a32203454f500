import { type Builtin, opt, req, t } from "../../../builtin/index.ts";
import { compareText, DictValue, FloatValue, ListValue } from "../../../value/index.ts";
import { attempt, need } from "../faults.ts";
import { at, fs } from "./places.ts";

export const looking: readonly Builtin[] = [
  fs({
    name: "file_exists",
    summary: "Whether there is a file or folder at a path.",
    params: [req("path", t.string)],
    returns: t.bool,
    effect: "fs.read",
    deprecated: "harness.fs.exists",
    examples: [['file_exists("absent.txt")', "false"]],
    run(context, path) {
      const files = need(context, "file_exists", "files");
      return attempt(
        "file_exists",
        (reason) => `file_exists: ${reason}`,
        () => files.exists(at(files, path)),
      );
    },
  }),
  fs({
    name: "stat",
    summary: "`{size, is_file, is_dir, readonly, modified}` of a file; `modified` is in seconds.",
    params: [req("path", t.string)],
    returns: t.dict,
    effect: "fs.read",
    deprecated: "harness.fs.stat",
    run(context, path) {
      const files = need(context, "stat", "files");
      const full = at(files, path);
      const found = attempt(
        "stat",
        (reason) => `Failed to stat ${full}: ${reason}`,
        () => files.stat(full, true),
      );
      return DictValue.of({
        size: found.size,
        is_file: found.kind === "file",
        is_dir: found.kind === "directory",
        readonly: found.mode !== undefined && (found.mode & 0o222) === 0,
        modified: new FloatValue(found.modified / 1000),
      });
    },
  }),
  fs({
    name: "list_dir",
    summary: "The names in a folder, in order.",
    params: [opt("path", t.string)],
    returns: t.list,
    effect: "fs.read",
    deprecated: "harness.fs.list_dir",
    run(context, path = ".") {
      const files = need(context, "list_dir", "files");
      const full = at(files, path);
      const entries = attempt(
        "list_dir",
        (reason) => `Failed to list directory ${full}: ${reason}`,
        () => files.list(full),
      );
      return new ListValue(entries.map((entry) => entry.name).sort(compareText));
    },
  }),
  fs({
    name: "temp_dir",
    summary: "The system's folder for temporary files.",
    params: [],
    returns: t.string,
    effect: "env",
    deprecated: "harness.fs.temp_dir",
    run: (context) => need(context, "temp_dir", "files").tempFolder,
  }),
];
