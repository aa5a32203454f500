import { matchesGlob } from "../../llm/catalog/glob.ts";
import { boolAt, dictAt, isDict, isList, itemsAt, list, record, textAt, textsAt } from "../../llm/fields.ts";
import { isRegistry, readTools, type ToolEntry } from "../../llm/tools/registry.ts";
import { sideEffectLevels } from "../../runtime/index.ts";
import type { DictValue, Value } from "../../value/index.ts";

/** What is odd about the tools that a model would see, with their policies and prompts. Errors make the surface invalid. */
interface Finding {
  readonly code: string;
  readonly severity: "warning" | "error";
  readonly tool?: string;
  readonly field: string;
  readonly message: string;
}

interface Surface {
  readonly tools: readonly ToolEntry[];
  /** Names that the policy lets through; empty when it says nothing of tools. */
  readonly allowed: ReadonlySet<string>;
  readonly policy: DictValue | undefined;
  readonly approval: DictValue | undefined;
  readonly prompts: readonly string[];
  readonly searches: boolean;
}

/** `{valid, diagnostics}` of a registry, a list of tools, or `{tools, policy, approval_policy, system, prompt, prompts, tool_search}`. */
export function validateSurface(given: Value): DictValue {
  const surface = readSurface(given);
  const findings = [
    ...surface.tools.flatMap((tool) => [...toolFindings(surface, tool)]),
    ...constraintFindings(surface),
    ...approvalFindings(surface),
    ...surface.prompts.flatMap((text) => [...promptFindings(surface, text)]),
  ];
  return record({
    valid: findings.every(({ severity }) => severity !== "error"),
    diagnostics: list(
      findings.map(({ code, ...rest }) => record({ code: `TOOL_SURFACE_${code}`, ...rest, tool: rest.tool })),
    ),
  });
}

function readSurface(given: Value): Surface {
  const whole = isDict(given) && !isRegistry(given) ? given : record({ tools: given });
  const policy = dictAt(whole, "policy");
  const search = whole.get("tool_search") ?? false;
  return {
    tools: readTools(whole.get("tools")),
    allowed: new Set(textsAt(policy, "tools") ?? []),
    policy,
    approval: dictAt(whole, "approval_policy"),
    prompts: ["system", "prompt", "prompts"].flatMap((key) => textsOf(whole.get(key) ?? null)),
    searches: search !== false,
  };
}

function textsOf(value: Value): string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.toArray().flatMap(textsOf);
  return isDict(value) ? [...value.entries()].flatMap(([, inner]) => textsOf(inner)) : [];
}

function isActive({ allowed }: Surface, name: string): boolean {
  return allowed.size === 0 || allowed.has(name);
}

function annotationsOf({ policy }: Surface, tool: ToolEntry): DictValue | undefined {
  return dictAt(dictAt(policy, "tool_annotations"), tool.name) ?? dictAt(tool.entry, "annotations");
}

function* toolFindings(surface: Surface, tool: ToolEntry): Generator<Finding> {
  const { name } = tool;
  const warn = (code: string, field: string, message: string): Finding => ({
    code,
    severity: "warning",
    tool: name,
    field,
    message,
  });
  if (!["parameters", "inputSchema", "input_schema", "function"].some((key) => tool.entry.has(key)))
    yield warn("MISSING_SCHEMA", "parameters", `active tool '${name}' has no parameter schema`);
  const annotations = annotationsOf(surface, tool);
  if (annotations === undefined)
    yield warn("MISSING_ANNOTATIONS", "annotations", `active tool '${name}' has no ToolAnnotations`);
  else {
    if (textAt(annotations, "side_effect_level") === undefined)
      yield warn("MISSING_SIDE_EFFECT_LEVEL", "side_effect_level", `active tool '${name}' has no side-effect level`);
    yield* readerFindings(surface, tool, annotations);
    yield* ceilingFindings(surface, tool, annotations);
  }
  if (tool.executor === undefined && tool.handler === undefined)
    yield warn("MISSING_EXECUTOR", "executor", `active tool '${name}' has no declared executor`);
}

const readingKinds: readonly string[] = ["read", "search", "fetch"];

/** A command whose output is put aside needs a tool that reads it. */
function* readerFindings(surface: Surface, tool: ToolEntry, annotations: DictValue): Generator<Finding> {
  const readers = textsAt(annotations, "result_readers") ?? [];
  const active = new Set(surface.tools.map(({ name }) => name).filter((name) => isActive(surface, name)));
  const isExecute = textAt(annotations, "kind") === "execute" && boolAt(annotations, "emits_artifacts") === true;
  const reads = (other: ToolEntry): boolean =>
    active.has(other.name) && readingKinds.includes(textAt(annotationsOf(surface, other), "kind") ?? "");
  const hasReader = readers.length === 0 ? surface.tools.some(reads) : readers.some((name) => active.has(name));
  if (isExecute && boolAt(annotations, "inline_result") !== true && !hasReader)
    yield {
      code: "MISSING_RESULT_READER",
      severity: "error",
      tool: tool.name,
      field: "result_readers",
      message: `execute tool '${tool.name}' can emit output artifacts but has no active result reader`,
    };
  for (const reader of readers.filter((name) => !active.has(name)))
    yield {
      code: "UNKNOWN_RESULT_READER",
      severity: "warning",
      tool: tool.name,
      field: "result_readers",
      message: `tool '${tool.name}' declares result reader '${reader}' that is not active`,
    };
}

