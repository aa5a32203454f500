import { DictValue, JsonError, readJson, type Value } from "../../../value/index.ts";

/**
 * A JSON document that arrives in pieces, checked against a canonical schema as it comes: a reader that pays for every
 * token wants to know at the first wrong one.
 *
 * Only what is reached through keys from the root is checked early: the kind of a value at its first character, its content
 * when it ends. Elements of lists are checked when the list ends, and whether the text is JSON at all when the root ends.
 */
export class JsonStream {
  readonly #schema: DictValue;
  readonly #decoder = new TextDecoder();
  #text = "";
  #at = 0;
  readonly #open: Container[] = [];
  /** The string or word that is being read. */
  #token: Token | undefined;
  #verdict: Verdict = pending;
  #isComplete = false;

  constructor(schema: DictValue) {
    this.#schema = schema;
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  /** The verdict with one more piece. Whatever follows an invalid one changes nothing. */
  feed(chunk: string | Uint8Array, check: Check): Verdict {
    if (this.#isInvalid()) return this.#verdict;
    this.#text += typeof chunk === "string" ? chunk : this.#decoder.decode(chunk, { stream: true });
    for (; this.#at < this.#text.length && !this.#isInvalid(); this.#at++)
      this.#take(this.#text.charAt(this.#at), check);
    return this.#verdict;
  }

  /** The verdict when nothing more comes. A number at the root ends here: until now more digits could have followed. */
  finish(check: Check): Verdict {
    if (this.#verdict.kind === "pending" && this.#token?.kind === "word" && this.#open.length === 0)
      this.#endWord(check);
    if (this.#verdict.kind === "pending") this.#fail([], "incomplete JSON document at end of stream");
    return this.#verdict;
  }

  #isInvalid(): boolean {
    return this.#verdict.kind === "invalid";
  }

  #take(character: string, check: Check): void {
    if (this.#token?.kind === "string") this.#takeInString(this.#token, character, check);
    else if (this.#token?.kind === "word" && !isDelimiter(character)) this.#takeInWord(check);
    else {
      if (this.#token) this.#endWord(check);
      if (!this.#isInvalid() && !isBlank(character)) this.#start(character, check);
    }
  }

  #takeInString(token: StringToken, character: string, check: Check): void {
    if (token.isEscaped) token.isEscaped = false;
    else if (character === "\\") token.isEscaped = true;
    else if (character === '"') {
      this.#token = undefined;
      if (token.isKey) this.#setKey(token.start);
      else this.#endValue(token.start, this.#at + 1, check);
    }
  }

  /** `true`, `false` and `null` end with their last letter, numbers with what follows them. */
  #takeInWord(check: Check): void {
    const start = this.#token?.start ?? this.#at;
    const word = this.#text.slice(start, this.#at + 1);
    if (word !== "true" && word !== "false" && word !== "null") return;
    this.#token = undefined;
    this.#endValue(start, this.#at + 1, check);
  }

  #endWord(check: Check): void {
    const start = this.#token?.start ?? this.#at;
    this.#token = undefined;
    this.#endValue(start, this.#at, check);
  }

  #start(character: string, check: Check): void {
    const container = this.#open.at(-1);
    if (this.#isComplete) this.#fail([], "trailing data after complete JSON value");
    else if (character === "}" || character === "]") this.#close(character, check);
    else if (character === "," || character === ":") this.#separate(container, character);
    else if (character === '"' && container?.expectsKey)
      this.#token = { kind: "string", start: this.#at, isKey: true, isEscaped: false };
    else this.#startValue(character);
  }

  #separate(container: Container | undefined, character: "," | ":"): void {
    if (container) container.expectsKey = character === "," && container.end === "}";
  }

  #startValue(character: string): void {
    const path = this.#valuePath();
    const found = jsonKinds.find(([first]) => first.includes(character))?.[1];
    const expected = path && schemaAt(this.#schema, path);
    if (path && found !== undefined && expected && !accepts(expected, found)) {
      this.#fail(path, `expected type '${String(expected.get("type"))}', got JSON ${found}`);
      return;
    }
    if (character === "{" || character === "[") {
      this.#open.push({
        end: character === "{" ? "}" : "]",
        start: this.#at,
        path,
        key: undefined,
        expectsKey: character === "{",
      });
    } else if (character === '"') this.#token = { kind: "string", start: this.#at, isKey: false, isEscaped: false };
    else this.#token = { kind: "word", start: this.#at };
  }

  #close(character: string, check: Check): void {
    const container = this.#open.pop();
    if (!container) this.#fail([], `expected JSON value, got '${character}'`);
    else if (container.end !== character)
      this.#fail([], `mismatched JSON delimiter: expected '${container.end}', got '${character}'`);
    else this.#endValue(container.start, this.#at + 1, check);
  }

