import type { RepairSafety } from "../../diagnostics/index.ts";
import { format } from "../../format/index.ts";
import { applyFixes } from "../../lint/index.ts";
import { Source } from "../../text/index.ts";
import type { LoadedFile } from "../analysis/loaded-file.ts";
import { collide, isLayout, type PlannedRepair } from "./repair-plan.ts";

/** From what changes least to what a person has to decide. */
export const safetyLevels: readonly RepairSafety[] = [
  "format-only",
  "behavior-preserving",
  "scope-local",
  "surface-changing",
  "capability-changing",
  "needs-human",
];

export type SkipReason = "above_safety_ceiling" | "no_edits" | "conflicts";

export interface AppliedRepairs {
  readonly text: string;
  readonly applied: readonly PlannedRepair[];
  readonly skipped: readonly { readonly repair: PlannedRepair; readonly reason: SkipReason }[];
}

/** The text with every repair up to a class of safety. Of two that collide the first is carried out; the other waits for the next run. */
export function applyRepairs(
  { source, manifest }: LoadedFile,
  planned: readonly PlannedRepair[],
  ceiling: RepairSafety,
): AppliedRepairs {
  const applied: PlannedRepair[] = [];
  const skipped: { repair: PlannedRepair; reason: SkipReason }[] = [];
  for (const repair of planned) {
    if (isLayout(repair)) continue;
    const reason =
      obstacle(repair, ceiling) ?? (applied.some((other) => collide(repair, other)) ? "conflicts" : undefined);
    if (reason !== undefined) skipped.push({ repair, reason });
    else applied.push(repair);
  }
  let { text } = applyFixes(
    source.text,
    applied.map(({ diagnostic, edits }) => ({ ...diagnostic, fix: edits })),
  );
  const layout = planned.find(isLayout);
  if (layout !== undefined) {
    const formatted = format(new Source(source.path, text), manifest?.manifest.format);
    if (formatted.kind === "formatted") text = formatted.text;
    applied.push(layout);
  }
  return { text, applied, skipped };
}

function obstacle({ repair, edits }: PlannedRepair, ceiling: RepairSafety): SkipReason | undefined {
  if (safetyLevels.indexOf(repair.safety) > safetyLevels.indexOf(ceiling)) return "above_safety_ceiling";
  return edits.length === 0 ? "no_edits" : undefined;
}
