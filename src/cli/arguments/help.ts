import type { CommandSpec, FlagSpec, PositionalSpec } from "./spec.ts";

/** `harn run [OPTIONS] [FILE] [-- ARGV...]` */
export function usageOf(command: CommandSpec, path: readonly string[]): string {
  const parts = [...path];
  if (command.flags !== undefined && command.flags.length > 0) parts.push("[OPTIONS]");
  for (const positional of command.positionals ?? []) parts.push(positionalUsage(positional));
  if (command.passes !== undefined) parts.push(`[-- ${command.passes}...]`);
  if (command.subcommands !== undefined) parts.push(command.load === undefined ? "<COMMAND>" : "[COMMAND]");
  return parts.join(" ");
}

function positionalUsage({ name, isRequired, isRepeatable }: PositionalSpec): string {
  return `${isRequired ? `<${name}>` : `[${name}]`}${isRepeatable ? "..." : ""}`;
}

export function helpOf(command: CommandSpec, path: readonly string[]): string {
  const sections = [command.summary, `Usage: ${usageOf(command, path)}`];
  const subcommands = (command.subcommands ?? []).filter(({ isHidden }) => !isHidden);
  if (subcommands.length > 0)
    sections.push(
      table(
        "Commands",
        subcommands.map(({ name, summary }) => [name, summary]),
      ),
    );
  const positionals = command.positionals ?? [];
  if (positionals.length > 0)
    sections.push(
      table(
        "Arguments",
        positionals.map((spec) => [positionalUsage(spec), spec.summary]),
      ),
    );
  const help: FlagSpec = { name: "help", short: "h", summary: "Print help" };
  const flags = [...(command.flags ?? []), ...(command.flags?.some(({ short }) => short === "h") ? [] : [help])];
  sections.push(
    table(
      "Options",
      flags.map((flag) => [flagUsage(flag), flagSummary(flag)]),
    ),
  );
  return `${sections.join("\n\n")}\n`;
}

function flagUsage({ name, short, value, isRepeatable, isValueOptional }: FlagSpec): string {
  const head = short === undefined ? `    --${name}` : `-${short}, --${name}`;
  const operand = value === undefined ? "" : isValueOptional ? `[=<${value}>]` : ` <${value}>`;
  return `${head}${operand}${isRepeatable ? "..." : ""}`;
}

function flagSummary({ summary, choices, environment, fallback }: FlagSpec): string {
  const notes = [
    ...(choices === undefined ? [] : [`one of: ${choices.join(", ")}`]),
    ...(environment === undefined ? [] : [`env: ${environment}`]),
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
  ];
  return `${summary}${notes.map((note) => ` [${note}]`).join("")}`;
}

function table(title: string, rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)));
  const lines = rows.map(([left, right]) => {
    const indented = `  ${left.padEnd(width)}`;
    return left.length > width ? `${indented}\n  ${" ".repeat(width)}  ${right}` : `${indented}  ${right}`;
  });
  return `${title}:\n${lines.join("\n")}`;
}
