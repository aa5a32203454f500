import { ByteMap } from "./byte-map.ts";
import { LineMap } from "./line-map.ts";

/** One program text under the name that messages show for it. */
export class Source {
  readonly path: string;
  readonly text: string;
  #lines: LineMap | undefined;
  #bytes: ByteMap | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** Built at first use: most sources of a run never report anything. */
  get lines(): LineMap {
    this.#lines ??= new LineMap(this.text);
    return this.#lines;
  }

  get bytes(): ByteMap {
    this.#bytes ??= new ByteMap(this.text);
    return this.#bytes;
  }
}
