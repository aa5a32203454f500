import {
  type Builtin,
  type CallContext,
  fileEditsKey,
  HostError,
  type HostFiles,
  opt,
  req,
  t,
} from "../../../builtin/index.ts";
import { BytesValue, DictValue, show, typeName, type Value } from "../../../value/index.ts";
import { attempt, fail, failureOf, need } from "../faults.ts";
import { at, fs, kindOf } from "./places.ts";

/** Tells whoever follows the program's edits. `bytes` is asked only when somebody does. */
function noteEdit(context: CallContext, path: string, operation: string, bytes: () => number): void {
  const metadata = (): DictValue =>
    new DictValue(
      new Map<string, Value>([
        ["operation", operation],
        ["bytes", bytes()],
      ]),
    );
  context.service(fileEditsKey).note(path, metadata);
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

export const writing: readonly Builtin[] = [
  fs({
    name: "write_file",
    summary: "Write a text to a file, in place of what it held.",
    params: [req("path", t.string), req("content", t.any)],
    returns: t.nil,
    effect: "fs.write",
    borrows: true,
    deprecated: "harness.fs.write_text",
    run(context, path, content) {
      const files = need(context, "write_file", "files");
      const full = at(files, path);
      attempt(
        "write_file",
        (reason) => `Failed to write file ${full}: ${reason}`,
        () => files.writeText(full, show(content)),
      );
      noteEdit(context, full, "write", () => utf8Length(show(content)));
      return null;
    },
  }),
  fs({
    name: "write_file_bytes",
    summary:
      "Write bytes to a file, in place of what it held. An error where the folder is missing or the sandbox forbids it.",
    params: [req("path", t.string), req("content", t.any)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.write_bytes",
    run(context, path, content) {
      if (!(content instanceof BytesValue))
        throw fail(`write_file_bytes expects bytes content, got ${typeName(content)}`);
      const files = need(context, "write_file_bytes", "files");
      const full = at(files, path);
      const write = (): void => files.writeBytes(full, content.bytes);
      attempt("write_file_bytes", (reason) => `Failed to write file ${full}: ${reason}`, write);
      noteEdit(context, full, "write", () => content.bytes.length);
      return null;
    },
  }),
  fs({
    name: "append_file",
    summary:
      "Write a text behind what a file holds; a missing file is made. An error where the folder is missing or the sandbox forbids it.",
    params: [req("path", t.string), req("content", t.any)],
    returns: t.nil,
    effect: "fs.write",
    borrows: true,
    deprecated: "harness.fs.append",
    run(context, path, content) {
      const files = need(context, "append_file", "files");
      const full = at(files, path);
      attempt(
        "append_file",
        (reason) => `Failed to open file ${full}: ${reason}`,
        () => files.appendText(full, show(content)),
      );
      noteEdit(context, full, "append", () => utf8Length(show(content)));
      return null;
    },
  }),
  fs({
    name: "mkdir",
    summary: "Make a folder and the folders it lies in.",
    params: [req("path", t.string)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.mkdir",
    run(context, path) {
      const files = need(context, "mkdir", "files");
      const full = at(files, path);
      attempt(
        "mkdir",
        (reason) => `Failed to create directory ${full}: ${reason}`,
        () => files.makeFolder(full),
      );
      return null;
    },
  }),
  fs({
    name: "mkdtemp",
    summary: "Make a new temporary folder and give its path.",
    params: [opt("prefix", t.string)],
    returns: t.string,
    effect: "fs.write",
    deprecated: "harness.fs.mkdtemp",
    run(context, prefix = "harn-") {
      const files = need(context, "mkdtemp", "files");
      if (/[/\\]/.test(prefix)) throw fail(`mkdtemp: prefix must not contain a path separator: ${prefix}`);
      return attempt(
        "mkdtemp",
        (reason) => `mkdtemp: ${reason}`,
        () => files.makeTempFolder(prefix),
      );
    },
  }),
  fs({
    name: "delete_file",
    summary: "Delete a file, or a folder with all it holds.",
    params: [req("path", t.string)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.delete",
    run(context, path) {
      const files = need(context, "delete_file", "files");
      const full = at(files, path);
      let what = "file";
      const remove = (): void => {
        if (kindOf(files, full, false) === "directory") what = "directory";
        files.remove(full, { recursive: true });
      };
      attempt("delete_file", (reason) => `Failed to delete ${what} ${full}: ${reason}`, remove);
      return null;
    },
  }),
  fs({
    name: "copy_file",
    summary: "Copy a file.",
    params: [req("src", t.string), req("dst", t.string)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.copy",
    run(context, source, target) {
      const files = need(context, "copy_file", "files");
      const [from, to] = [at(files, source), at(files, target)];
      attempt(
        "copy_file",
        (reason) => `Failed to copy ${from} to ${to}: ${reason}`,
        () => files.copy(from, to),
      );
      return null;
    },
  }),
  fs({
    name: "move_file",
    summary: "Rename a file or folder; across file systems a file is copied and deleted.",
    params: [req("src", t.string), req("dst", t.string)],
    returns: t.nil,
    effect: "fs.write",
    deprecated: "harness.fs.rename",
    run(context, source, target) {
      const files = need(context, "move_file", "files");
      move(files, at(files, source), at(files, target));
      return null;
    },
  }),
];

function move(files: HostFiles, from: string, to: string): void {
  try {
    files.rename(from, to);
    return;
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== "EXDEV")
      throw failureOf("move_file", error, (reason) => `move_file: ${reason}`);
  }
  attempt(
    "move_file",
    (reason) => `move_file: copy failed: ${reason}`,
    () => files.copy(from, to),
  );
  attempt(
    "move_file",
    (reason) => `move_file: remove src failed: ${reason}`,
    () => files.remove(from, { recursive: false }),
  );
}
