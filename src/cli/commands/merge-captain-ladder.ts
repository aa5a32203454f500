import { isJsonObject, type Json } from "../../eventlog/index.ts";
import {
  type LadderReport,
  ladderReport,
  type RecordServices,
  RunRecordError,
  readEvalLadder,
  readEvalPack,
  runLadder,
  writeRecord,
} from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { firstCorrect, tierLine } from "../ladder-text.ts";
import { readManifestFile, withFolder } from "../manifest-file.ts";
import { recordServices } from "../run-files.ts";

/** Sweeps at every step of a ladder. Status 1 where none is right. */
export function execute(invocation: Invocation, { cwd, output }: CommandContext): number {
  const path = invocation.positionals[0] as string;
  const services = recordServices(cwd);
  try {
    const ladder = ladderOf(readManifestFile(path, cwd), path, services);
    const report = runLadder(withFolder(ladder, path), services);
    const copy = invocation.text("report-out");
    if (copy !== undefined) writeRecord(copy, ladderReport, report, services);
    output.write("stdout", invocation.has("json") ? `${ladderReport.print(report, "")}\n` : reportText(report));
    return report.pass ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    throw new CommandFailure("ladder_failed", error.message, { cause: error });
  }
}

/** The ladder by itself, or the only one of a pack. */
function ladderOf(json: Json, path: string, services: RecordServices) {
  if (!isJsonObject(json) || json.ladders === undefined) return readEvalLadder(json, services);
  const { base_dir, ladders } = readEvalPack(json, services);
  const [only] = ladders;
  if (only === undefined || ladders.length > 1)
    throw new CommandFailure(
      "ladder_choice",
      `eval pack ${path} contains ${ladders.length} persona ladders; use \`harn eval\` for multi-ladder packs or pass a standalone ladder manifest`,
    );
  return { ...only, base_dir: only.base_dir ?? base_dir };
}

function reportText(report: LadderReport): string {
  const lines = [
    `${report.pass ? "PASS" : "FAIL"} ladder=${report.id} persona=${report.persona} first_correct=${firstCorrect(report)} artifacts=${report.artifact_root}`,
    ...report.tiers.flatMap((tier) => [
      tierLine(tier),
      ...tier.degradation_reasons.map((reason) => `  ${reason}`),
      `  transcript: ${tier.transcript_path ?? "-"}`,
      `  receipt: ${tier.receipt_path}`,
    ]),
  ];
  return `${lines.join("\n")}\n`;
}
