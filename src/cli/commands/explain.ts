import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CatalogueSection,
  type CodeEntry,
  catalogue,
  codeBody,
  codePage,
  findCode,
} from "../../diagnostics/catalogue/index.ts";
import { repairOf } from "../../diagnostics/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { explainInvariant } from "../analysis/invariant-ways.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";

/** What `harn explain --catalog --out` writes: file name to text. `docs/diagnostics/` is its output. */
export function cataloguePages(): ReadonlyMap<string, string> {
  const entries = catalogue.flatMap((each) => each.entries);
  const index = `# Diagnostic codes\n\n\`harn explain CODE\` prints one of these pages.\n\n${catalogue.map(linkedSection).join("\n")}`;
  return new Map([
    ["README.md", index],
    ...entries.map((entry) => [`HARN-${entry.code}.md`, codePage(entry)] as const),
  ]);
}

function linkedSection({ category, entries }: CatalogueSection): string {
  const lines = entries.map(({ code, summary }) => `- [HARN-${code}](HARN-${code}.md): ${summary}\n`);
  return `## ${category.title}\n\n${lines.join("")}`;
}

function writePages(folder: string, { output }: CommandContext): number {
  const pages = cataloguePages();
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, page] of pages) writeFileSync(join(folder, name), page);
  } catch (error) {
    throw new CommandFailure("write_failed", `cannot write to ${folder}: ${hostError(error).message}`);
  }
  output.write("stdout", `wrote ${pages.size} pages to ${folder}\n`);
  return 0;
}

export function execute(invocation: Invocation, context: CommandContext): number {
  const { output } = context;
  if (invocation.has("catalog")) {
    const folder = invocation.text("out");
    if (folder !== undefined) return writePages(folder, context);
    output.write("stdout", wholeCatalogue(invocation.has("json") ? "json" : (invocation.text("format") ?? "markdown")));
    return 0;
  }
  const invariant = invocation.text("invariant");
  if (invariant !== undefined) {
    const [handler, file] = invocation.positionals;
    if (handler === undefined || file === undefined)
      throw new UsageError("name the handler and its file, as in `harn explain --invariant fs.writes save main.harn`");
    return explainInvariant(invariant, handler, file, context);
  }
  const [wanted, extra] = invocation.positionals;
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}': a file goes with --invariant`);
  if (wanted === undefined)
    throw new UsageError("name a code, as in `harn explain HARN-TYP-006`, or ask for --catalog");
  const entry = findCode(wanted);
  if (entry === undefined) {
    output.write("stderr", `Unknown Harn diagnostic code \`${wanted}\`. \`harn explain --catalog\` lists them all.\n`);
    return 2;
  }
  output.write("stdout", invocation.has("json") ? jsonText(detailed(entry)) : text(entry));
  return 0;
}

function text(entry: CodeEntry): string {
  return `HARN-${entry.code} — ${entry.summary}\n\n${codeBody(entry).replace(/\[(HARN-[A-Z]+-\d+)\]\([^)]*\)/g, "$1")}`;
}

function detailed(entry: CodeEntry): unknown {
  const { category, ...rest } = brief(entry);
  return {
    schemaVersion: 1,
    code: rest.code,
    category,
    summary: rest.summary,
    body: codeBody(entry),
    repairs: rest.repairs,
    related: rest.related,
    apiStability: "stable",
  };
}

function brief({ code, summary, related = [] }: CodeEntry) {
  const repair = repairOf(`HARN-${code}`);
  return {
    code: `HARN-${code}`,
    category: code.split("-")[0],
    summary,
    repairs: repair === undefined ? [] : [repair],
    related: related.map((other) => `HARN-${other}`),
  };
}

function wholeCatalogue(format: string): string {
  if (format === "text") return catalogue.flatMap(({ entries }) => entries.map(line)).join("");
  if (format === "markdown")
    return catalogue.map(({ category, entries }) => section(category.title, entries)).join("\n");
  return jsonText({
    schemaVersion: 1,
    categories: catalogue.map(({ category, entries }) => ({
      id: category.name,
      title: category.title,
      count: entries.length,
    })),
    codes: catalogue.flatMap(({ entries }) =>
      entries.map((entry) => ({ ...brief(entry), explanationPresent: true, apiStability: "stable" })),
    ),
  });
}

function line(entry: CodeEntry): string {
  const repair = repairOf(`HARN-${entry.code}`);
  const advice = repair === undefined ? "" : ` [repair: ${repair.id} (${repair.safety})]`;
  return `HARN-${entry.code} (${entry.code.split("-")[0]}) — ${entry.summary}${advice}\n`;
}

function section(title: string, entries: readonly CodeEntry[]): string {
  return `## ${title}\n\n${entries.map(({ code, summary }) => `- \`HARN-${code}\`: ${summary}\n`).join("")}`;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
