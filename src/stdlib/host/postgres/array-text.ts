/** The elements of an array in the server's text form `{1,NULL,"a b",{…}}`: texts, null, or the same of inner arrays. */
export type ArrayElement = string | null | readonly ArrayElement[];

/** Undefined for what is no such text. Bounds in front of the braces (`[0:1]={…}`) are passed over. */
export function readArrayText(text: string): readonly ArrayElement[] | undefined {
  const start = text.startsWith("[") ? text.indexOf("={") + 1 : 0;
  const reader = new ArrayReader(text, start);
  const elements = reader.array();
  return elements !== undefined && reader.isAtEnd ? elements : undefined;
}

class ArrayReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  array(): readonly ArrayElement[] | undefined {
    if (!this.#skip("{")) return undefined;
    const elements: ArrayElement[] = [];
    if (this.#skip("}")) return elements;
    do {
      const element = this.#element();
      if (element === undefined) return undefined;
      elements.push(element);
    } while (this.#skip(","));
    return this.#skip("}") ? elements : undefined;
  }

  #element(): ArrayElement | undefined {
    const first = this.#text[this.#at];
    if (first === "{") return this.array();
    return first === '"' ? this.#quoted() : this.#bare();
  }

  #quoted(): string | undefined {
    let value = "";
    let from = ++this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      if (character !== "\\" && character !== '"') continue;
      value += this.#text.slice(from, this.#at);
      if (character === '"') {
        this.#at++;
        return value;
      }
      from = ++this.#at;
    }
    return undefined;
  }

  #bare(): string | null {
    const from = this.#at;
    while (this.#at < this.#text.length && !/[,}]/.test(this.#text[this.#at] as string)) this.#at++;
    const text = this.#text.slice(from, this.#at);
    return text.toUpperCase() === "NULL" ? null : text;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}

/** The text form. Every text is quoted, so that none can be taken for `NULL` or for structure. */
export function writeArrayText(elements: readonly ArrayElement[]): string {
  return `{${elements.map(written).join(",")}}`;
}

function written(element: ArrayElement): string {
  if (element === null) return "NULL";
  return typeof element === "string" ? `"${element.replace(/["\\]/g, "\\$&")}"` : writeArrayText(element);
}
