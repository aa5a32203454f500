/** What could be repaired in a file, and by which edits. */
import { type Diagnostic, inOrder, type Repair, repairOf, type TextEdit } from "../../diagnostics/index.ts";
import { format, wouldReformatCode } from "../../format/index.ts";
import { disabledRules, preflight } from "../../lint/index.ts";
import { standardCatalog } from "../../program/index.ts";
import type { FunctionDeclaration } from "../../syntax/index.ts";
import type { Source } from "../../text/index.ts";
import { check } from "../../types/index.ts";
import { type LintRun, type LoadedFile, lintFile } from "../analysis/loaded-file.ts";
import { type PreflightFlags, preflightHost } from "../analysis/preflight.ts";
import { type HarnessThreading, HarnessThreads, type SignatureChange } from "./harness-threading.ts";

export interface PlannedRepair {
  readonly diagnostic: Diagnostic;
  readonly repair: Repair;
  /** Empty where a person has to do it. */
  readonly edits: readonly TextEdit[];
  /** Functions that get another signature by it. */
  readonly changes?: readonly SignatureChange[];
}

const noFlags: PreflightFlags = { severity: undefined, capabilitiesFile: undefined, bundleRoot: undefined };

/** Every finding that has advice, in the order of the text; laying the whole file out comes last. */
export function planRepairs(
  file: LoadedFile,
  imported: LintRun["imported"],
  threading: HarnessThreading,
): readonly PlannedRepair[] {
  const { source, manifest } = file;
  const disabled = disabledRules(manifest?.manifest.lint.disabled ?? []);
  const ambientStdio = manifest?.manifest.check.ambientStdio ?? "warn";
  const found = inOrder([
    ...check(file.graph, standardCatalog, { ambientStdio }).filter(
      ({ rule, source: place }) => place.path === source.path && (rule === undefined || !disabled.has(rule)),
    ),
    ...lintFile(file, { disabled: [...disabled], imported }),
    ...preflight(file.graph.entry, preflightHost(manifest, noFlags)).filter(({ fix }) => fix !== undefined),
  ]);
  const threads = threading === "thread-params" ? new HarnessThreads(file.graph.entry) : undefined;
  const planned = found.flatMap((diagnostic): PlannedRepair[] => {
    const threaded = isAmbient(diagnostic) ? threads?.repairOf(diagnostic) : undefined;
    if (threaded) return [{ diagnostic, ...threaded }];
    const repair = repairOf(diagnostic.code);
    return repair === undefined ? [] : [{ diagnostic, repair, edits: editsOf(diagnostic, file) }];
  });
  const layout = reformatting(source, file);
  return layout === undefined ? planned : [...planned, layout];
}

/** A capability that is called by its older ambient name. */
export function isAmbient({ code }: Diagnostic): boolean {
  return /^HARN-LNT-05[2-7]$/.test(code);
}

function editsOf(diagnostic: Diagnostic, { graph }: LoadedFile): readonly TextEdit[] {
  if (diagnostic.code !== "HARN-NAM-101") return diagnostic.fix ?? [];
  const main = graph.entry.program.items.find(
    (item): item is FunctionDeclaration => item.kind === "function" && item.name.text === "main",
  );
  return main === undefined ? [] : harnessParameter(main, graph.entry.source);
}

/** `fn main()` becomes `fn main(harness: Harness)`. With other parameters a person has to say what becomes of them. */
function harnessParameter({ name, params }: FunctionDeclaration, { text }: Source): readonly TextEdit[] {
  const [only, ...more] = params;
  if (only === undefined) {
    const at = text.indexOf("(", name.span.end) + 1;
    return [{ span: { start: at, end: at }, text: "harness: Harness" }];
  }
  const isHarness = more.length === 0 && (only.name.text === "harness" || only.name.text === "_harness");
  return isHarness ? [{ span: only.span, text: `${only.name.text}: Harness` }] : [];
}

function reformatting(source: Source, { manifest }: LoadedFile): PlannedRepair | undefined {
  const repair = repairOf(wouldReformatCode);
  const formatted = format(source, manifest?.manifest.format);
  if (repair === undefined || formatted.kind !== "formatted" || formatted.text === source.text) return undefined;
  const span = { start: 0, end: source.text.length };
  const diagnostic: Diagnostic = {
    code: wouldReformatCode,
    severity: "warning",
    message: "would be reformatted",
    source,
    span,
  };
  return { diagnostic, repair, edits: [{ span, text: formatted.text }] };
}

export function isLayout({ diagnostic }: PlannedRepair): boolean {
  return diagnostic.code === wouldReformatCode;
}

/** The repairs that change what another one changes. Laying out is done on what the others leave, and collides with none. */
export function conflictsOf(repair: PlannedRepair, all: readonly PlannedRepair[]): readonly number[] {
  if (isLayout(repair)) return [];
  return [...all.entries()]
    .filter(([, other]) => other !== repair && !isLayout(other) && collide(repair, other))
    .map(([index]) => index);
}

export function collide(one: PlannedRepair, other: PlannedRepair): boolean {
  return one.edits.some((a) =>
    other.edits.some(
      (b) => a !== b && (a.span.start === b.span.start || (a.span.start < b.span.end && b.span.start < a.span.end)),
    ),
  );
}
