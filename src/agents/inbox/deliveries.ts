// What a host, or a program beside a loop, has for the model of a session: a message, or a reminder. The loop takes it at the
// checkpoints that its mode names, in the order it came. What nobody took can be revoked.
import { list, record, textAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";

/**
 * `interrupt_immediate` drops the calls that are about to be made; `finish_step` waits for the end of the turn; `audit_only` is kept in
 * the transcript after the last turn, and no model sees it.
 */
export type DeliveryMode = "interrupt_immediate" | "finish_step" | "audit_only";

export type Delivery = { readonly id: string; readonly mode: DeliveryMode } & (
  | { readonly kind: "user"; readonly content: string }
  | { readonly kind: "reminder"; readonly reminder: DictValue }
);

type Fate = "delivered" | "revoked";
export type RevokeOutcome = "revoked" | "already_revoked" | "already_delivered" | "unknown";

interface Queue {
  waiting: Delivery[];
  readonly fates: Map<string, Fate>;
}

const modes: ReadonlyMap<string, DeliveryMode> = new Map([
  ["interrupt_immediate", "interrupt_immediate"],
  ["interrupt", "interrupt_immediate"],
  ["finish_step", "finish_step"],
  ["after_current_operation", "finish_step"],
  ["audit_only", "audit_only"],
]);

export function deliveryMode(word: string): DeliveryMode | undefined {
  return modes.get(word);
}

export const deliveryModes: readonly string[] = [...modes.keys()];

export class Deliveries {
  readonly #queues = new Map<string, Queue>();

  /** The session need not exist yet: its loop finds what came before it. */
  push(sessionId: string, delivery: Delivery): void {
    const queue: Queue = this.#queues.get(sessionId) ?? { waiting: [], fates: new Map() };
    this.#queues.set(sessionId, queue);
    queue.waiting.push(delivery);
  }

  /** Takes what waits in one of the modes, oldest first. */
  take(sessionId: string, wanted: readonly DeliveryMode[]): readonly Delivery[] {
    const queue = this.#queues.get(sessionId);
    if (queue === undefined || queue.waiting.length === 0) return [];
    const taken = queue.waiting.filter(({ mode }) => wanted.includes(mode));
    queue.waiting = queue.waiting.filter(({ mode }) => !wanted.includes(mode));
    for (const { id } of taken) queue.fates.set(id, "delivered");
    return taken;
  }

  pending(sessionId: string): readonly Delivery[] {
    return [...(this.#queues.get(sessionId)?.waiting ?? [])];
  }

  /** Takes one back before the loop has it. */
  revoke(sessionId: string, id: string): RevokeOutcome {
    const queue = this.#queues.get(sessionId);
    const fate = queue?.fates.get(id);
    if (fate !== undefined) return fate === "revoked" ? "already_revoked" : "already_delivered";
    const at = queue?.waiting.findIndex((each) => each.id === id) ?? -1;
    if (queue === undefined || at < 0) return "unknown";
    queue.waiting.splice(at, 1);
    queue.fates.set(id, "revoked");
    return "revoked";
  }

  /** The session has ended. */
  clear(sessionId: string): void {
    this.#queues.delete(sessionId);
  }
}

/** What waits for a session, as programs and clients see it. */
export function pendingDict(waiting: readonly Delivery[]): DictValue {
  const injections = waiting.map((each) => {
    const { id, mode, kind } = each;
    return each.kind === "user"
      ? record({ kind, id, mode, messageId: id, content: each.content })
      : record({ kind, id, mode, reminderId: id, body: textAt(each.reminder, "body") ?? "" });
  });
  return record({ injections: list(injections), pendingCount: injections.length });
}
