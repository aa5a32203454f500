import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Json, jsonOfValue, parseExactJson } from "../eventlog/index.ts";
import { hostError } from "../host/node/errors.ts";
import { rooms } from "../program/rooms.ts";
import { messageOf } from "../text/index.ts";
import { Raise, show } from "../value/index.ts";
import { CommandFailure } from "./command-failure.ts";

/** The document in a file: TOML by its name, else JSON. */
export function readManifestFile(path: string, cwd: string): Json {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new CommandFailure("eval_read", `cannot read ${path}: ${hostError(error).message}`, { cause: error });
  }
  try {
    return path.endsWith(".toml") ? jsonOfValue(rooms.toml().readToml(text)) : parseExactJson(text);
  } catch (error) {
    const reason = error instanceof Raise ? show(error.value) : messageOf(error);
    throw new CommandFailure("eval_parse", `${path} cannot be understood: ${reason}`, { cause: error });
  }
}

/** Paths of a manifest are relative to its own folder, where it names no other. */
export function withFolder<T extends { readonly base_dir: string | null }>(manifest: T, path: string): T {
  const folder = dirname(path);
  return { ...manifest, base_dir: manifest.base_dir ?? (folder === "." ? null : folder) };
}
