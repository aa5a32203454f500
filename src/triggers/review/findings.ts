import { isJsonObject, type Json, type JsonObject, sha256 } from "../../eventlog/index.ts";

const severities = ["blocking", "warning", "info"] as const;

export interface ReviewFinding extends JsonObject {
  readonly id: string;
  readonly severity: (typeof severities)[number];
  readonly category: string;
  readonly title: string;
  readonly detail: string;
  readonly suggestion: string | null;
  readonly file: string | null;
  readonly line_start: number | null;
  readonly line_end: number | null;
  readonly source: "llm" | "secret_scan";
}

/** What a model is to answer with. */
export const answerSchema: JsonObject = {
  type: "object",
  required: ["summary", "findings"],
  additionalProperties: false,
  properties: {
    summary: { type: "string" },
    findings: {
      type: "array",
      items: {
        type: "object",
        properties: {
          severity: { type: "string", enum: [...severities] },
          category: { type: "string" },
          title: { type: "string" },
          detail: { type: "string" },
          suggestion: { type: ["string", "null"] },
          file: { type: ["string", "null"] },
          line_start: { type: ["integer", "null"] },
          line_end: { type: ["integer", "null"] },
        },
      },
    },
  },
};

/** The findings of an answer, each once, with what it leaves out. Models call some fields by other names. */
export function findingsOf(answer: JsonObject): readonly ReviewFinding[] {
  const listed = Array.isArray(answer.findings) ? answer.findings.filter(isJsonObject) : [];
  return unique(listed.map(findingOf));
}

function findingOf(given: JsonObject): ReviewFinding {
  const severity = severities.find((each) => each === given.severity) ?? "warning";
  const title = textOf(given.title) ?? "Review finding";
  const start = lineOf(given.line_start) ?? lineOf(given.line);
  const end = lineOf(given.line_end) ?? start;
  const finding = {
    severity,
    category: textOf(given.category) ?? "general",
    title,
    detail: textOf(given.detail) ?? textOf(given.description) ?? textOf(given.body) ?? textOf(given.message) ?? title,
    suggestion: textOf(given.suggestion) ?? null,
    file: textOf(given.file) ?? textOf(given.path) ?? null,
    line_start: start,
    line_end: start !== null && end !== null && end < start ? null : end,
    source: "llm",
  } as const;
  const { suggestion: _, ...identity } = finding;
  return { ...finding, id: sha256(JSON.stringify(Object.values(identity))).slice(0, 16) };
}

function textOf(value: Json | undefined): string | undefined {
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" ? undefined : text;
}

function lineOf(value: Json | undefined): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}

/** What `secret_scan` found in a diff: each blocks. */
export function secretFindings(found: readonly JsonObject[]): readonly ReviewFinding[] {
  return found.map(({ detector, fingerprint, line, title }) => ({
    id: `secret-${String(fingerprint)}`,
    severity: "blocking",
    category: "security",
    title: String(title),
    detail: `What looks like a credential stands in line ${String(line)} (found by \`${String(detector)}\`).`,
    suggestion: "Take it out of the diff, and replace it where it is a real one.",
    file: null,
    line_start: lineOf(line),
    line_end: lineOf(line),
    source: "secret_scan",
  }));
}

/** The first of those that say the same. */
export function unique(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  return [...new Map([...findings].reverse().map((finding) => [finding.id, finding])).values()].reverse();
}

export function hasBlocking(findings: readonly ReviewFinding[]): boolean {
  return findings.some(({ severity }) => severity === "blocking");
}