const levels: readonly string[] = sideEffectLevels;

function* ceilingFindings({ policy }: Surface, tool: ToolEntry, annotations: DictValue): Generator<Finding> {
  const rank = (level: string | undefined): number => levels.indexOf(level ?? "");
  const ceiling = textAt(policy, "side_effect_level");
  const level = textAt(annotations, "side_effect_level");
  if (rank(ceiling) < 0 || rank(level) <= rank(ceiling)) return;
  yield {
    code: "SIDE_EFFECT_CEILING_EXCEEDED",
    severity: "error",
    tool: tool.name,
    field: "side_effect_level",
    message: `tool '${tool.name}' requires side-effect level '${level}' but policy ceiling is '${ceiling}'`,
  };
}

function* constraintFindings({ tools, policy }: Surface): Generator<Finding> {
  for (const constraint of itemsAt(policy, "tool_arg_constraints")?.filter(isDict) ?? []) {
    const pattern = textAt(constraint, "tool") ?? "";
    const meant = tools.filter(({ name }) => matchesGlob(pattern, name));
    const key = textAt(constraint, "arg_key");
    const known = meant.some((tool) => key === undefined || argumentNames(tool).has(key));
    if (meant.length === 0)
      yield {
        code: "UNKNOWN_ARG_CONSTRAINT_TOOL",
        severity: "warning",
        tool: pattern,
        field: "tool_arg_constraints.tool",
        message: `ToolArgConstraint references tool '${pattern}' which is not active`,
      };
    else if (!known)
      yield {
        code: "UNKNOWN_ARG_CONSTRAINT_KEY",
        severity: "warning",
        tool: pattern,
        field: `tool_arg_constraints.${key}`,
        message: `ToolArgConstraint for '${pattern}' targets unknown argument '${key}'`,
      };
  }
}

function argumentNames(tool: ToolEntry): ReadonlySet<string> {
  const schema = dictAt(tool.entry, "inputSchema") ?? dictAt(tool.entry, "input_schema");
  return new Set([...tool.parameters.keys(), ...(dictAt(schema, "properties")?.keys() ?? [])]);
}

function* approvalFindings({ tools, approval }: Surface): Generator<Finding> {
  for (const field of ["auto_approve", "auto_deny", "require_approval"]) {
    for (const pattern of textsAt(approval, field) ?? []) {
      if (tools.some(({ name }) => matchesGlob(pattern, name))) continue;
      yield {
        code: "APPROVAL_PATTERN_NO_MATCH",
        severity: "warning",
        field: `approval_policy.${field}`,
        message: `approval_policy.${field} pattern '${pattern}' matches no active tool`,
      };
    }
  }
}

/** A prompt that shows a call means a tool; code in fences means itself. A word without `_` is more likely prose. */
function* promptFindings(surface: Surface, text: string): Generator<Finding> {
  const prose = text.replace(/```[\s\S]*?```/g, " ");
  const warn = (code: string, tool: string, message: string, field = "prompt"): Finding => ({
    code,
    severity: "warning",
    tool,
    field,
    message,
  });
  for (const match of prose.matchAll(/([A-Za-z_]\w*)\s*\(/g)) {
    const name = match[1] ?? "";
    const tool = surface.tools.find((entry) => entry.name === name);
    if (tool === undefined) {
      if (name.includes("_"))
        yield warn("UNKNOWN_PROMPT_TOOL", name, `prompt references tool '${name}' which is not active`);
      continue;
    }
    if (!isActive(surface, name))
      yield warn("PROMPT_TOOL_NOT_IN_POLICY", name, `prompt references tool '${name}' outside the active policy`);
    if (tool.deferLoading && !surface.searches)
      yield warn(
        "DEFERRED_TOOL_PROMPT_REFERENCE",
        name,
        `prompt references deferred tool '${name}' but tool_search is not active`,
      );
    const called = prose.slice(match.index + match[0].length).split(")")[0] ?? "";
    for (const [alias, canonical] of aliasesOf(surface, tool)) {
      if (!new RegExp(`\\b${alias}\\s*:`).test(called)) continue;
      const use = `prompt mentions alias '${alias}' for tool '${name}'; use canonical argument '${canonical}'`;
      yield warn("DEPRECATED_ARG_ALIAS", name, use, `arg_schema.arg_aliases.${alias}`);
    }
  }
}

function aliasesOf(surface: Surface, tool: ToolEntry): [alias: string, canonical: string][] {
  const aliases = dictAt(dictAt(annotationsOf(surface, tool), "arg_schema"), "arg_aliases");
  return [...(aliases?.entries() ?? [])].flatMap(([alias, canonical]) =>
    /^\w+$/.test(alias) && typeof canonical === "string" ? [[alias, canonical]] : [],
  );
}
