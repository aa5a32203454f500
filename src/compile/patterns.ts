import type { BindingPattern, BindingStatement, Expression, Name } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerOwnedInto } from "./operands.ts";

interface BindOptions {
  readonly isMutable: boolean;
}

/** `let`, `var` and `const` in a function. */
export function lowerBinding(fb: FunctionBuilder, statement: BindingStatement): void {
  const isMutable = statement.mode === "var";
  const value = fb.newRegister();
  fb.withRegisters(() => lowerOwnedInto(fb, statement.value, value));
  const cell = fb.cells.get(statement);
  if (cell?.isUsed) fb.emit("storeCell", [cell.register, value], statement.span);
  bindPattern(fb, statement.pattern, value, { isMutable });
}

/** Declares the names of a pattern and fills them from a register, which a single name takes over: it is the binding's own. */
export function bindPattern(fb: FunctionBuilder, pattern: BindingPattern, value: number, options: BindOptions): void {
  switch (pattern.kind) {
    case "name-pattern":
      return bindName(fb, pattern.name, value, options);
    case "pair-pattern":
      fb.emit("checkPattern", [value, 2], pattern.span);
      bindProperty(fb, pattern.first, value, "first", options);
      return bindProperty(fb, pattern.second, value, "second", options);
    case "dict-pattern": {
      fb.emit("checkPattern", [value, 0], pattern.span);
      for (const { key, alias, fallback } of pattern.fields)
        bindProperty(fb, alias ?? key, value, key.text, options, fallback);
      if (!pattern.rest) return;
      const rest = fb.newRegister();
      fb.emit(
        "dictRest",
        [rest, value],
        pattern.rest.span,
        pattern.fields.map(({ key }) => fb.text(key.text)),
      );
      return bindName(fb, pattern.rest, rest, options);
    }
    case "list-pattern": {
      fb.emit("checkPattern", [value, 1], pattern.span);
      for (const [index, { name, fallback }] of pattern.elements.entries()) {
        if (name.text === "_") continue;
        const element = fb.newRegister();
        fb.emit("getIndex", [element, value, fb.int(index)], name.span);
        applyFallback(fb, element, fallback);
        bindShared(fb, name, element, options);
      }
      if (!pattern.rest) return;
      const rest = fb.newRegister();
      fb.emit("listRest", [rest, value, pattern.elements.length], pattern.rest.span);
      return bindName(fb, pattern.rest, rest, options);
    }
  }
}

function bindProperty(
  fb: FunctionBuilder,
  name: Name,
  value: number,
  property: string,
  options: BindOptions,
  fallback?: Expression,
): void {
  if (name.text === "_") return;
  const field = fb.newRegister();
  fb.emit("getProp", [field, value, fb.module.pools.name(property)], name.span);
  applyFallback(fb, field, fallback);
  bindShared(fb, name, field, options);
}

/** A default applies to what is missing and to an explicit nil. */
function applyFallback(fb: FunctionBuilder, register: number, fallback: Expression | undefined): void {
  if (!fallback) return;
  fb.withRegisters(() => {
    const isNil = fb.newRegister();
    fb.emit("isNil", [isNil, register], fallback.span);
    fb.branch(isNil, fallback.span, () => lowerOwnedInto(fb, fallback, register));
  });
}

function bindShared(fb: FunctionBuilder, name: Name, register: number, options: BindOptions): void {
  fb.share(register, name.span);
  bindName(fb, name, register, options);
}

function bindName(fb: FunctionBuilder, name: Name, value: number, options: BindOptions): void {
  if (name.text === "_") return;
  declareName(fb, name, value, options.isMutable);
}

/**
 * A second `let` of a name in one scope is a run-time error, as is a `let` over a parameter; `var` over either is
 * allowed, and a `let` over a `var` stays mutable (language-semantics §3).
 */
export function declareName(fb: FunctionBuilder, name: Name, register: number, isMutable: boolean): void {
  const { scope } = fb;
  if (scope.isFixed(name.text) && !isMutable) emitRedeclared(fb, name);
  const known = scope.own(name.text);
  const staysMutable = known?.kind === "register" && known.isMutable;
  scope.declare(name.text, { kind: "register", register, isMutable: isMutable || staysMutable });
}

export function emitRedeclared(fb: FunctionBuilder, name: Name): void {
  const text = `Cannot redeclare immutable variable '${name.text}' in the same scope (use 'var' for mutable bindings)`;
  emitFault(fb, "runtime", text, name.span);
}

const faultKinds = { plain: 0, runtime: 1, type: 2 } as const;

/** A fault that the compiler already knows will happen when this place is reached. */
export function emitFault(fb: FunctionBuilder, kind: keyof typeof faultKinds, text: string, span: Span): void {
  fb.emit("fail", [faultKinds[kind], fb.module.pools.name(text)], span);
}
