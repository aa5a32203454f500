import type { HostFiles } from "../../builtin/index.ts";
import { hashOf, type TapeRecorder } from "./tape.ts";

/** The same files, with what is read, written and removed on the tape. */
export function tapedFiles(files: HostFiles, tape: TapeRecorder): HostFiles {
  const note = (kind: "file_read" | "file_write", path: string, content: string | Uint8Array): void => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    tape.add({ kind, path: files.resolve(path), content_hash: hashOf(bytes), len_bytes: bytes.length });
  };
  return {
    cwd: files.cwd,
    separator: files.separator,
    tempFolder: files.tempFolder,
    homeFolder: files.homeFolder,
    resolve: (...parts) => files.resolve(...parts),
    realPath: (path) => files.realPath(path),
    exists: (path) => files.exists(path),
    stat: (path, followLinks) => files.stat(path, followLinks),
    list: (path) => files.list(path),
    makeFolder: (path) => files.makeFolder(path),
    makeTempFolder: (prefix) => files.makeTempFolder(prefix),
    readBytes(path) {
      const bytes = files.readBytes(path);
      note("file_read", path, bytes);
      return bytes;
    },
    readText(path) {
      const text = files.readText(path);
      note("file_read", path, text);
      return text;
    },
    writeBytes(path, bytes) {
      files.writeBytes(path, bytes);
      note("file_write", path, bytes);
    },
    writeText(path, text) {
      files.writeText(path, text);
      note("file_write", path, text);
    },
    writeAtomic(path, data, options) {
      files.writeAtomic(path, data, options);
      note("file_write", path, data);
    },
    appendText(path, text) {
      files.appendText(path, text);
      note("file_write", path, text);
    },
    remove(path, options) {
      files.remove(path, options);
      tape.add({ kind: "file_delete", path: files.resolve(path) });
    },
    rename(from, to) {
      files.rename(from, to);
      tape.add({ kind: "file_delete", path: files.resolve(from) });
      if (files.stat(to, true).kind === "file") note("file_write", to, files.readBytes(to));
    },
    copy(from, to) {
      files.copy(from, to);
      note("file_write", to, files.readBytes(to));
    },
  };
}
