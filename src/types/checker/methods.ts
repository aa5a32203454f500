import type { ReceiverKind } from "../../builtin/index.ts";
import { diagnose } from "../../diagnostics/index.ts";
import type { Name } from "../../syntax/index.ts";
import { nearestName } from "../../text/index.ts";
import { noSuchMethod } from "../diagnostics.ts";
import { resultOfSpec } from "../model/from-spec.ts";
import { printType } from "../model/print.ts";
import { dynamic, type Type } from "../model/type.ts";
import { builtinSignature } from "./builtin-calls.ts";
import type { Checker } from "./context.ts";

/** What the catalogue declares for a method of the kind. */
export function methodResult(c: Checker, receiver: Type, method: string): Type {
  if (receiver.kind === "handle") {
    const builtin = c.catalog.builtins.get(c.catalog.handleMethods.get(receiver.name)?.get(method) ?? "");
    return builtin === undefined ? dynamic : builtinSignature(builtin).returns;
  }
  const kind = receiverKind(receiver);
  const word = kind && c.catalog.methodResult(kind, method);
  return word === undefined ? dynamic : resultOfSpec({ kind: "named", name: word });
}

/** The kind whose methods a value of the type has; undefined where it may have others. */
function receiverKind(type: Type): ReceiverKind | undefined {
  switch (type.kind) {
    case "primitive":
      return type.name === "string" ? "string" : undefined;
    case "literal":
      return typeof type.value === "string" ? "string" : undefined;
    case "shape":
      return type.fields.some(({ name }) => name === "_namespace") ? undefined : "dict";
    case "generic":
      return type.name === "list" || type.name === "dict" || type.name === "set" || type.name === "iter"
        ? type.name
        : undefined;
    default:
      return undefined;
  }
}

/** A call of a method that no value of the type has fails each time it is reached. */
export function checkMethodExists(c: Checker, receiver: Type, method: Name): void {
  const known = methodsOf(c, receiver);
  if (known === undefined || known.has(method.text)) return;
  const nearest = nearestName(method.text, known.keys(), method.text.length <= 4 ? 1 : 2);
  const isFunction = c.catalog.builtins.has(method.text);
  const finding = diagnose(noSuchMethod, c.source, method.span, {
    method: method.text,
    type: printType(receiver),
    nearest,
    isFunction,
  });
  c.report(nearest === undefined ? finding : { ...finding, fix: [{ span: method.span, text: nearest }] });
}

const none: ReadonlyMap<string, unknown> = new Map();

/** All methods that values of a type have; undefined where a value may bring its own, or the host has none of the kind. */
function methodsOf(c: Checker, receiver: Type): ReadonlyMap<string, unknown> | undefined {
  if (receiver.kind === "handle") return c.catalog.handleMethods.get(receiver.name);
  if (isPlain(receiver)) return none;
  const kind = receiverKind(receiver);
  return kind === undefined || kind === "dict" ? undefined : c.catalog.methods.get(kind);
}

/** Numbers and truth values have no methods at all. */
function isPlain(type: Type): boolean {
  if (type.kind === "literal") return typeof type.value !== "string";
  return type.kind === "primitive" && (type.name === "int" || type.name === "float" || type.name === "bool");
}
