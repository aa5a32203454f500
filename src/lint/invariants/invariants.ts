import type { Catalog } from "../../builtin/index.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Module } from "../../modules/index.ts";
import type { AssignStatement, BindingStatement, Expression } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { type CapableCall, capableCall } from "./capability.ts";
import { Flow, type FlowEvents, type Handler, type Step } from "./flow.ts";
import { isWithin } from "./glob.ts";
import { type BadSetting, canonicalName, type InvariantSetting, readSetting } from "./setting.ts";

/** A handler that can break its `@invariant`, or one whose invariant is not understood. */
export interface Violation {
  readonly invariant: string;
  readonly handler: string;
  readonly message: string;
  readonly hint: string;
  readonly span: Span;
  /** How the handler gets there; empty for what is not understood. */
  readonly way: readonly Step[];
}

/** A function, tool or pipeline with the invariants that it declares. */
export interface DeclaredHandler {
  readonly handler: Handler;
  readonly invariants: readonly { readonly setting: InvariantSetting | BadSetting; readonly span: Span }[];
}

/** Functions, tools and pipelines of a file. A bare `@invariant` marks a Flow predicate and declares nothing here. */
export function declaredHandlers({ program }: Module): readonly DeclaredHandler[] {
  return program.items.flatMap((item) => {
    if (item.kind !== "function" && item.kind !== "tool" && item.kind !== "pipeline") return [];
    const invariants = item.attributes
      .filter(({ name, arguments: given }) => name.text === "invariant" && given.length > 0)
      .map((attribute) => ({ setting: readSetting(attribute), span: attribute.span }));
    return [{ handler: { name: item.name.text, body: item.body, span: item.span }, invariants }];
  });
}

/** What the handlers of a file can do against what they declare; `only` picks one invariant by name. */
export function invariantViolations(module: Module, catalog: Catalog, only?: string): readonly Violation[] {
  const handlers = declaredHandlers(module);
  const functions = new Map(handlers.map(({ handler }) => [handler.name, handler]));
  const wanted = only === undefined ? undefined : (canonicalName(only) ?? only);
  return handlers.flatMap(({ handler, invariants }) =>
    invariants
      .filter(({ setting }) => wanted === undefined || setting.name === wanted)
      .flatMap(({ setting, span }) => violationsOf(setting, span, handler, functions, catalog)),
  );
}

export function violationDiagnostic({ invariant, message, hint, span }: Violation, { source }: Module): Diagnostic {
  return {
    code: "",
    phase: "invariant",
    severity: "error",
    message,
    source,
    span,
    label: `invariant[${invariant}]`,
    hint,
  };
}

function violationsOf(
  setting: InvariantSetting | BadSetting,
  span: Span,
  handler: Handler,
  functions: ReadonlyMap<string, Handler>,
  catalog: Catalog,
): readonly Violation[] {
  const found = new Map<string, Violation>();
  const report = (message: string, hint: string, at: Span, way: readonly Step[]): void => {
    const key = `${at.start}:${at.end}`;
    if (!found.has(key))
      found.set(key, { invariant: setting.name, handler: handler.name, message, hint, span: at, way });
  };
  if ("problem" in setting) report(setting.problem, setting.hint, span, []);
  else new Flow(eventsFor(setting, handler, catalog, report), functions).run(handler);
  return [...found.values()];
}

type Report = (message: string, hint: string, at: Span, way: readonly Step[]) => void;

function eventsFor(setting: InvariantSetting, handler: Handler, catalog: Catalog, report: Report): FlowEvents {
  const onCall = (
    judge: (call: CapableCall, at: Span, way: readonly Step[], open: readonly Step[] | undefined) => void,
  ): FlowEvents => ({
    call(call, way, open) {
      const capable = capableCall(call, catalog);
      if (capable) judge(capable, call.span, way, open);
    },
    assignment() {},
  });
  switch (setting.name) {
    case "fs.writes":
      return onCall((call, at, way) =>
        judgeWrite(call, setting.globs, (message, hint) => report(message, hint, at, way)),
      );
    case "approval.reachability":
      return onCall(({ capability, via }, at, _way, open) => {
        if (open === undefined || capability === "human.approval" || capability === "autonomy.policy") return;
        report(
          `side-effecting call \`${via}\` for capability \`${capability}\` is reachable before any approval gate`,
          "call `request_approval(...)` earlier on every path, or move the side effect into a `dual_control(...)` closure",
          at,
          open,
        );
      });
    case "capability.policy":
      return onCall(({ capability, via }, at, way) => {
        if (setting.allowed.has(capability)) return;
        report(
          `handler \`${handler.name}\` can reach capability \`${capability}\` via \`${via}\` but that capability is not declared in \`@invariant("capability.policy", allow: ...)\``,
          `add \`${capability}\` to the invariant's \`allow:\` list or remove the reachable call`,
          at,
          way,
        );
      });
    case "budget.remaining":
      return {
        call() {},
        assignment(statement, way) {
          if (targetOf(statement) !== setting.target || keepsOrLowers(statement, setting.target)) return;
          report(
            `assignment to \`${setting.target}\` may increase it; only self-subtractions, identity assignments, or \`llm_budget_remaining()\` refreshes are accepted`,
            "rewrite the update as `target = target - delta`, `target -= delta`, or refresh it from `llm_budget_remaining()`",
            statement.span,
            way,
          );
        },
      };
  }
}

function judgeWrite(
  { capability, via, paths }: CapableCall,
  globs: readonly string[],
  report: (message: string, hint: string) => void,
): void {
  if (capability !== "fs.write") return;
  const hint = "use a literal path that matches the declared glob, or narrow the dynamic path before writing";
  const allowed = globs.join(", ");
  for (const path of paths) {
    if (path === undefined) report(`could not prove \`${via}\` stays within the allowed glob(s): ${allowed}`, hint);
    else if (!globs.some((glob) => isWithin(path, glob)))
      report(`write path \`${path}\` is outside the allowed glob(s): ${allowed}`, hint);
  }
}

function targetOf(statement: AssignStatement | BindingStatement): string | undefined {
  if (statement.kind === "assign") return placeText(statement.target);
  return statement.pattern.kind === "name-pattern" ? statement.pattern.name.text : undefined;
}

/** `budget.remaining` as it is written; undefined for what is no name and no path of names. */
function placeText(place: Expression): string | undefined {
  if (place.kind === "name") return place.name;
  if (place.kind !== "property") return undefined;
  const object = placeText(place.object);
  return object && `${object}.${place.name.text}`;
}

function keepsOrLowers(statement: AssignStatement | BindingStatement, target: string): boolean {
  const { value } = statement;
  if (statement.kind === "assign" && statement.operator === "-=") return !isNegative(value);
  if (statement.kind === "assign" && statement.operator !== "=") return false;
  if (value.kind === "call") return value.callee.text === "llm_budget_remaining";
  if (placeText(value) === target) return true;
  return (
    value.kind === "binary" && value.operator === "-" && placeText(value.left) === target && !isNegative(value.right)
  );
}

function isNegative(value: Expression): boolean {
  return value.kind === "unary" && value.operator === "-";
}
