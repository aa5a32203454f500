import { readFileSync } from "node:fs";
import { hostError } from "../host/node/errors.ts";
import { textOfUtf8 } from "../host/node/utf8.ts";
import { Source } from "../text/index.ts";
import { CommandFailure } from "./command-failure.ts";

/** Reads a program. Messages show the path as it was given. */
export function readSourceFile(path: string): Source {
  return new Source(path, decode(path, read(path)));
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, hostError(error).message);
  }
}

function decode(path: string, bytes: Buffer): string {
  const text = textOfUtf8(bytes, { keepsMark: false });
  if (text === undefined) throw unreadable(path, "the file is not UTF-8 text");
  return text;
}

function unreadable(path: string, reason: string): CommandFailure {
  return new CommandFailure("read_failed", `cannot read ${path}: ${reason}`);
}
