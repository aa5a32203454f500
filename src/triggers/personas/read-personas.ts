import { messageOf } from "../../text/index.ts";
import { CronSchedule } from "../connectors/cron.ts";
import { autonomyTiers, type Persona, receiptPolicies } from "./persona.ts";
import { isTable, type PersonaProblem, PersonaTable } from "./persona-table.ts";

/** What personas of a project may name. */
export interface PersonaSurroundings {
  readonly tools: ReadonlySet<string>;
  /** `git.get_diff`. */
  readonly capabilities: ReadonlySet<string>;
}

/** Tools that need no declaration. */
export const commonTools: readonly string[] =
  "a2a acp ci filesystem github linear mcp notion pagerduty shell slack".split(" ");

const fieldNames = [
  ..."name version description entry_workflow entry entry_pipeline tools capabilities autonomy_tier tier autonomy".split(
    " ",
  ),
  ..."receipt_policy receipts triggers schedules model_policy budget handoffs context_packs evals eval_packs".split(
    " ",
  ),
  ..."owner package_source rollout_policy stages steps".split(" "),
];

/** All mistakes of a manifest's personas, each with its place. */
export class PersonaManifestError extends Error {
  override readonly name = "PersonaManifestError";
  readonly problems: readonly PersonaProblem[];

  constructor(problems: readonly PersonaProblem[]) {
    super(problems.map(({ field_path, message }) => `${field_path}: ${message}`).join("\n"));
    this.problems = problems;
  }
}

/**
 * The personas of a document: a manifest with `[[personas]]`, or one persona alone at the top.
 *
 * @throws PersonaManifestError
 */
export function readPersonas(
  document: Readonly<Record<string, unknown>>,
  around: PersonaSurroundings,
): readonly Persona[] {
  const tables = tablesOf(document);
  const names = new Set(
    tables.flatMap((table) => (isTable(table) && typeof table.name === "string" ? [table.name] : [])),
  );
  const problems: PersonaProblem[] = [];
  const personas = tables.map((table, at) => {
    const path = `[[personas]][${at}]`;
    if (!isTable(table)) problems.push({ field_path: path, message: "must be a table" });
    return readPersona(new PersonaTable(isTable(table) ? table : {}, path, problems), { ...around, names });
  });
  personas.forEach(({ name }, at) => {
    if (name !== "" && personas.findIndex((other) => other.name === name) < at)
      problems.push({ field_path: `[[personas]][${at}].name`, message: `persona '${name}' is declared twice` });
  });
  if (problems.length > 0) throw new PersonaManifestError(problems);
  return personas;
}

function tablesOf(document: Readonly<Record<string, unknown>>): readonly unknown[] {
  const { personas } = document;
  if (Array.isArray(personas) && personas.length > 0) return personas;
  if (personas !== undefined && !Array.isArray(personas))
    throw new PersonaManifestError([{ field_path: "personas", message: "must be a list of tables" }]);
  const isAlone = ["name", "description", "entry_workflow", "entry", "tools", "capabilities"].some(
    (key) => key in document,
  );
  return isAlone ? [document] : [];
}

interface Names extends PersonaSurroundings {
  readonly names: ReadonlySet<string>;
}

