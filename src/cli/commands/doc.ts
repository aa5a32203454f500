import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import type { ReferenceEntry } from "../reference/entry.ts";
import { referencePages } from "../reference/pages.ts";
import { type Found, groups, search, wholeReference } from "../reference/reference.ts";
import { terminalLine, terminalText } from "../reference/terminal.ts";

export function execute(invocation: Invocation, { output }: CommandContext): number {
  const reference = wholeReference();
  const folder = invocation.text("out");
  if (folder !== undefined) {
    const pages = referencePages(reference);
    writeAll(folder, pages);
    output.write("stdout", `wrote ${pages.size} pages to ${folder}\n`);
    return 0;
  }
  const isJson = invocation.has("json");
  const [wanted] = invocation.positionals;
  const found: Found = wanted === undefined ? { kind: "similar", entries: reference } : search(reference, wanted);
  if (found.kind === "none") throw new CommandFailure("not_found", absence(wanted ?? "", found.nearest));
  if (isJson) output.write("stdout", success({ match: found.kind, entries: found.entries }));
  else if (wanted === undefined) output.write("stdout", overview(reference));
  else output.write("stdout", textOf(found));
  return 0;
}

function absence(wanted: string, nearest: string | undefined): string {
  const hint = nearest === undefined ? "`harn doc` lists what there is" : `did you mean \`${nearest}\`?`;
  return `nothing in the library is called \`${wanted}\` or speaks of it; ${hint}`;
}

function textOf(found: Exclude<Found, { kind: "none" }>): string {
  return found.entries
    .map(found.kind === "exact" ? terminalText : terminalLine)
    .join(found.kind === "exact" ? "\n" : "");
}

function overview(reference: readonly ReferenceEntry[]): string {
  const lines = [...groups(reference)].map(([group, entries]) => `${group}: ${entries.length}\n`);
  return `${lines.sort().join("")}\n\`harn doc NAME\` shows one, or what a word finds; \`harn doc --out DIR\` writes all of it.\n`;
}

function writeAll(folder: string, pages: ReadonlyMap<string, string>): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of pages) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new CommandFailure("write_failed", `cannot write to ${folder}: ${hostError(error).message}`);
  }
}
