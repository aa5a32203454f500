import { type CallContext, serviceKey } from "../../builtin/index.ts";

/** What builtins remember that few programs call: made at the first use, once for each runtime. */
export const memories = serviceKey<Map<symbol, unknown>>("memories of seldom-used builtins");

export interface Memory<T> {
  readonly of: (context: CallContext) => T;
}

/** A memory that a runtime gets when one of its builtins is first called. */
export function memory<T>(name: string, make: () => T): Memory<T> {
  const key = Symbol(name);
  return {
    of(context) {
      const known = context.service(memories);
      if (!known.has(key)) known.set(key, make());
      return known.get(key) as T;
    },
  };
}
