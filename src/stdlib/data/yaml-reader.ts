import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { DictValue, handOut, ListValue, type Raise, thrown, type Value } from "../../value/index.ts";
import { plainScalar } from "./yaml-scalars.ts";

/** The value of a YAML document; nil for an empty one. */
export function readYaml(text: string): Value {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const [document, second] = documents;
  if (document === undefined || !("contents" in document)) return null;
  const [error] = document.errors;
  if (error) throw fault(explain(error, document, text, lines));
  if (second) throw fault("deserializing from YAML containing more than one document is not supported");
  return new Reader(document, lines).value(document.contents as Node | null);
}

function fault(message: string): Raise {
  return thrown(`YAML parse error: ${message}`);
}

class Reader {
  readonly #document: Document;
  readonly #lines: LineCounter;
  /** What an anchored node became: every alias of it is that same value. */
  readonly #anchored = new Map<Node, Value | undefined>();

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  value(node: Node | null): Value {
    if (node === null) return null;
    if (isAlias(node)) return this.#aliased(node.resolve(this.#document), node);
    const hasAnchor = (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined;
    if (hasAnchor) this.#anchored.set(node, undefined);
    const value = this.#tagged(node);
    if (hasAnchor) this.#anchored.set(node, handOut(value));
    return value;
  }

  /** An anchor counts from its node on; inside the node it would be a circle. */
  #aliased(target: Node | undefined, alias: Node): Value {
    const value = target && this.#anchored.get(target);
    if (value === undefined) throw fault(`unknown anchor${placeOf(alias, this.#lines)}`);
    return value;
  }

  /** A tag of the program's own stays, as the key of a dict around the value. */
  #tagged(node: Node): Value {
    const tag = "tag" in node && typeof node.tag === "string" ? node.tag : undefined;
    if (tag === undefined || tag.startsWith("tag:yaml.org,2002:")) return this.#content(node, tag);
    return new DictValue(new Map([[tag, this.#content(node, undefined)]]));
  }

  #content(node: Node, tag: string | undefined): Value {
    if (isMap(node)) return this.#dict(node as YAMLMap<Node, Node | null>);
    if (isSeq(node)) return new ListValue(node.items.map((item) => this.value(item as Node | null)));
    if (!isScalar(node)) return null;
    const text = String(node.value ?? "");
    const isPlain = node.type === "PLAIN" || node.type === undefined;
    return tag === "tag:yaml.org,2002:str" || (!isPlain && tag === undefined)
      ? text
      : plainScalar(isPlain ? (node.source ?? text) : text);
  }

  #dict(map: YAMLMap<Node, Node | null>): DictValue {
    const entries = new Map<string, Value>();
    for (const { key, value } of map.items) {
      const name = this.value(key);
      if (typeof name !== "string") throw thrown("yaml_parse: key must be a string");
      if (entries.has(name)) throw fault(`duplicate entry with key ${JSON.stringify(name)}`);
      entries.set(name, this.value(value));
    }
    return new DictValue(entries);
  }
}

function placeOf(node: Node | undefined, lines: LineCounter): string {
  return place(node?.range?.[0] ?? 0, lines);
}

/** The very beginning goes without saying. */
function place(offset: number, lines: LineCounter): string {
  const { line, col } = lines.linePos(offset);
  return offset === 0 ? "" : ` at line ${line} column ${col}`;
}

/** Where the text ends: behind a last line break, written or not. */
function endPlace(text: string, lines: LineCounter): string {
  return text.endsWith("\n") ? place(text.length, lines) : ` at line ${lines.linePos(text.length).line + 1} column 1`;
}

/** The commonest mistakes in the words of other YAML readers, which programs and people know; the rest in the parser's own. */
function explain(error: YAMLError, document: Document, text: string, lines: LineCounter): string {
  const [at] = error.pos;
  if (error.code === "TAB_AS_INDENT" || error.code === "BAD_SCALAR_START") {
    return `found character that cannot start any token${place(at, lines)}, while scanning for the next token`;
  }
  if (error.code === "BLOCK_AS_IMPLICIT_KEY") {
    const colon = text.slice(at).search(/:(?:\s|$)/);
    return `mapping values are not allowed in this context${place(at + Math.max(0, colon), lines)}`;
  }
  if (/^Missing closing ["']/.test(error.message)) {
    return `found unexpected end of stream${place(at, lines)}, while scanning a quoted scalar${placeOf(lastNode(document, "Scalar"), lines)}`;
  }
  const open = lastNode(document, "Collection");
  if (open && isCollection(open) && open.flow && /^Flow (?:sequence|map)/.test(error.message)) {
    const [end, what] = isSeq(open) ? ["]", "sequence"] : ["}", "mapping"];
    const found = at >= text.trimEnd().length ? endPlace(text, lines) : place(at, lines);
    return `did not find expected ',' or '${end}'${found}, while parsing a flow ${what}${placeOf(open, lines)}`;
  }
  return `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}${place(at, lines)}`;
}

/** The last scalar, or the last collection in flow style. */
function lastNode(document: Document, kind: "Scalar" | "Collection"): Node | undefined {
  let found: Node | undefined;
  visit(document, {
    [kind](_key: unknown, node: Node) {
      if (!isCollection(node) || node.flow) found = node;
    },
  });
  return found;
}
