import { type CallContext, type CatalogPart, declare, opt, rest, t } from "../../builtin/index.ts";
import {
  BuiltinValue,
  Closure,
  DictValue,
  ListValue,
  runtimeError,
  typeError,
  typeName,
  type Value,
} from "../../value/index.ts";
import { logFault } from "../event-stream.ts";
import { valueOfJson } from "../value-json.ts";
import { stepsKey } from "./key.ts";
import type { Steps } from "./steps.ts";

export { Steps } from "./steps.ts";

const steps = declare("durable-step");

interface StepArguments {
  readonly key: string;
  readonly input: Value;
  readonly handler: Closure | BuiltinValue;
  readonly namespace: string | undefined;
}

const run = steps({
  name: "step.run",
  summary:
    "Give a step's recorded result, or run its handler and put the result on record: `(key, input?, handler, options?)`.",
  params: [rest("args", t.any)],
  effect: "state",
  lenient: true,
  run(context, ...args) {
    const given = stepArguments(args);
    return context.async(() => faultsOfLog(() => runStep(context, given)));
  },
});

const inspect = steps({
  name: "step.inspect",
  summary: "The finished steps of the program, or of a namespace, in order.",
  params: [opt("namespace_or_options", t.nilable(t.union(t.string, t.dict)))],
  returns: t.list,
  effect: "state",
  run(context, given) {
    const service = context.service(stepsKey);
    const namespace = typeof given === "string" ? given : namespaceOption("step.inspect", given ?? null);
    return context.async(() =>
      faultsOfLog(async () => {
        const finished = await service.finished(namespace ?? service.defaultNamespace);
        return new ListValue(finished.map(valueOfJson));
      }),
    );
  },
});

/** Durable steps: `step.run` and `step.inspect`. */
export const stepCatalog: CatalogPart = { builtins: [run, inspect] };

async function runStep(context: CallContext, { key, input, handler, namespace }: StepArguments): Promise<Value> {
  const service: Steps = context.service(stepsKey);
  const step = service.next(namespace ?? service.defaultNamespace, key, input);
  const known = await service.result(step);
  if (known !== undefined) return valueOfJson(known.value);
  const takesInput = !(handler instanceof Closure) || handler.code.params.length > 0;
  const result = await context.callAsync(handler, takesInput ? [input] : []);
  await service.finish(step, result);
  return result;
}

async function faultsOfLog(body: () => Promise<Value>): Promise<Value> {
  try {
    return await body();
  } catch (error) {
    throw logFault(error);
  }
}

/** `(key, handler)`, `(key, handler, options)`, `(key, input, handler)` or `(key, input, handler, options)`. */
function stepArguments(args: readonly Value[]): StepArguments {
  const [key, second = null, third = null, fourth = null] = args;
  if (args.length > 4) throw runtimeError(`step.run: expected at most 4 arguments, got ${args.length}`);
  if (key === undefined || args.length < 2)
    throw runtimeError("step.run: expected key, optional input, handler, and optional options");
  const hasInput = !isCallable(second);
  if (hasInput && args.length < 3)
    throw runtimeError("step.run: expected key, optional input, handler, and optional options");
  if (typeof key !== "string") throw typeError(`step.run: key must be a string, got ${typeName(key)}`);
  if (key.trim() === "") throw runtimeError("step.run: key cannot be empty");
  if (!hasInput && args.length > 3) throw runtimeError(`step.run: expected at most 3 arguments, got ${args.length}`);
  const handler = hasInput ? third : second;
  return {
    key,
    input: hasInput ? second : null,
    handler: checkedHandler(handler),
    namespace: namespaceOption("step.run", hasInput ? fourth : third),
  };
}

function isCallable(value: Value): value is Closure | BuiltinValue {
  return value instanceof Closure || value instanceof BuiltinValue;
}

function checkedHandler(handler: Value): Closure | BuiltinValue {
  if (!isCallable(handler)) throw typeError(`step.run: handler must be callable, got ${typeName(handler)}`);
  const required = handler instanceof Closure ? handler.code.required : 0;
  if (required > 1)
    throw runtimeError(
      `step.run: handler expects ${required} required arguments; step handlers receive at most one input value`,
    );
  return handler;
}

function namespaceOption(builtin: string, options: Value): string | undefined {
  if (options === null) return undefined;
  if (!(options instanceof DictValue)) throw typeError(`${builtin}: options must be a dict, got ${typeName(options)}`);
  const unknown = options.keys().find((key) => key !== "namespace");
  if (unknown !== undefined) throw runtimeError(`${builtin}: unknown option \`${unknown}\``);
  const namespace = options.get("namespace") ?? null;
  if (namespace === null) return undefined;
  if (typeof namespace !== "string")
    throw typeError(`${builtin}: options.namespace must be a string, got ${typeName(namespace)}`);
  if (namespace.trim() === "") throw runtimeError(`${builtin}: options.namespace cannot be empty`);
  return namespace;
}
