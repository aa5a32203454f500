import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { openPersonas, PersonaFindings } from "../personas/manifest.ts";
import { printJson } from "../running/project-runtime.ts";

/** Whether the personas of a manifest are right; status 1 with every mistake where they are not. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const given = invocation.positionals[0] ?? invocation.text("manifest");
  try {
    const { path, personas } = openPersonas(given, context);
    const rows = personas.map(({ autonomy_tier, name, receipt_policy, tools, triggers }) => ({
      autonomy: autonomy_tier,
      name,
      receipts: receipt_policy,
      tools,
      triggers,
    }));
    if (invocation.has("json")) printJson(context, { manifest_path: path, ok: true, personas: rows });
    else context.output.write("stdout", `ok: ${path} persona manifest validates (${personas.length} personas)\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof PersonaFindings) || !invocation.has("json")) throw error;
    printJson(context, { errors: error.findings, ok: false });
    return 1;
  }
}
