import type { JsonObject } from "../../eventlog/index.ts";
import { BuiltinValue, Closure, type DictValue, type Value } from "../../value/index.ts";

/** What a trigger does with an event. */
export type Handler =
  | { readonly kind: "local"; readonly closure: Value; readonly text: string }
  | { readonly kind: "worker"; readonly queue: string }
  | { readonly kind: "a2a"; readonly target: string; readonly allowsCleartext: boolean }
  | { readonly kind: "persona"; readonly name: string }
  | { readonly kind: "spawn_to_pool"; readonly config: DictValue; readonly pool: string }
  | { readonly kind: "reminder_inject"; readonly config: DictValue }
  | { readonly kind: "interrupt_and_suspend"; readonly config: DictValue }
  | { readonly kind: "auto_resume"; readonly workerId: string };

export type HandlerKind = Handler["kind"];

/** Where the handler is, as records name it. */
export function targetUri(handler: Handler): string {
  switch (handler.kind) {
    case "local":
      return handler.text;
    case "worker":
      return `worker://${handler.queue}`;
    case "a2a":
      return `a2a://${handler.target}`;
    case "persona":
      return `persona://${handler.name}`;
    case "spawn_to_pool":
      return `pool://${handler.pool}`;
    case "reminder_inject":
      return `reminder_inject://${reminderTarget(handler.config.get("target") ?? null)}`;
    case "interrupt_and_suspend":
      return `interrupt_and_suspend://${suspendScope(handler.config.get("target_agents") ?? null)}`;
    case "auto_resume":
      return `auto_resume://${handler.workerId}`;
  }
}

function reminderTarget(target: Value): string {
  if (target === null) return "current";
  if (target instanceof Closure || target instanceof BuiltinValue) return "closure";
  if (typeof target !== "string") return "current";
  return target === "current" || target === "parent" ? target : `concrete/${target}`;
}

function suspendScope(targets: Value): string {
  if (targets === null) return "all";
  if (targets instanceof Closure) return "closure";
  if (typeof targets === "string") return targets === "all" ? "all" : "ids/1";
  return typeof targets === "object" && targets.kind === "list" ? `ids/${targets.view().length}` : "all";
}

/** Where a handler runs and who is trusted there, for records and graphs. */
export function dispatchMetadata(handler: Handler): JsonObject {
  switch (handler.kind) {
    case "worker":
      return {
        execution_location: "queued",
        trust_boundary: "event_log_worker_queue",
        queue_name: handler.queue,
      };
    case "a2a":
      return { execution_location: "remote", trust_boundary: "federated_agent" };
    default:
      return { execution_location: "in_process", trust_boundary: "local_process" };
  }
}

/** How a definition's fingerprint names its handler. */
export function handlerFingerprint(handler: Handler): JsonObject {
  switch (handler.kind) {
    case "local":
      return { kind: "local", raw: handler.text };
    case "worker":
      return { kind: "worker", queue: handler.queue };
    case "a2a":
      return { kind: "a2a", target: handler.target, allow_cleartext: handler.allowsCleartext };
    case "persona":
      return { kind: "persona", name: handler.name };
    case "auto_resume":
      return { kind: "auto_resume", worker_id: handler.workerId };
    default:
      return { kind: handler.kind, target: targetUri(handler) };
  }
}

export class HandlerUriError extends Error {
  override readonly name = "HandlerUriError";
}

/** A handler that is named by text: a URI, or a function of the program. */
export function parseHandlerUri(uri: string): {
  readonly scheme: "local" | "worker" | "a2a" | "persona";
  readonly rest: string;
} {
  const given = uri.trim();
  if (given === "") throw new HandlerUriError("handler URI cannot be empty");
  const at = given.indexOf("://");
  if (at < 0) return { scheme: "local", rest: given };
  const [scheme, rest] = [given.slice(0, at), given.slice(at + 3)];
  if (scheme !== "worker" && scheme !== "a2a" && scheme !== "persona")
    throw new HandlerUriError(`unsupported handler URI scheme '${scheme}'`);
  if (rest.trim() === "") throw new HandlerUriError(`${scheme} handler URI target cannot be empty`);
  return { scheme, rest };
}
