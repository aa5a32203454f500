/** The families of codes, in the order of the catalogue, and which stage reports them. */

/** The stage that finds something, as JSON output names it. */
export type Phase = "lexer" | "parser" | "type" | "lint" | "preflight" | "format" | "runtime";

export interface Category {
  readonly name: string;
  readonly title: string;
  readonly phase: Phase;
}

export const categories: readonly Category[] = [
  { name: "TYP", title: "Type checker", phase: "type" },
  { name: "PAR", title: "Parser / lexer", phase: "parser" },
  { name: "NAM", title: "Naming and resolution", phase: "type" },
  { name: "CAP", title: "Capabilities", phase: "type" },
  { name: "LLM", title: "LLM calls", phase: "type" },
  { name: "ORC", title: "Orchestration constructs", phase: "type" },
  { name: "STD", title: "Stdlib usage", phase: "type" },
  { name: "PRM", title: "Prompt templates", phase: "preflight" },
  { name: "MOD", title: "Modules and exports", phase: "preflight" },
  { name: "RMD", title: "Reminder lifecycle", phase: "runtime" },
  { name: "SUS", title: "Suspend / resume lifecycle", phase: "runtime" },
  { name: "LNT", title: "Lint rules", phase: "lint" },
  { name: "FMT", title: "Formatter", phase: "format" },
  { name: "IMP", title: "Import resolution", phase: "preflight" },
  { name: "OWN", title: "Ownership and mutability", phase: "type" },
  { name: "RCV", title: "Error recovery", phase: "type" },
  { name: "MAT", title: "Match exhaustiveness", phase: "type" },
  { name: "POL", title: "Runtime policies", phase: "runtime" },
  { name: "MET", title: "Compile-time meta restrictions", phase: "type" },
  { name: "CST", title: "Const-eval sandbox", phase: "type" },
];

/** Codes that another stage reports than the rest of their category. */
const exceptions: ReadonlyMap<string, Phase> = new Map<string, Phase>([
  ...phases("lexer", "PAR-003 PAR-004 PAR-005"),
  ...phases("preflight", "CAP-005 CAP-006 CAP-007 CAP-301 ORC-005 ORC-010 STD-001"),
  ...phases("lint", "RMD-003 RMD-004 RMD-007 STD-101"),
  ...phases("runtime", "CAP-201"),
  ...phases("type", "LNT-051"),
]);

function phases(phase: Phase, codes: string): [string, Phase][] {
  return codes.split(" ").map((code) => [`HARN-${code}`, phase]);
}

/** The category of `HARN-PAR-001` is `PAR`. */
export function categoryOf(code: string): Category | undefined {
  const name = code.split("-")[1];
  return categories.find((category) => category.name === name);
}

/** A finding without a code comes from a stage that has none: preflight. */
export function phaseOf(code: string): Phase {
  return exceptions.get(code) ?? categoryOf(code)?.phase ?? "preflight";
}
