import { structuralText, type Value } from "../../value/index.ts";
import type { ActiveLog } from "../active-log.ts";
import type { LogEvent } from "../event.ts";
import { EventIndex } from "../event-index.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { sha256 } from "../sha256.ts";
import { sanitizeTopicComponent, type Topic, topic } from "../topic.ts";
import { jsonOfValue } from "../value-json.ts";

const completedKind = "step.run.completed";
const identityHeader = "step_identity";

/** One call of `step.run`, told apart from all others: the n-th of its key, for these inputs. */
export interface Step {
  readonly namespace: string;
  readonly key: string;
  readonly sequence: number;
  readonly input: Value;
  readonly inputsHash: string;
  readonly identity: string;
}

/** What is known of a step that was finished, by this run or an earlier one. */
export interface FinishedStep extends JsonObject {
  readonly namespace: string;
  readonly key: string;
  readonly sequence: number;
  readonly deterministic_inputs_hash: string;
}

const byIdentity = new EventIndex((event) => event.headers[identityHeader]);

/**
 * Results of steps that outlive the run. The same program finds its n-th call of a key again by that number and by the inputs,
 * so a run that begins anew passes over what is done; a step whose handler failed is done by nobody.
 */
export class Steps {
  readonly #log: ActiveLog;
  readonly #now: () => number;
  readonly #sequences = new Map<string, number>();
  /** Where steps without a namespace of their own belong: the program. */
  readonly defaultNamespace: string;

  constructor(log: ActiveLog, now: () => number, defaultNamespace: string) {
    this.#log = log;
    this.#now = now;
    this.defaultNamespace = defaultNamespace;
  }

  /** The next call of the key, also if an earlier one failed. */
  next(namespace: string, key: string, input: Value): Step {
    const counter = JSON.stringify([namespace, key]);
    const sequence = (this.#sequences.get(counter) ?? 0) + 1;
    this.#sequences.set(counter, sequence);
    const inputsHash = `sha256:${sha256(structuralText(input))}`;
    const identity = `sha256:${sha256([namespace, key, sequence, inputsHash].join("\0"))}`;
    return { namespace, key, sequence, input, inputsHash, identity };
  }

  /** The recorded result, if there is one. */
  async result({ namespace, identity }: Step): Promise<{ readonly value: Json } | undefined> {
    const [event] = await byIdentity.find(this.#log.getOrCreate(), topicOf(namespace), identity);
    const payload = event?.kind === completedKind ? event.exactPayload() : null;
    return isJsonObject(payload) ? { value: payload.result ?? null } : undefined;
  }

  /** Puts the result on record; the first one stays. */
  async finish({ namespace, key, sequence, input, inputsHash, identity }: Step, result: Value): Promise<void> {
    await this.#log.getOrCreate().appendIdempotent(topicOf(namespace), identityHeader, identity, {
      kind: completedKind,
      payload: {
        schema: "harn.step.run.v0",
        namespace,
        key,
        sequence,
        deterministic_inputs_hash: inputsHash,
        input: jsonOfValue(input),
        result: jsonOfValue(result),
      },
      headers: {
        [identityHeader]: identity,
        step_key_hash: sha256(key),
        step_deterministic_inputs_hash: inputsHash,
      },
      occurredAtMs: this.#now(),
    });
  }

  /** Finished steps of a namespace, in the order in which they were. Namespaces that share a topic are told apart. */
  async finished(namespace: string): Promise<readonly FinishedStep[]> {
    const events = await this.#log.getOrCreate().readRange(topicOf(namespace), undefined, Number.MAX_SAFE_INTEGER);
    return events.flatMap((event) => finishedStep(event, namespace) ?? []);
  }
}

function topicOf(namespace: string): Topic {
  return topic(`step.run.${sanitizeTopicComponent(namespace)}`);
}

function finishedStep(event: LogEvent, namespace: string): FinishedStep | undefined {
  const payload = event.kind === completedKind ? event.exactPayload() : null;
  if (!isJsonObject(payload) || payload.namespace !== namespace) return undefined;
  const { key, sequence, deterministic_inputs_hash: inputsHash } = payload;
  if (typeof key !== "string" || typeof sequence !== "number" || typeof inputsHash !== "string") return undefined;
  return {
    namespace,
    key,
    sequence,
    deterministic_inputs_hash: inputsHash,
    event_id: event.id,
    occurred_at_ms: event.occurredAtMs,
    result: payload.result ?? null,
  };
}
