import type { CallContext, Outcome } from "../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../eventlog/index.ts";
import { type Closure, DictValue, runtimeError, type Value } from "../value/index.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { countState, isSettled, stateJson } from "./unsettled/state.ts";

const finishEvents = ["PreFinish", "OnUnsettledDetected", "PostFinish"] as const;

/**
 * What happens between the end of a program's body and the moment its value is the run's: hooks, and the callback that may
 * change the value. The unsettled state is looked at once, at the beginning, and all hooks are told the same.
 */
export function finishRun(context: CallContext, lifecycle: Lifecycle, value: Value, harness: Value): Outcome {
  const callback = lifecycle.takeOnFinish();
  if (callback === undefined && !lifecycle.hooks.has(...finishEvents)) return value;
  return context.async(() => runFinish(context, lifecycle, { callback, value, harness }));
}

interface Finish {
  readonly callback: Closure | undefined;
  readonly value: Value;
  readonly harness: Value;
}

async function runFinish(context: CallContext, lifecycle: Lifecycle, finish: Finish): Promise<Value> {
  const { hooks } = lifecycle;
  const state = await lifecycle.unsettled();
  const unsettled = valueOfJson(stateJson(state));
  const about = (event: string, more: Readonly<Record<string, Value>> = {}): DictValue =>
    DictValue.of({ event, unsettled, ...more });
  const before = { return_value: plain(finish.value), has_on_finish: finish.callback !== undefined };
  await hooks.atFinish(context, "PreFinish", about("PreFinish", before), refuseToWait);
  if (!isSettled(countState(state)))
    await hooks.atFinish(context, "OnUnsettledDetected", about("OnUnsettledDetected"), failRun);
  const value =
    finish.callback === undefined
      ? finish.value
      : await context.callAsync(finish.callback, [finish.harness, finish.value]);
  const after = about("PostFinish", { return_value: plain(value) });
  await hooks.atFinish(context, "PostFinish", after, () => {});
  return value;
}

/** The value as hooks see it: what JSON has no form for stands as its text. */
function plain(value: Value): Value {
  return valueOfJson(jsonOfValue(value));
}

function refuseToWait(reason: string): never {
  throw runtimeError(
    `PreFinish hook returned block, which is not a valid control: ${reason}. To delay pipeline finish until unsettled work clears, use OnFinish.block_until_settled (std/lifecycle) or return Modify/Allow from PreFinish.`,
  );
}

function failRun(reason: string): never {
  throw runtimeError(`OnUnsettledDetected hook blocked pipeline finish: ${reason}`);
}
