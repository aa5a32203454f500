import { sha256 } from "../../eventlog/index.ts";
import { dictAt, isDict, isList, list, record, textAt } from "../../llm/fields.ts";
import { type DictValue, show, stringifyJson, type Value } from "../../value/index.ts";

/** The tools by which models hand over plans. */
export const planTools: readonly string[] = ["emit_plan", "update_plan"];

const statuses: Readonly<Record<string, string>> = {
  completed: "completed",
  complete: "completed",
  done: "completed",
  in_progress: "in_progress",
  running: "in_progress",
  active: "in_progress",
};

/** A plan as `harn.plan.v1`: from a dict with `steps`, `plan` or `tasks`, or from a list of steps; anything else is a plan without steps. */
export function planArtifact(given: Value, tool = "emit_plan"): DictValue {
  const plan = isDict(given) ? given : record(isList(given) ? { steps: given } : {});
  const body = record({
    title: shown(plan, "title") ?? "Plan",
    summary: shown(plan, "summary") ?? shown(plan, "direction") ?? shown(plan, "explanation") ?? "",
    steps: list(planSteps(plan)),
    assumptions: texts(plan, "assumptions"),
    open_questions: texts(plan, "open_questions"),
    verification_commands: texts(plan, plan.has("verification_commands") ? "verification_commands" : "verification"),
  });
  return body
    .with("_type", "plan_artifact")
    .with("schema_version", "harn.plan.v1")
    .with("id", `plan_${sha256(stringifyJson(body)).slice(0, 12)}`)
    .with("tool", tool)
    .with("approval", dictAt(plan, "approval") ?? record({ state: "unrequested" }));
}

/** The steps as the Agent Client Protocol shows them: `{content, status}`, and `priority` where there is one. */
export function planEntries(given: Value): DictValue[] {
  const steps = isDict(given) || isList(given) ? planSteps(isDict(given) ? given : record({ steps: given })) : [];
  return steps.map((step) =>
    record({
      content: step.get("content"),
      status: step.get("status"),
      priority: step.get("priority") === null ? undefined : step.get("priority"),
    }),
  );
}

function planSteps(plan: DictValue): DictValue[] {
  const given = plan.get("steps") ?? plan.get("plan") ?? plan.get("tasks") ?? null;
  return (isList(given) ? given.toArray() : []).flatMap((item, index) => {
    const step = isDict(item) ? item : record({ content: item });
    const content = shown(step, "content") ?? shown(step, "step") ?? "";
    if (content.trim() === "") return [];
    const status = statuses[(textAt(step, "status") ?? "").toLowerCase()] ?? "pending";
    return [record({ id: `step-${index + 1}`, content, status, priority: step.get("priority") ?? null })];
  });
}

function shown(dict: DictValue, key: string): string | undefined {
  const value = dict.get(key) ?? null;
  return value === null ? undefined : show(value);
}

function texts(dict: DictValue, key: string): Value {
  const value = dict.get(key) ?? null;
  if (value === null) return list([]);
  return list(isList(value) ? value.toArray().map(show) : [show(value)]);
}
