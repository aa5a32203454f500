import { BuiltinValue, DictValue, type Value } from "../value/index.ts";

/** The dict that programs reach builtins with a dot in their name through: `trust.query` is the member `query` of `trust`. */
export function namespace(name: string, members: readonly string[]): DictValue {
  const entries = members.map((member): [string, Value] => [member, new BuiltinValue(`${name}.${member}`)]);
  return DictValue.of({ _namespace: name, ...Object.fromEntries(entries) });
}
