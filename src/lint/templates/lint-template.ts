/** Rules over prompt templates. Who reads a template is no concern of this room: it is handed what the template's conditions read. */
import { type Diagnostic, defineDiagnostic, diagnose, inOrder, type Severity } from "../../diagnostics/index.ts";
import type { Source, Span } from "../../text/index.ts";
import { disabledRules } from "../disabled-rules.ts";

/** Both counted from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A template as its reader describes it (`stdlib/host/template/outline.ts`). */
export type TemplateOutline =
  | { readonly kind: "unparsed"; readonly place: Place; readonly message: string }
  | { readonly kind: "parsed"; readonly conditions: readonly TemplateCondition[] };

interface TemplateCondition {
  readonly place: Place;
  readonly reads: readonly string[];
  readonly compares: readonly string[];
}

export interface TemplateLintOptions {
  readonly disabled?: readonly string[];
  /** Conditions on capabilities that a template may have; 3 unless said otherwise. */
  readonly variantBranchThreshold?: number;
}

interface TemplateFinding {
  readonly code: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly span: Span;
  readonly message: string;
  readonly hint: string;
}

export function lintTemplate(
  source: Source,
  outline: TemplateOutline,
  { disabled = [], variantBranchThreshold = 3 }: TemplateLintOptions = {},
): Diagnostic[] {
  const off = disabledRules(disabled);
  const found =
    outline.kind === "unparsed"
      ? [unparsed(source, outline.place, outline.message)]
      : [...variants(source, outline.conditions, variantBranchThreshold), ...identities(source, outline.conditions)];
  return inOrder(found.filter(({ rule }) => !off.has(rule)).map((finding) => diagnosticOf(finding, source)));
}

function diagnosticOf({ code, rule, severity, span, message, hint }: TemplateFinding, source: Source): Diagnostic {
  const definition = defineDiagnostic<undefined>({
    code,
    severity,
    message: () => message,
    label: () => `lint[${rule}]`,
    hint: () => hint,
  });
  return { ...diagnose(definition, source, span, undefined), rule };
}

function unparsed(source: Source, place: Place, message: string): TemplateFinding {
  const at = `at ${place.line}:${place.column}`;
  return {
    code: "HARN-LNT-040",
    rule: "template-parse",
    severity: "error",
    span: directiveAt(source, place),
    message: `template did not parse: ${at}: ${message}`,
    hint: "`harn explain HARN-LNT-040` lists the directives that templates have",
  };
}

function variants(
  source: Source,
  conditions: readonly TemplateCondition[],
  threshold: number,
): readonly TemplateFinding[] {
  const branches = conditions.filter(({ reads }) => reads.some((path) => path.startsWith("llm.capabilities.")));
  const [first] = branches;
  if (first === undefined || branches.length <= threshold) return [];
  return [
    {
      code: "HARN-LNT-044",
      rule: "template-variant-explosion",
      severity: "warning",
      span: { start: 0, end: source.lines.textOf(1).length },
      message: `this template has ${branches.length} capability-aware branches but the configured threshold is ${threshold}. Each doubles the prompts that nobody reads`,
      hint: "put what varies into sections of their own, or raise `[lint] template_variant_branch_threshold` where the number is meant",
    },
  ];
}

const identity = /^llm\.(provider|model|family)$/;
const advice: Readonly<Record<string, string>> = {
  "llm.provider":
    "ask for what the provider can do: `llm.capabilities.prefers_xml_scaffolding`, `llm.capabilities.prefers_role_developer` …",
  "llm.model":
    "a model's name changes with routes and aliases: ask for a capability, or choose the prompt where the model is chosen",
  "llm.family": "ask for what the family can do: `llm.capabilities.<flag>`",
};

function identities(source: Source, conditions: readonly TemplateCondition[]): readonly TemplateFinding[] {
  return conditions.flatMap(({ compares, place }) =>
    [...new Set(compares.filter((path) => identity.test(path)))].map(
      (path): TemplateFinding => ({
        code: "HARN-LNT-046",
        rule: "template-provider-identity-branch",
        severity: "warning",
        span: directiveAt(source, place),
        message: `branching on \`${path}\` couples the template to vendor identity strings — dispatch on a capability flag instead so the prompt stays correct as models and routing layers change`,
        hint: advice[path] ?? "",
      }),
    ),
  );
}

/** From `{{` to `}}`, as far as the directive is on one line. */
function directiveAt({ lines, text }: Source, { line, column }: Place): Span {
  const lineStart = lines.startOf(line);
  const before = Array.from(lines.textOf(line))
    .slice(0, column - 1)
    .join("");
  const start = Math.min(lineStart + before.length, text.length);
  const lineEnd = lineStart + lines.textOf(line).length;
  const close = text.indexOf("}}", start);
  return { start, end: close < 0 || close + 2 > lineEnd ? Math.max(start, lineEnd) : close + 2 };
}
