import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { readManifest } from "../analysis/manifest.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { Matrix, MatrixColumn } from "./matrix.ts";

const features = ["webhook", "oauth", "rate_limit", "pagination", "graphql", "streaming"] as const;
type Feature = (typeof features)[number];

/** What a package declares for one of its `[[providers]]`. The names are those of the JSON document. */
export interface ConnectorRow extends Readonly<Record<Feature, boolean>> {
  readonly provider: string;
  readonly package: string;
  readonly manifest_path: string;
}

/** Of the manifests that are named, and of all below the folders that are. */
export function connectorRows(targets: readonly string[]): readonly ConnectorRow[] {
  const paths = targets.flatMap(manifestsAt);
  return [...new Set(paths.map((path) => resolve(path)))].flatMap(rowsOf);
}

function manifestsAt(target: string): readonly string[] {
  if (!existsSync(target)) throw new UsageError(`connector matrix source ${target} does not exist`);
  return statSync(target).isDirectory() ? manifestsBelow(target) : [target];
}

function manifestsBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.isFile()) return entry.name === "harn.toml" ? [join(folder, entry.name)] : [];
    const isHidden = entry.name.startsWith(".") || entry.name === "node_modules";
    return entry.isDirectory() && !isHidden ? manifestsBelow(join(folder, entry.name)) : [];
  });
}

function rowsOf(path: string): readonly ConnectorRow[] {
  const { manifest } = readManifest(path);
  const { providers } = manifest.raw;
  if (!Array.isArray(providers)) return [];
  return providers.filter(isTable).flatMap((provider): ConnectorRow[] => {
    const { id, capabilities } = provider;
    if (typeof id !== "string") return [];
    const flags = Object.fromEntries(features.map((feature) => [feature, declares(capabilities, feature)]));
    return [
      {
        provider: id,
        package: manifest.package.name ?? "",
        ...(flags as Record<Feature, boolean>),
        manifest_path: path,
      },
    ];
  });
}

/** A list of names, or a table of switches. */
function declares(capabilities: unknown, feature: Feature): boolean {
  return Array.isArray(capabilities)
    ? capabilities.includes(feature)
    : isTable(capabilities) && capabilities[feature] === true;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const titles: Readonly<Record<Feature, string>> = {
  webhook: "Webhook",
  oauth: "OAuth",
  rate_limit: "Rate limit",
  pagination: "Pagination",
  graphql: "GraphQL",
  streaming: "Streaming",
};

export const connectorMatrix: Matrix<ConnectorRow> = {
  subject: "connector",
  title: "Connector parity matrix",
  about: "What packages declare for their connectors, in `[[providers]] capabilities` of `harn.toml`.",
  columns: [
    { name: "provider", title: "Provider", cell: (row) => row.provider },
    { name: "package", title: "Package", cell: (row) => row.package },
    ...features.map((name): MatrixColumn<ConnectorRow> => ({ name, title: titles[name], cell: (row) => row[name] })),
  ],
  features: Object.fromEntries(features.map((name) => [name, (row: ConnectorRow) => row[name]])),
};
