import type { HostFiles } from "../../../builtin/index.ts";
import { DictValue, readJson, type Value } from "../../../value/index.ts";
import { readToml } from "../../data/toml.ts";
import { asDict, textOption } from "../options.ts";
import { joinPath } from "../path-text.ts";
import { readIfThere } from "./project-tree.ts";

// What files of a project say, read leniently: a file that does not parse says nothing.

export function jsonFile(files: HostFiles, path: string): DictValue | undefined {
  return documentOf(readIfThere(files, path), readJson);
}

export function tomlFile(files: HostFiles, path: string): DictValue | undefined {
  return documentOf(readIfThere(files, path), readToml);
}

function documentOf(text: string | undefined, parse: (text: string) => Value): DictValue | undefined {
  if (text === undefined) return undefined;
  try {
    return asDict(parse(text));
  } catch {
    return undefined;
  }
}

/** The dict at a path of keys. */
export function tableAt(document: DictValue | undefined, ...keys: readonly string[]): DictValue | undefined {
  let table = document;
  for (const key of keys) table = asDict(table?.get(key));
  return table;
}

export function packageNameOf(files: HostFiles, folder: string): string | undefined {
  const at = (name: string): string => joinPath(folder, name);
  const pyproject = tomlFile(files, at("pyproject.toml"));
  return (
    textOption(tableAt(pyproject, "project"), "name") ??
    textOption(tableAt(pyproject, "tool", "poetry"), "name") ??
    textOption(jsonFile(files, at("package.json")), "name") ??
    /^module[ \t]+(\S+)/m.exec(readIfThere(files, at("go.mod")) ?? "")?.[1] ??
    textOption(tableAt(tomlFile(files, at("Cargo.toml")), "package"), "name")
  );
}

/** The scripts of a `package.json`; those that are no texts are left out. */
export function declaredScripts(files: HostFiles, folder: string): DictValue {
  const scripts = asDict(jsonFile(files, joinPath(folder, "package.json"))?.get("scripts"));
  return new DictValue(new Map([...(scripts?.entries() ?? [])].filter(([, command]) => typeof command === "string")));
}

export function firstReadable(files: HostFiles, folder: string, names: readonly string[]): string {
  for (const name of names) {
    const text = readIfThere(files, joinPath(folder, name));
    if (text !== undefined) return text;
  }
  return "";
}

/** Targets of plain names; special ones, files, patterns and variables are left out. */
export function makefileTargets(text: string): readonly string[] {
  const found = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const names = /^([A-Za-z0-9_][\w \t-]*):(?!=)/.exec(line)?.[1];
    for (const name of names?.split(/[ \t]+/) ?? []) if (name !== "") found.add(name);
  }
  return [...found];
}

/** What a Dockerfile runs: the arguments of RUN, CMD and ENTRYPOINT, with continued lines put together. */
export function dockerfileCommands(text: string): readonly string[] {
  const commands: string[] = [];
  for (const line of joinContinued(text)) {
    const command = /^[ \t]*(?:RUN|CMD|ENTRYPOINT)[ \t]+(.+)$/i.exec(line)?.[1];
    if (command !== undefined) commands.push(command.trim());
  }
  return commands;
}

function joinContinued(text: string): string[] {
  const lines: string[] = [];
  let begun = "";
  for (const line of text.split(/\r?\n/)) {
    if (begun !== "" && line.trim().startsWith("#")) continue;
    const piece = begun === "" ? line : `${begun} ${line.trim()}`;
    if (piece.trimEnd().endsWith("\\")) begun = piece.trimEnd().slice(0, -1).trimEnd();
    else {
      lines.push(piece);
      begun = "";
    }
  }
  return begun === "" ? lines : [...lines, begun];
}

/** The languages of a text's fenced blocks, each once. */
export function codeFences(text: string): readonly string[] {
  const found = new Set<string>();
  let open: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const fence = /^\s*(```+|~~~+)[ \t]*([^\s`]*)/.exec(line);
    if (fence === null) continue;
    const mark = fence[1] ?? "";
    if (open !== undefined) {
      if (mark.startsWith(open)) open = undefined;
      continue;
    }
    open = mark;
    if (fence[2]) found.add(fence[2]);
  }
  return [...found];
}
