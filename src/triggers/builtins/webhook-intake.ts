import { type Builtin, type CallContext, declare, type Outcome, rest, t } from "../../builtin/index.ts";
import {
  EventLogError,
  type Json,
  parseTimestamp,
  timestampProblem,
  topic,
  valueOfJson,
} from "../../eventlog/index.ts";
import { BytesValue, DictValue, isInt, runtimeError, show, typeName, type Value } from "../../value/index.ts";
import {
  type Delivery,
  intakeJson,
  type WebhookIntake,
  WebhookIntakeError,
  type WebhookIntakes,
} from "../intake/webhook-intakes.ts";
import { triggerService } from "../key.ts";
import type { TriggerService } from "../service.ts";

const triggers = declare("triggers");

type Given = Value | undefined;
type Body = (intakes: WebhookIntakes, service: TriggerService, ...args: Given[]) => Json | Promise<Json>;

function builtin(
  name: string,
  summary: string,
  returns: typeof t.dict | typeof t.list | typeof t.bool,
  body: Body,
): Builtin {
  return triggers({
    name,
    summary,
    params: [rest("args", t.any)],
    returns,
    effect: "state",
    lenient: true,
    run: (context: CallContext, ...args: Given[]): Outcome =>
      context.async(async () => {
        const service = context.service(triggerService);
        try {
          return valueOfJson(await body(service.intakes, service, ...args));
        } catch (error) {
          throw error instanceof WebhookIntakeError ? runtimeError(`webhook_intake: ${error.message}`) : error;
        }
      }),
  });
}

export const webhookIntakeBuiltins: readonly Builtin[] = [
  builtin(
    "webhook_intake_register",
    "Open an intake for signed webhooks, whose deliveries go to a topic.",
    t.dict,
    (intakes, { uuid }, config) =>
      intakeJson(intakes.register(readIntake(dictAt(config, "webhook_intake_register", 1), uuid))),
  ),
  builtin(
    "webhook_intake_feed",
    "Hand a delivery to an intake: accepted, duplicate or rejected.",
    t.dict,
    (intakes, _service, id, request) =>
      intakes.feed(idAt(id, "webhook_intake_feed"), readDelivery(dictAt(request, "webhook_intake_feed", 2), intakes)),
  ),
  builtin(
    "webhook_intake_recent",
    "The last deliveries that an intake accepted.",
    t.list,
    (intakes, _service, id, limit) => intakes.recent(idAt(id, "webhook_intake_recent"), limitOf(limit)),
  ),
  builtin("webhook_intake_list", "The intakes that are open.", t.list, (intakes) => intakes.list()),
  builtin("webhook_intake_deregister", "Close an intake; false when there is none.", t.bool, (intakes, _service, id) =>
    intakes.deregister(idAt(id, "webhook_intake_deregister")),
  ),
];

function dictAt(value: Given, name: string, position: number): DictValue {
  if (value instanceof DictValue) return value;
  if (value === undefined) throw runtimeError(`${name}: missing dict argument at position ${position}`);
  throw runtimeError(`${name}: expected dict argument at position ${position}, got ${typeName(value)}`);
}

function idAt(value: Given, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw runtimeError(`${name}: missing string argument \`intake_id\``);
}

function limitOf(value: Given): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (isInt(value) && value >= 0) return Number(value);
  throw runtimeError(`webhook_intake_recent: limit must be a non-negative int, got ${typeName(value)}`);
}

const day = 24 * 3600;

function readIntake(config: DictValue, uuid: () => string): WebhookIntake {
  const refuse = (problem: string): never => {
    throw runtimeError(`webhook_intake_register: ${problem}`);
  };
  const optional = (key: string): string | undefined => {
    const value = config.get(key) ?? null;
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const needed = (key: string): string => optional(key) ?? refuse(`missing string field \`${key}\``);
  const signatureHeader = needed("signature_header").toLowerCase();
  const deliveryIdHeader = needed("delivery_id_header").toLowerCase();
  const name = needed("topic");
  const allowsSha1 = config.get("allow_legacy_sha1") === true;
  const algorithm = optional("algorithm") ?? "sha256";
  if (algorithm !== "sha256" && algorithm !== "sha1")
    return refuse(`unsupported algorithm \`${algorithm}\`, expected sha256`);
  if (algorithm === "sha1" && !allowsSha1)
    refuse("algorithm `sha1` is legacy; set `allow_legacy_sha1: true` to verify HMAC-SHA1 signatures");
  const encoding = optional("signature_encoding") ?? "hex";
  if (encoding !== "hex" && encoding !== "base64")
    return refuse(`unsupported signature_encoding \`${encoding}\`, expected hex or base64`);
  const prefix = config.get("signature_prefix") ?? null;
  if (prefix !== null && typeof prefix !== "string")
    return refuse(`signature_prefix must be a string or nil, got ${typeName(prefix)}`);
  const seconds = config.get("dedupe_ttl_seconds") ?? day;
  if (!isInt(seconds) || seconds < 1) return refuse(`dedupe_ttl_seconds must be a positive int, got ${show(seconds)}`);
  return {
    id: optional("id") ?? `webhook_intake_${uuid()}`,
    path: optional("path"),
    topic: topicNamed(name),
    secret: secretOf(config.get("secret") ?? null, refuse),
    signatureHeader,
    signaturePrefix: prefix ?? `${algorithm}=`,
    signatureEncoding: encoding,
    algorithm,
    allowsSha1,
    deliveryIdHeader,
    dedupeSeconds: Number(seconds),
  };
}

function topicNamed(name: string): WebhookIntake["topic"] {
  try {
    return topic(name);
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    throw new WebhookIntakeError(`intake config: invalid topic: ${error.message}`);
  }
}

function secretOf(value: Value, refuse: (problem: string) => never): Uint8Array {
  if (value instanceof BytesValue) return value.bytes;
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (value === null) return refuse("missing `secret` (string or bytes)");
  return refuse(`\`secret\` must be a string or bytes, got ${typeName(value)}`);
}

function readDelivery(request: DictValue, intakes: WebhookIntakes): Delivery {
  const refuse = (problem: string): never => {
    throw runtimeError(`webhook_intake_feed: ${problem}`);
  };
  const headers = request.get("headers") ?? null;
  if (headers !== null && !(headers instanceof DictValue))
    return refuse(`headers must be a dict, got ${typeName(headers)}`);
  const body = request.get("body") ?? "";
  if (typeof body !== "string" && !(body instanceof BytesValue))
    return refuse(`body must be string or bytes, got ${typeName(body)}`);
  const receivedAt = request.get("received_at") ?? null;
  if (receivedAt !== null && typeof receivedAt !== "string")
    return refuse(`received_at must be a string, got ${typeName(receivedAt)}`);
  if (receivedAt !== null && parseTimestamp(receivedAt) === undefined)
    refuse(`received_at must be RFC3339, got \`${receivedAt}\`: ${timestampProblem(receivedAt)}`);
  const path = request.get("path") ?? null;
  return {
    headers: Object.fromEntries([...(headers?.entries() ?? [])].map(([name, value]) => [name, show(value)])),
    body: typeof body === "string" ? new TextEncoder().encode(body) : body.bytes,
    path: typeof path === "string" ? path : undefined,
    receivedAt: receivedAt ?? intakes.now,
  };
}