function readPersona(table: PersonaTable, around: Names): Persona {
  table.reportUnknown(fieldNames, "unknown persona field");
  const required = (field: string, text: string | null): string => {
    if (text === null || text.trim() === "") table.report(field, `missing required ${field}`);
    return text ?? "";
  };
  const name = required("name", table.text("name"));
  requireToken(table, "name", name);
  const description = required("description", table.text("description"));
  const entry_workflow = required("entry_workflow", table.text("entry_workflow", "entry", "entry_pipeline"));
  const tools = table.texts("tools");
  const capabilities = table.texts("capabilities");
  if (tools.length === 0 && capabilities.length === 0)
    table.report("tools", "persona requires at least one tool or capability");
  const tier = table.choice(autonomyTiers, "autonomy_tier", "tier", "autonomy");
  if (tier === null) table.report("autonomy_tier", "missing required autonomy tier");
  const receipts = table.choice(receiptPolicies, "receipt_policy", "receipts");
  if (receipts === null) table.report("receipt_policy", "missing required receipt policy");
  requireTokens(table, "tools", tools);
  for (const tool of tools) if (!around.tools.has(tool)) table.report("tools", `unknown tool '${tool}'`);
  for (const capability of capabilities) requireCapability(table, capability, around.capabilities);
  const context_packs = requireTokens(table, "context_packs", table.texts("context_packs"));
  const evals = requireTokens(table, "evals", table.texts("evals", "eval_packs"));
  const schedules = table.texts("schedules");
  for (const schedule of schedules) requireSchedule(table, schedule);
  const triggers = table.texts("triggers");
  for (const trigger of triggers)
    if (!hasTwoParts(trigger)) table.report("triggers", `trigger '${trigger}' must use provider.event syntax`);
  const handoffs = table.texts("handoffs");
  for (const target of handoffs)
    if (!around.names.has(target)) table.report("handoffs", `unknown handoff target '${target}'`);
  return {
    autonomy_tier: tier ?? "shadow",
    budget: readBudget(nested(table, "budget", budgetFields)),
    capabilities,
    context_packs,
    description,
    entry_workflow,
    evals,
    handoffs,
    model_policy: readModelPolicy(nested(table, "model_policy", modelFields)),
    name,
    owner: table.text("owner"),
    package_source: readSource(nested(table, "package_source", sourceFields)),
    receipt_policy: receipts ?? "optional",
    rollout_policy: readRollout(nested(table, "rollout_policy", ["mode", "percentage", "cohorts"])),
    schedules,
    stages: table.tables("stages", ["name"]),
    steps: table.tables("steps", ["name", "function"]),
    tools,
    triggers,
    version: table.text("version"),
  };
}

const budgetFields = [
  "daily_usd",
  "hourly_usd",
  "run_usd",
  "frontier_escalations",
  "max_tokens",
  "max_runtime_seconds",
];
const modelFields = ["default_model", "escalation_model", "fallback_models", "reasoning_effort"];
const sourceFields = ["package", "path", "git", "rev"];

function nested(table: PersonaTable, name: string, known: readonly string[]): PersonaTable {
  const found = table.table(name);
  found.reportUnknown(known, `unknown ${name} field`);
  return found;
}

function readBudget(table: PersonaTable): Persona["budget"] {
  return {
    daily_usd: table.amount("daily_usd"),
    frontier_escalations: table.count("frontier_escalations"),
    hourly_usd: table.amount("hourly_usd"),
    max_runtime_seconds: table.count("max_runtime_seconds"),
    max_tokens: table.count("max_tokens"),
    run_usd: table.amount("run_usd"),
  };
}

function readModelPolicy(table: PersonaTable): Persona["model_policy"] {
  return {
    default_model: table.text("default_model"),
    escalation_model: table.text("escalation_model"),
    fallback_models: table.texts("fallback_models"),
    reasoning_effort: table.text("reasoning_effort"),
  };
}

function readSource(table: PersonaTable): Persona["package_source"] {
  return { git: table.text("git"), package: table.text("package"), path: table.text("path"), rev: table.text("rev") };
}

function readRollout(table: PersonaTable): Persona["rollout_policy"] {
  const percentage = table.count("percentage");
  if (percentage !== null && percentage > 100)
    table.report("percentage", "rollout percentage must be between 0 and 100");
  return { cohorts: table.texts("cohorts"), mode: table.text("mode"), percentage };
}

function requireTokens(table: PersonaTable, field: string, values: readonly string[]): readonly string[] {
  for (const value of values) {
    if (value.trim() === "") table.report(field, `${field} entries must not be empty`);
    else requireToken(table, field, value);
  }
  return values;
}

function requireToken(table: PersonaTable, field: string, value: string): void {
  if (!/^[\w./-]*$/.test(value))
    table.report(field, `'${value}' must contain only letters, numbers, '.', '-', '_', or '/'`);
}

function requireCapability(table: PersonaTable, capability: string, known: ReadonlySet<string>): void {
  if (!hasTwoParts(capability))
    table.report("capabilities", `capability '${capability}' must use capability.operation syntax`);
  else if (!known.has(capability)) table.report("capabilities", `unknown capability '${capability}'`);
}

function hasTwoParts(text: string): boolean {
  const dot = text.indexOf(".");
  return dot >= 0 && text.slice(0, dot).trim() !== "" && text.slice(dot + 1).trim() !== "";
}

function requireSchedule(table: PersonaTable, schedule: string): void {
  if (schedule.trim() === "") return table.report("schedules", "schedule entries must not be empty");
  try {
    new CronSchedule(schedule);
  } catch (error) {
    table.report("schedules", `invalid cron schedule '${schedule}': ${messageOf(error)}`);
  }
}
