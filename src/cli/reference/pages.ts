/** The reference as Markdown: a page for each group, and one that lists them. */
import { exampleText, type ReferenceEntry } from "./entry.ts";
import { groups } from "./reference.ts";

export function referencePages(reference: readonly ReferenceEntry[]): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  const lines: string[] = [];
  for (const [group, entries] of [...groups(reference)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const file = `${fileOf(group)}.md`;
    const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    pages.set(file, `# ${group}\n\n${sorted.map(entryText).join("\n")}`);
    lines.push(`- [${group}](${file}): ${entries.length}\n`);
  }
  pages.set("README.md", `# Library\n\n${lines.join("")}`);
  return pages;
}

function fileOf(group: string): string {
  return group.replace(/[^a-z0-9_.-]+/gi, "-");
}

export function entryText(entry: ReferenceEntry): string {
  const { signature, description, notes, examples } = entry;
  const parts = [`## ${entry.name}\n\n\`\`\`harn\n${signature}\n\`\`\``];
  if (description !== "") parts.push(description);
  if (examples.length > 0) parts.push(`\`\`\`harn\n${examples.map(exampleText).join("\n")}\n\`\`\``);
  if (notes.length > 0) parts.push(notes.join(" "));
  return `${parts.join("\n\n")}\n`;
}
