import { dirname } from "node:path";
import type { Persona, PersonaStatus, WorkReceipt } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { printJson } from "../running/project-runtime.ts";

const labelWidth = 16;

/** Lines of a label and what it is; what there is none of stands as `-`. */
function labelled(rows: readonly (readonly [label: string, value: string | null | undefined])[]): string {
  return rows.map(([label, value]) => `${`${label}:`.padEnd(labelWidth)}${value ?? "-"}\n`).join("");
}

/** A persona with where it is declared, keys in order. */
export function withSource(persona: Persona, path: string): object {
  const source = { manifest_dir: dirname(path), manifest_path: path };
  const entries = Object.entries({ ...persona, source });
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

export function personaText(persona: Persona, path: string): string {
  const listed = (items: readonly string[]): string | null => (items.length === 0 ? null : items.join(", "));
  return labelled([
    ["name", persona.name],
    ...(persona.version === null ? [] : [["version", persona.version] as const]),
    ["description", persona.description],
    ["entry_workflow", persona.entry_workflow],
    ["tools", listed(persona.tools)],
    ["capabilities", listed(persona.capabilities)],
    ["autonomy_tier", persona.autonomy_tier],
    ["receipt_policy", persona.receipt_policy],
    ["triggers", listed(persona.triggers)],
    ["schedules", listed(persona.schedules)],
    ["handoffs", listed(persona.handoffs)],
    ["context_packs", listed(persona.context_packs)],
    ["evals", listed(persona.evals)],
    ...(persona.owner === null ? [] : [["owner", persona.owner] as const]),
    ["manifest", path],
  ]);
}

export function printStatus(status: PersonaStatus, invocation: Invocation, context: CommandContext): void {
  if (invocation.has("json")) printJson(context, status);
  else context.output.write("stdout", statusText(status));
}

function statusText(status: PersonaStatus): string {
  const { active_lease, budget, current_assignment, handoff_inbox, last_error, value_receipts } = status;
  const left = budget.remaining_today_usd === null ? "-" : dollars(budget.remaining_today_usd);
  const receipt = value_receipts.at(-1);
  return [
    labelled([
      ["persona", status.name],
      ["template_ref", status.template_ref],
      ["state", status.state],
      ["entry_workflow", status.entry_workflow],
      ["role", status.role],
      ["assignment", current_assignment?.work_key],
      ["last_run", status.last_run],
      ["next_run", status.next_scheduled_run],
      ["queued_events", String(status.queued_events)],
    ]),
    handoff_inbox.length === 0 ? "" : "handoffs:\n",
    ...handoff_inbox.map(
      ({ handoff_id, handoff_kind, source_persona, task }) =>
        `  - ${handoff_id ?? "-"} kind=${handoff_kind ?? "-"} from=${source_persona ?? "-"} task=${task ?? "-"}\n`,
    ),
    labelled([
      ["active_lease", active_lease?.id],
      ["budget", `spent_today=${dollars(budget.spent_today_usd)} remaining_today=${left}`],
    ]),
    receipt === undefined
      ? ""
      : labelled([
          [
            "last_receipt",
            `${String(receipt.kind)} paid=${dollars(Number(receipt.paid_cost_usd))} avoided=${dollars(Number(receipt.avoided_cost_usd))}`,
          ],
        ]),
    last_error === null ? "" : labelled([["last_error", last_error]]),
  ].join("");
}

function dollars(amount: number): string {
  return `$${amount.toFixed(4)}`;
}

export function printReceipt(receipt: WorkReceipt, invocation: Invocation, context: CommandContext): void {
  if (invocation.has("json")) return printJson(context, receipt);
  const { error, persona, queued, status, work_key } = receipt;
  const line = `persona=${persona} status=${status} work_key=${work_key} queued=${queued}\n`;
  context.output.write("stdout", error === null ? line : `${line}error=${error}\n`);
}

export function personaList(personas: readonly Persona[], path: string): string {
  if (personas.length === 0) return `No personas declared in ${path}.\n`;
  const width = Math.max(...personas.map(({ name }) => name.length));
  const lines = personas.map(({ autonomy_tier: tier, entry_workflow: entry, name, receipt_policy: receipts }) => {
    const facts = `tier=${tier.padEnd(17)} receipts=${receipts.padEnd(8)} entry=${entry}`;
    return `  ${name.padEnd(width)}  ${facts}\n`;
  });
  return `Personas in ${path}:\n${lines.join("")}`;
}