  /** A value from `start` up to `end` is complete. */
  #endValue(start: number, end: number, check: Check): void {
    const path = this.#valuePath();
    const schema = path && schemaAt(this.#schema, path);
    if (this.#open.length === 0) this.#isComplete = true;
    if (!path || !schema) return;
    const value = this.#read(start, end);
    if (value === undefined || this.#isInvalid()) return;
    const [error] = check(value.value, schema);
    if (error !== undefined) this.#fail(path, error);
    else if (this.#isComplete) this.#verdict = { kind: "valid", value: value.value };
  }

  /** What is no JSON inside the document is for the end of the document to say. */
  #read(start: number, end: number): { readonly value: Value } | undefined {
    try {
      return { value: readJson(this.#text.slice(start, end)) };
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      if (this.#isComplete) this.#fail([], `JSON parse error: ${error.message}`);
      return undefined;
    }
  }

  #setKey(start: number): void {
    const container = this.#open.at(-1);
    if (!container) return;
    const key = this.#read(start, this.#at + 1)?.value;
    container.key = typeof key === "string" ? key : undefined;
  }

  /** The keys that lead to the value at hand, or `undefined` inside lists. */
  #valuePath(): readonly string[] | undefined {
    const container = this.#open.at(-1);
    if (!container) return [];
    return container.path && container.key !== undefined && container.end === "}"
      ? [...container.path, container.key]
      : undefined;
  }

  #fail(path: readonly string[], reason: string): void {
    this.#verdict = { kind: "invalid", path: ["$", ...path].join("."), reason };
  }
}

export type Verdict =
  | { readonly kind: "pending" }
  | { readonly kind: "valid"; readonly value: Value }
  | { readonly kind: "invalid"; readonly path: string; readonly reason: string };

/** What is wrong with a value, by a schema. */
export type Check = (value: Value, schema: DictValue) => readonly string[];

const pending: Verdict = { kind: "pending" };

interface Container {
  readonly end: "}" | "]";
  readonly start: number;
  readonly path: readonly string[] | undefined;
  key: string | undefined;
  expectsKey: boolean;
}

interface StringToken {
  readonly kind: "string";
  readonly start: number;
  readonly isKey: boolean;
  isEscaped: boolean;
}

type Token = StringToken | { readonly kind: "word"; readonly start: number };

/** First characters of a value, and its kind in JSON's words. */
const jsonKinds = [
  ["{", "object"],
  ["[", "array"],
  ['"', "string"],
  ["-0123456789", "number"],
  ["tf", "boolean"],
  ["n", "null"],
] as const;

type JsonKind = (typeof jsonKinds)[number][1];

const kindsOfTypes: Readonly<Record<string, JsonKind>> = {
  dict: "object",
  list: "array",
  set: "array",
  string: "string",
  int: "number",
  float: "number",
  bool: "boolean",
  nil: "null",
};

function accepts(schema: DictValue, found: JsonKind): boolean {
  const type = schema.get("type");
  const wanted = typeof type === "string" ? kindsOfTypes[type] : undefined;
  return wanted === undefined || wanted === found || (found === "null" && schema.get("nullable") === true);
}

function schemaAt(root: DictValue, path: readonly string[]): DictValue | undefined {
  let schema: DictValue = root;
  for (const key of path) {
    const properties = schema.get("properties");
    const next = properties instanceof DictValue ? properties.get(key) : undefined;
    if (!(next instanceof DictValue)) return undefined;
    schema = next;
  }
  return schema;
}

function isBlank(character: string): boolean {
  return character === " " || character === "\n" || character === "\t" || character === "\r";
}

function isDelimiter(character: string): boolean {
  return isBlank(character) || ',:]}[{"'.includes(character);
}
