import type { Expression, HumanArgument, Name, Parameter } from "../syntax/index.ts";
import { lowerBlock } from "./blocks.ts";
import { emitBuiltin, lowerBuiltinCall } from "./calls.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerBlockClosure } from "./functions.ts";
import { lowerOperand, lowerOwned } from "./operands.ts";

export function lowerSpawn(fb: FunctionBuilder, expression: Expression & { kind: "spawn" }, target: number): void {
  const closure = fb.newRegister();
  lowerBlockClosure(fb, expression.body, [], closure);
  emitBuiltin(fb, "%spawn", target, [closure], expression.span);
}

export function lowerParallel(
  fb: FunctionBuilder,
  expression: Expression & { kind: "parallel" },
  target: number,
): void {
  const { span } = expression;
  const subject = lowerOwned(fb, expression.subject);
  const limit = expression.maxConcurrent ? lowerOperand(fb, expression.maxConcurrent) : fb.nil();
  const closure = fb.newRegister();
  lowerBlockClosure(fb, expression.body, [parameter(expression.param ?? { text: "_", span })], closure);
  const builtin = expression.asStream ? "%parallel_stream" : `%parallel_${expression.mode}`;
  emitBuiltin(fb, builtin, target, [subject, closure, limit], span);
}

function parameter(name: Name): Parameter {
  return { name, isRest: false, span: name.span };
}

/** Waits for one of several channels; the machine answers with the index of the case and the value as a pair. */
export function lowerSelect(fb: FunctionBuilder, expression: Expression & { kind: "select" }, target: number): void {
  const { cases, timeout, fallback, span } = expression;
  const channels = fb.newRegister();
  fb.emit(
    "makeList",
    [channels],
    span,
    cases.map((one) => lowerOwned(fb, one.channel)),
  );
  const wait = timeout ? lowerOperand(fb, timeout.duration) : fb.nil();
  const chosen = fb.newRegister();
  emitBuiltin(fb, "%select", chosen, [channels, wait, fb.bool(fallback !== undefined)], span);
  const index = fb.newRegister();
  const isIt = fb.newRegister();
  fb.emit("getProp", [index, chosen, fb.module.pools.name("first")], span);
  fb.emit("move", [target, fb.nil()], span);
  for (const [position, one] of cases.entries()) {
    fb.emit("eq", [isIt, index, fb.int(position)], one.span);
    fb.branch(isIt, one.span, () =>
      fb.withScope(() => {
        const value = fb.newRegister();
        fb.emit("getProp", [value, chosen, fb.module.pools.name("second")], one.name.span);
        if (one.name.text !== "_")
          fb.scope.declare(one.name.text, { kind: "register", register: value, isMutable: false });
        lowerBlock(fb, one.body, target);
      }),
    );
  }
  const other = timeout?.body ?? fallback;
  if (!other) return;
  fb.emit("lt", [isIt, index, fb.int(0)], span);
  fb.branch(isIt, span, () => lowerBlock(fb, other, target));
}

/** `request_approval(…)` and its siblings: named arguments go into one dict behind the positional ones. */
export function lowerHuman(fb: FunctionBuilder, expression: Expression & { kind: "human" }, target: number): void {
  const { span } = expression;
  const positional = expression.arguments.filter((argument) => !argument.name).map((argument) => argument.value);
  const named = expression.arguments.filter(
    (argument): argument is HumanArgument & { name: Name } => argument.name !== undefined,
  );
  const options: Expression = {
    kind: "dict",
    span,
    entries: named.map(({ name, value }) => ({
      kind: "entry",
      span: name.span,
      key: { kind: "name-key", text: name.text, span: name.span },
      value,
    })),
  };
  lowerBuiltinCall(fb, expression.verb, named.length > 0 ? [...positional, options] : positional, span, target);
}

/** Option words that stand for themselves after these keys. */
const wordKeys: ReadonlySet<string> = new Set(["strategy", "quality", "min_quality", "fallback_strategy"]);

export function lowerCostRoute(
  fb: FunctionBuilder,
  expression: Expression & { kind: "cost-route" },
  target: number,
): void {
  const { span } = expression;
  const entries = expression.options.flatMap(({ key, value }) => [fb.text(key.text), lowerOption(fb, key.text, value)]);
  const options = fb.newRegister();
  fb.emit("makeDict", [options], span, entries);
  const closure = fb.newRegister();
  lowerBlockClosure(fb, expression.body, [], closure);
  emitBuiltin(fb, "__cost_route", target, [options, closure], span);
}

function lowerOption(fb: FunctionBuilder, key: string, value: Expression): number {
  return wordKeys.has(key) && value.kind === "name" ? fb.text(value.name) : lowerOwned(fb, value);
}
