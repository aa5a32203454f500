import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { provenanceAt } from "../skills/place.ts";
import { provenanceReport } from "../skills/provenance-report.ts";
import { withKeys } from "../skills/signing-command.ts";

/** `harn skill verify`: whether a skill is signed by its author and endorsed, all by people who are trusted here. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [path = ""] = invocation.positionals;
  const provenance = withKeys(() => provenanceAt(path, context.cwd));
  const report = await provenanceReport(path, provenance);
  const { output } = context;
  if (invocation.has("json")) output.write("stdout", `${JSON.stringify(report, null, 2)}\n`);
  else if (report.trusted) {
    const lines = [
      `verified: ${path}`,
      `author_fingerprint: ${report.author?.fingerprint}`,
      ...report.endorsements.map(({ fingerprint }) => `endorser_fingerprint: ${fingerprint}`),
      `skill_sha256: ${report.skill_sha256}`,
    ];
    output.write("stdout", `${lines.join("\n")}\n`);
  }
  if (!report.trusted) output.write("stderr", `error: ${report.error}\n`);
  return report.trusted ? 0 : 1;
}
