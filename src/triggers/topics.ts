import { sanitizeTopicComponent, type Topic, topic } from "../eventlog/index.ts";

export const eventsTopic = topic("triggers.events");
export const lifecycleTopic = topic("triggers.lifecycle");
export const attemptsTopic = topic("trigger.attempts");
export const deadLetterTopic = topic("trigger.dlq");
export const claimsOfInboxTopic = topic("trigger.inbox.claims");
/** Where older logs mix envelopes and claims; predicates still keep the answers of models here. */
export const legacyInboxTopic = topic("trigger.inbox");
export const actionGraphTopic = topic("observability.action_graph");

/** The tenant's own copy of a topic, for an event that belongs to one. */
export function tenantTopic(base: Topic, tenantId: string | null): Topic {
  return tenantId === null ? base : topic(`tenant.${sanitizeTopicComponent(tenantId)}.${base}`);
}
