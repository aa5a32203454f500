import { isObject, type Value } from "../../value/index.ts";

export interface DeclaredParameter {
  readonly name: string;
  /** Its default, where that is a constant. */
  readonly fallback: Value | undefined;
}

/** Handlers that came from `tool` declarations: a model's arguments are bound to their parameters by name. */
export class DeclaredTools {
  readonly #parameters = new WeakMap<object, readonly DeclaredParameter[]>();

  add(handler: Value, parameters: readonly DeclaredParameter[]): void {
    if (isObject(handler)) this.#parameters.set(handler, parameters);
  }

  parametersOf(handler: Value): readonly DeclaredParameter[] | undefined {
    return isObject(handler) ? this.#parameters.get(handler) : undefined;
  }
}
