import { isAssignable } from "./assignable.ts";
import { type InferenceConflict, inferWith } from "./inference.ts";
import type { ParameterType, Type } from "./type.ts";

/** Binds the type parameters that occur in `pattern` to what `given` has in their place. The first conflict is handed back. */
export function inferArguments(
  pattern: Type,
  given: Type,
  parameters: readonly ParameterType[],
  bindings: Map<string, Type>,
): InferenceConflict | undefined {
  return inferWith(isAssignable, pattern, given, parameters, bindings);
}
