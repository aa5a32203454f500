import type { CallContext, Outcome } from "../builtin/index.ts";
import type { Json } from "../eventlog/index.ts";
import { runtimeError, type Value } from "../value/index.ts";
import { RunRecordError } from "./error.ts";
import type { RunNotes } from "./friction.ts";
import type { SourceCall } from "./handoff-effects.ts";
import type { RouteManifest } from "./handoff-routes.ts";
import { recordServicesKey } from "./key.ts";
import { ShapeError } from "./schema/codec.ts";
import type { RecordServices } from "./services.ts";

/** What the builtins of this room need beside: what the run notes, and how TOML is read. */
export interface BuiltinServices extends RecordServices {
  readonly notes: RunNotes;
  readonly readToml: (text: string) => Json;
  /** What the project says of handoff routes; undefined where there is no project. */
  readonly routeManifest: () => RouteManifest | undefined;
  /** The calls in a text of Harn. Throws where it does not parse. */
  readonly sourceCalls: (source: string) => readonly SourceCall[];
}

/** A builtin's answer, with the mistakes of records as errors that a program can catch. */
export function now(context: CallContext, read: (services: BuiltinServices) => Value): Outcome {
  try {
    return read(context.service(recordServicesKey));
  } catch (error) {
    throw faultOf(error);
  }
}

/** The same for an answer that takes time. */
export function later(context: CallContext, work: (services: BuiltinServices) => Promise<Value>): Outcome {
  const services = context.service(recordServicesKey);
  return context.async(async () => {
    try {
      return await work(services);
    } catch (error) {
      throw faultOf(error);
    }
  });
}

function faultOf(error: unknown): unknown {
  return error instanceof RunRecordError || error instanceof ShapeError ? runtimeError(error.message) : error;
}
