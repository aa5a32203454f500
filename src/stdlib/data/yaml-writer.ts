import { quoteJson, scientificDigits, type Value } from "../../value/index.ts";
import { type PlainData, plainDataOf } from "./plain-data.ts";
import { isMistakable } from "./yaml-scalars.ts";

/** YAML in block style: keys in order, lists at the indentation of their key, quotes only where they are needed. */
export function writeYaml(value: Value): string {
  const data = plainDataOf(value);
  return `${isBlock(data) ? block(data, "") : inline(data, "")}\n`;
}

type Block = Extract<PlainData, { readonly kind: "list" | "dict" }>;

/** Whether the data takes lines of its own. */
function isBlock(data: PlainData): data is Block {
  return (data.kind === "list" && data.items.length > 0) || (data.kind === "dict" && data.entries.length > 0);
}

/** Lines, the first of which stands behind what is there already. */
function block(data: Block, indent: string): string {
  if (data.kind === "list") {
    return data.items.map((item) => `- ${listItem(plainDataOf(item), indent)}`).join(`\n${indent}`);
  }
  return data.entries
    .map(([key, item]) => `${keyText(key)}:${entryValue(plainDataOf(item), indent)}`)
    .join(`\n${indent}`);
}

function listItem(data: PlainData, indent: string): string {
  return isBlock(data) ? block(data, `${indent}  `) : inline(data, indent);
}

function entryValue(data: PlainData, indent: string): string {
  if (!isBlock(data)) return ` ${inline(data, indent)}`;
  const inner = data.kind === "list" ? indent : `${indent}  `;
  return `\n${inner}${block(data, inner)}`;
}

function inline(data: PlainData, indent: string): string {
  switch (data.kind) {
    case "list":
      return "[]";
    case "dict":
      return "{}";
    case "float":
      return floatText(data.value);
    case "scalar":
      return typeof data.value === "string" ? text(data.value, indent) : String(data.value);
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  return scientificDigits(value);
}

function keyText(key: string): string {
  return key.includes("\n") ? quoteJson(key) : text(key, "");
}

function text(value: string, indent: string): string {
  if (hasUnprintable(value)) return quoteJson(value);
  if (value.includes("\n")) return / \n/.test(value) || value.endsWith(" ") ? quoteJson(value) : literal(value, indent);
  return isMistakable(value) || !mayStandPlain(value) ? `'${value.replaceAll("'", "''")}'` : value;
}

/** A literal block. The mark says how the end is kept; a leading blank makes it say how far it is indented. */
function literal(value: string, indent: string): string {
  const inner = `${indent}  `;
  const mark = value.endsWith("\n\n") || value === "\n" ? "+" : value.endsWith("\n") ? "" : "-";
  const hint = /^[ \n]/.test(value) ? "2" : "";
  const lines = value.replace(/\n$/, "").split("\n");
  return `|${hint}${mark}\n${lines.map((line) => (line === "" ? "" : inner + line)).join("\n")}`;
}

function hasUnprintable(value: string): boolean {
  return /[^\n\u0020-\u007e\u0085\u00a0-\ud7ff\ud800-\udfff\ue000-\ufefe\uff00-\ufffd]/.test(value);
}

/** Whether nothing in the text means something to YAML where it stands. */
function mayStandPlain(value: string): boolean {
  if (/^ | $/.test(value)) return false;
  // What starts like a number is quoted, number or not: other readers of YAML know more kinds of them.
  if (/^[-+.0-9#,[\]{}&*!|>'"%@`]/.test(value) || /^[?:](?:\s|$)/.test(value)) return false;
  return !/:(?:\s|$)|\s#/.test(value);
}
