import type { Frame } from "./frame.ts";
import type { Heat } from "./heat.ts";
import { late } from "./late-modules.ts";
import type { CompiledEntry, Compiler, LinkedFunction } from "./linked-function.ts";

/** The compiler to JavaScript, which is opened when the first function is warm. */
export class LateCompiler implements Compiler {
  readonly heat: Heat;
  #opened: Compiler | undefined;

  constructor(heat: Heat) {
    this.heat = heat;
  }

  compile(fn: LinkedFunction): void {
    this.#compiler().compile(fn);
  }

  entryAt(fn: LinkedFunction, offset: number, frame: Frame): CompiledEntry | undefined {
    return this.#compiler().entryAt(fn, offset, frame);
  }

  #compiler(): Compiler {
    if (this.#opened === undefined) {
      const { JavaScriptCompiler } = late.compiler();
      this.#opened = new JavaScriptCompiler(this.heat);
    }
    return this.#opened;
  }
}
