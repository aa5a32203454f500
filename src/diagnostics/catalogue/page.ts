import { repairOf } from "../repairs.ts";
import type { CodeEntry } from "./entry.ts";

/** The page of a code, as Markdown: what it means, a program that draws it, the same put right. */
export function codePage(entry: CodeEntry): string {
  const { code, summary } = entry;
  return `# HARN-${code}\n\n${sentence(summary)}\n\n${codeBody(entry)}`;
}

/** The page without its heading. */
export function codeBody({ code, meaning, wrong, right, files, isReserved, related }: CodeEntry): string {
  const parts = [isReserved === true ? `Nothing reports this code. ${meaning}` : meaning];
  if (wrong !== undefined) parts.push(`Draws it:\n\n${fenced(wrong)}`);
  if (right !== undefined) parts.push(`Put right:\n\n${fenced(right)}`);
  for (const [name, text] of Object.entries(files ?? {})) parts.push(`With \`${name}\`:\n\n${fenced(text, name)}`);
  const repair = repairOf(`HARN-${code}`);
  if (repair !== undefined) parts.push(`Repair: \`${repair.id}\` [${repair.safety}] — ${repair.summary}`);
  if (related !== undefined && related.length > 0)
    parts.push(`See also: ${related.map((other) => `[HARN-${other}](HARN-${other}.md)`).join(", ")}`);
  return `${parts.join("\n\n")}\n`;
}

function sentence(summary: string): string {
  return `${summary.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`;
}

function fenced(text: string, name = "main.harn"): string {
  const language = name.endsWith(".harn") ? "harn" : "text";
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
