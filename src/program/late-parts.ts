import { type CatalogPart, indexOfParts, type PartIndex } from "../builtin/index.ts";
import { rooms } from "./rooms.ts";

/** What programs call without defining it: nearly everything. */
const parts = {
  common: () => rooms.common().commonParts,
  run: () => rooms.run().runParts,
  eventLog: () => [rooms.eventLog().eventLogCatalog],
  hitl: () => [rooms.hitl().hitlCatalog],
  llm: () => [rooms.llm().llmCatalog],
  agents: () => [rooms.agents().agentsCatalog],
  records: () => [rooms.records().recordCatalog],
  triggers: () => [rooms.triggers().triggerCatalog],
  steps: () => [rooms.steps().stepCatalog],
  codeIndex: () => [rooms.codeIndex().codeIndexCatalog],
  library: () => [rooms.library().lateStdlib],
} satisfies Record<string, () => readonly CatalogPart[]>;

type LatePartName = keyof typeof parts;

/** The names in each part as JSON, where the build has written them down; otherwise the parts are opened and asked. */
declare const HARN_LATE_PARTS: string | undefined;

export function latePartIndexes(): Readonly<Record<LatePartName, PartIndex>> {
  if (typeof HARN_LATE_PARTS !== "undefined") return JSON.parse(HARN_LATE_PARTS);
  const indexes = Object.entries(parts).map(([name, open]) => [name, indexOfParts(open())]);
  return Object.fromEntries(indexes) as Record<LatePartName, PartIndex>;
}

let indexes: ReturnType<typeof latePartIndexes> | undefined;

export const lateParts = (Object.keys(parts) as LatePartName[]).map((name) => ({
  get index(): PartIndex {
    indexes ??= latePartIndexes();
    return indexes[name];
  },
  open: parts[name],
}));
