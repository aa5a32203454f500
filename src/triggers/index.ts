export {
  type AutonomyTier,
  type Binding,
  bindingSnapshot,
  type TriggerSpec,
} from "./bindings/binding.ts";
export { readRegistration } from "./bindings/registration.ts";
export { RegistryError } from "./bindings/registry.ts";
export { triggerCatalog } from "./catalog.ts";
export type { DeadLetter } from "./dead-letters.ts";
export { CancelRequests } from "./dispatch/cancel-requests.ts";
export type { Dispatch } from "./dispatch/dispatch-log.ts";
export { HandlerRefused } from "./dispatch/handler-failure.ts";
export { type HandlerPorts, HandlerScope } from "./dispatch/handlers.ts";
export { type DispatchOutcome, outcomeJson } from "./dispatch/outcome.ts";
export { eventJson, eventValue, readEvent, type TriggerEvent, TriggerEventError } from "./events/event.ts";
export { syntheticEvent } from "./events/synthetic.ts";
export { triggerService } from "./key.ts";
export { lineageJson, newAuditId, recordOperation } from "./operations/audit.ts";
export { type Backlog, backlogOf, recentDispatches, resumeWaiting, strandedEnvelopes } from "./operations/backlog.ts";
export { filterExpression } from "./operations/filter.ts";
export { isCancellable, type Lineage, lineageViews, readLineages } from "./operations/lineage.ts";
export type { BudgetStanding, Spending } from "./personas/budget.ts";
export { frameOf, type PersonaFrame } from "./personas/feed.ts";
export { type Persona, templateOf } from "./personas/persona.ts";
export type { PersonaProblem } from "./personas/persona-table.ts";
export { commonTools, PersonaManifestError, readPersonas } from "./personas/read-personas.ts";
export type { PersonaStatus } from "./personas/status.ts";
export { BudgetExhausted, PersonaSupervisor, type WorkReceipt } from "./personas/supervisor.ts";
export { type SchedulerSettings, schedulerSettings } from "./queue/scheduler.ts";
export { type ClaimedJob, WorkerQueue, WorkerQueueError } from "./queue/worker-queue.ts";
export { type FiredDispatch, TriggerService, type TriggerServiceOptions, UnknownEventError } from "./service.ts";
export type { CorrectionScope } from "./trust/corrections.ts";
export {
  groupedByTrace,
  type TrustFilters,
  type TrustRecord,
  type TrustScore,
} from "./trust/trust-graph.ts";
