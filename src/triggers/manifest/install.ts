import { Closure, type Value } from "../../value/index.ts";
import type { FlowControl, TriggerSpec } from "../bindings/binding.ts";
import type { Handler } from "../bindings/handler.ts";
import type { TriggerService } from "../service.ts";
import type { ManifestFlow } from "./flow.ts";
import type { FunctionName, ManifestHandler, ManifestTrigger } from "./trigger.ts";

/** The project's code, as far as its manifest speaks of it. */
export interface ManifestCode {
  /** The exported function of that name; undefined when there is none. */
  function(named: FunctionName): Value | undefined;
  /** A function of the event that gives what the expression says. */
  expression(text: string): Value;
}

/** Makes the manifest's triggers those of the runtime: unchanged ones keep their versions, over processes as well. */
export async function installManifest(
  service: TriggerService,
  triggers: readonly ManifestTrigger[],
  code: ManifestCode,
): Promise<void> {
  await service.registry.recall();
  service.registry.install(triggers.map((trigger) => specOf(trigger, code)));
}

function specOf(trigger: ManifestTrigger, code: ManifestCode): TriggerSpec {
  const { spec, when, flow } = trigger;
  return {
    ...spec,
    handler: handlerOf(trigger.handler, trigger, code),
    when: when === undefined ? null : functionOf(when, "when predicate", trigger, code),
    flowControl: flowOf(flow, trigger, code),
  };
}

function handlerOf(handler: ManifestHandler, trigger: ManifestTrigger, code: ManifestCode): Handler {
  if (handler.kind !== "function") return handler;
  const closure = functionOf(handler.function, "handler", trigger, code);
  return { kind: "local", closure, text: handler.function.text };
}

function functionOf(named: FunctionName, role: string, { refuse }: ManifestTrigger, code: ManifestCode): Value {
  const found = code.function(named);
  return found instanceof Closure ? found : refuse(`${role} '${named.text}' is not exported by the resolved module`);
}

/** Keys count by an expression over `event`; a plain path needs no code. */
function flowOf(flow: ManifestFlow, { ranking }: ManifestTrigger, code: ManifestCode): FlowControl {
  const keyOf = (text: string | undefined): Value => {
    if (text === undefined) return null;
    return isPath(text) ? text : code.expression(text);
  };
  const keyed = <T extends { readonly key: string | undefined }>(
    part: T,
  ): Omit<T, "key"> & { readonly key: Value } => ({
    ...part,
    key: keyOf(part.key),
  });
  const { batch, concurrency, debounce, rateLimit, singleton, throttle } = flow;
  return {
    ...(batch && { batch: keyed(batch) }),
    ...(debounce && { debounce: keyed(debounce) }),
    ...(rateLimit && { rateLimit: keyed(rateLimit) }),
    ...(throttle && { throttle: keyed(throttle) }),
    ...(singleton && { singleton: keyed(singleton) }),
    ...(concurrency && {
      concurrency: {
        ...keyed(concurrency),
        ...(ranking && { ranking: { key: keyOf(ranking.key), order: ranking.order } }),
      },
    }),
  };
}

function isPath(text: string): boolean {
  return /^event(?:\.[A-Za-z_]\w*)+$/.test(text);
}

/** The expressions that have to become code, each with the setting that it stands in. */
export function expressionsOf({
  flow,
  ranking,
}: ManifestTrigger): readonly (readonly [setting: string, text: string])[] {
  const settings: readonly (readonly [string, string | undefined])[] = [
    ["batch.key", flow.batch?.key],
    ["debounce.key", flow.debounce?.key],
    ["rate_limit.key", flow.rateLimit?.key],
    ["throttle.key", flow.throttle?.key],
    ["singleton.key", flow.singleton?.key],
    ["concurrency.key", flow.concurrency?.key],
    ["priority.key", ranking?.key],
  ];
  return settings.flatMap(([setting, text]) => (text === undefined || isPath(text) ? [] : [[setting, text] as const]));
}
