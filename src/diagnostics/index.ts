export { type Category, categories, categoryOf, type Phase, phaseOf } from "./categories.ts";
export { type DiagnosticDefinition, defineDiagnostic, diagnose } from "./define.ts";
export {
  compareDiagnostics,
  type Diagnostic,
  type Label,
  type Repair,
  type RepairSafety,
  type Severity,
  type TextEdit,
} from "./diagnostic.ts";
export { indentBefore, lineRemoval, restOfLine } from "./edits.ts";
export { type Frame, gutterFor, normalizePath, renderFrame } from "./frame.ts";
export { inOrder } from "./order.ts";
export { ansiPalette, type Palette, plainPalette } from "./palette.ts";
export {
  diagnosticToEditor,
  type EditorDiagnostic,
  type EditorEdit,
  type EditorFix,
  type EditorPosition,
  type EditorRange,
  fixForEditor,
} from "./render-editor.ts";
export { type DiagnosticJson, diagnosticToJson } from "./render-json.ts";
export { renderDiagnostic, renderDiagnostics } from "./render-terminal.ts";
export { repairOf, repairs } from "./repairs.ts";
