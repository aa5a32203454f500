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
