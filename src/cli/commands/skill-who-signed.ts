import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { withProject } from "../running/project-runtime.ts";
import { provenanceAt } from "../skills/place.ts";
import { type ProvenanceReport, provenanceReport } from "../skills/provenance-report.ts";
import { withKeys } from "../skills/signing-command.ts";

/** What the trust graph keeps of signatures under skills. */
const action = "skill.provenance";

/** `harn skill who-signed`: author and endorsers of a skill, with what the trust graph knows of them. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [path = ""] = invocation.positionals;
  const provenance = withKeys(() => provenanceAt(path, context.cwd));
  const report = await withProject(context, { installs: false }, ({ triggers }) =>
    provenanceReport(path, provenance, (fingerprint) => triggers.trust.score(fingerprint, action)),
  );
  const text = invocation.has("json") ? `${JSON.stringify(report, null, 2)}\n` : `${linesOf(report).join("\n")}\n`;
  context.output.write("stdout", text);
  return 0;
}

function linesOf({ author, endorsements, skill_path, status, trusted }: ProvenanceReport): string[] {
  const signers = author === null ? [] : [author, ...endorsements];
  return [
    `skill: ${skill_path}`,
    `status: ${status}`,
    `trusted: ${trusted}`,
    ...signers.map(({ fingerprint, role, trust_score: score, ...signer }) => {
      const rate =
        score === null ? "-" : `${Number(score.success_rate).toFixed(3)} (${score.successes}/${score.total})`;
      const why = signer.trusted ? "" : ` status=${signer.status}`;
      return `${role === "author" ? "author" : "endorsement"}: ${fingerprint} trusted=${signer.trusted}${why} score=${rate}`;
    }),
  ];
}
