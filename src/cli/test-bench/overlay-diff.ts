import type { FileChange } from "../../host/overlay-files.ts";

/** What an overlay holds as a diff that a reader of unified diffs can show: each file as it was, then as it is. */
export function overlayDiff(changes: readonly FileChange[]): string {
  return changes.map(({ after, before, path }) => changeText(path, before, after)).join("");
}

function changeText(path: string, before: Uint8Array | undefined, after: Uint8Array | undefined): string {
  const name = path.replace(/^\//, "");
  const [old, now] = [before && textOf(before), after && textOf(after)];
  const head = `--- ${before === undefined ? "/dev/null" : `a/${name}`}\n+++ ${after === undefined ? "/dev/null" : `b/${name}`}\n`;
  if ((before !== undefined && old === undefined) || (after !== undefined && now === undefined))
    return `${head}Binary files differ\n`;
  const [left, right] = [linesOf(old), linesOf(now)];
  const start = commonLength(left, right);
  const end = commonLength(left.slice(start).reverse(), right.slice(start).reverse());
  const [lost, added] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  if (lost.length + added.length === 0) return head;
  const at = (list: readonly string[]): string => `${list.length === 0 ? start : start + 1},${list.length}`;
  return `${head}@@ -${at(lost)} +${at(added)} @@\n${lost.map((line) => `-${line}`).join("")}${added.map((line) => `+${line}`).join("")}`;
}

/** Each with its break; the last one may have none, and is told of as diffs do. */
function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  const lines = text.split("\n").map((line) => `${line}\n`);
  if (text.endsWith("\n")) lines.pop();
  else lines.push(`${lines.pop()}\\ No newline at end of file\n`);
  return lines;
}

function commonLength(left: readonly string[], right: readonly string[]): number {
  let at = 0;
  while (at < Math.min(left.length, right.length) && left[at] === right[at]) at++;
  return at;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
