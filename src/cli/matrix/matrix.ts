/** Tables of what providers and connectors can do: for people, for documents, for programs. */
import { UsageError } from "../arguments/usage-error.ts";
import { success } from "../envelope.ts";

export type MatrixFormat = "text" | "json" | "markdown";

export interface MatrixColumn<Row> {
  /** Its word at the top of the text. */
  readonly name: string;
  /** Its title in Markdown. */
  readonly title: string;
  cell(row: Row): string | boolean;
}

export interface Matrix<Row> {
  /** What the rows are about: `provider`, `connector`. */
  readonly subject: string;
  readonly title: string;
  readonly about: string;
  readonly columns: readonly MatrixColumn<Row>[];
  /** The first columns of the text, where they differ: several in one. */
  readonly textColumns?: readonly MatrixColumn<Row>[];
  /** What `--filter` may ask for. */
  readonly features: Readonly<Record<string, (row: Row) => boolean>>;
}

export function renderMatrix<Row extends object>(
  matrix: Matrix<Row>,
  all: readonly Row[],
  format: MatrixFormat,
  feature: string | undefined,
): string {
  const rows = feature === undefined ? all : all.filter(featureNamed(matrix, feature));
  switch (format) {
    case "json":
      return success(rows);
    case "markdown":
      return asMarkdown(matrix, rows);
    case "text":
      return asText(matrix.textColumns ?? matrix.columns, rows);
  }
}

function featureNamed<Row>({ subject, features }: Matrix<Row>, name: string): (row: Row) => boolean {
  const feature = Object.hasOwn(features, name) ? features[name] : undefined;
  if (feature !== undefined) return feature;
  throw new UsageError(
    `unknown ${subject} matrix feature \`${name}\`. Expected one of: ${Object.keys(features).join(", ")}`,
  );
}

function words(value: string | boolean): string {
  return typeof value === "string" ? value : value ? "yes" : "no";
}

function asText<Row>(columns: readonly MatrixColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ cell }) => words(cell(row))))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines.map((line) => `${line.map((word, index) => word.padEnd(widths[index] ?? 0)).join("  ")}\n`).join("");
}

function asMarkdown<Row>({ title, about, columns }: Matrix<Row>, rows: readonly Row[]): string {
  const table = [
    columns.map((column) => column.title),
    columns.map(({ cell }) => (rows.some((row) => typeof cell(row) === "boolean") ? "---:" : "---")),
    ...rows.map((row) => columns.map(({ cell }) => marked(cell(row)))),
  ];
  return `# ${title}\n\n${about}\n\n${table.map((cells) => `| ${cells.join(" | ")} |\n`).join("")}`;
}

function marked(value: string | boolean): string {
  return typeof value === "string" && value !== "no" ? `\`${value}\`` : words(value);
}
