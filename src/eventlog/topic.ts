import { EventLogError } from "./error.ts";

/** A checked topic name. Make one with `topic()`. */
export type Topic = string & { readonly [topicBrand]: true };
declare const topicBrand: unique symbol;

/** A checked consumer id. Make one with `consumerId()`. */
export type ConsumerId = string & { readonly [consumerBrand]: true };
declare const consumerBrand: unique symbol;

const unsupported = /[^A-Za-z0-9._-]/;

export function topic(name: string): Topic {
  if (name === "") throw new EventLogError("invalid_topic", "topic cannot be empty");
  if (unsupported.test(name))
    throw new EventLogError("invalid_topic", `topic '${name}' contains unsupported characters`);
  return name as Topic;
}

/**
 * Replaces each character that a topic cannot hold with `_`. Two names may give the same result, so whoever needs the
 * name itself stores it in a header.
 */
export function sanitizeTopicComponent(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/gu, "_");
}

export function consumerId(name: string): ConsumerId {
  if (name.trim() === "") throw new EventLogError("invalid_consumer", "consumer id cannot be empty");
  return name as ConsumerId;
}
