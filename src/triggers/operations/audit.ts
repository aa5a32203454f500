import { type JsonObject, rfc3339, topic } from "../../eventlog/index.ts";
import type { TriggerService } from "../service.ts";
import type { Lineage } from "./lineage.ts";

const auditTopic = topic("trigger.operations.audit");

export interface BulkOperation {
  readonly id: string;
  readonly operation: "replay" | "cancel";
  readonly by: string;
  readonly filter: string | undefined;
  readonly isDryRun: boolean;
  readonly items: readonly JsonObject[];
}

export function newAuditId(service: TriggerService): string {
  return `trigger_audit_${service.uuid()}`;
}

/** Puts on record who did what to which events. */
export function recordOperation(
  service: TriggerService,
  { id, operation, by, filter, isDryRun, items }: BulkOperation,
): void {
  service.log.getOrCreate().append(auditTopic, {
    kind: "trigger_operation_audit",
    payload: {
      id,
      operation,
      requested_by: by,
      requested_at: rfc3339(service.now),
      filter: filter ?? null,
      dry_run: isDryRun,
      items,
    },
    headers: { audit_id: id, operation },
  });
}

/** How reports name a lineage. */
export function lineageJson({ bindingId, bindingKey, bindingVersion, eventId, status }: Lineage): JsonObject {
  return {
    event_id: eventId,
    binding_id: bindingId,
    binding_version: bindingVersion,
    binding_key: bindingKey,
    latest_status: status,
  };
}
