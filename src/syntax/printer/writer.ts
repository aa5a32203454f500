import type { Block, Expression } from "../ast.ts";

/**
 * What the parts of the printer reach upwards for. It comes with the writer because their files would import each other in
 * circles otherwise.
 */
export interface PrinterParts {
  readonly expression: (w: Writer, expression: Expression) => void;
  /** `{ … }` with a statement on each line. */
  readonly block: (w: Writer, block: Block) => void;
  /** The statements of a block on lines of their own, without braces. */
  readonly statements: (w: Writer, block: Block) => void;
}

/** Text under construction, with the indentation that the next line takes. */
export class Writer {
  readonly parts: PrinterParts;
  #text = "";
  #indent = "";

  constructor(parts: PrinterParts) {
    this.parts = parts;
  }

  write(text: string): void {
    this.#text += text;
  }

  line(): void {
    this.#text += `\n${this.#indent}`;
  }

  /** Prints between two lines that stand one step further to the left. */
  indented(print: () => void): void {
    const outer = this.#indent;
    this.#indent = `${outer}  `;
    print();
    this.#indent = outer;
  }

  separated<T>(items: readonly T[], separator: string, print: (item: T) => void): void {
    items.forEach((item, index) => {
      if (index > 0) this.write(separator);
      print(item);
    });
  }

  /** `{`, each item on a line, `}`. */
  braced<T>(items: readonly T[], print: (item: T) => void): void {
    this.write("{");
    this.indented(() => {
      for (const item of items) {
        this.line();
        print(item);
      }
    });
    this.line();
    this.write("}");
  }

  toString(): string {
    return this.#text;
  }
}
