import { compareText, DictValue, equal, stringifyJson, type Value } from "../../../value/index.ts";
import { filters, isTruthy, rangeLength, templateText } from "./filters.ts";
import { parseTemplate } from "./parse.ts";
import { sectionFrame } from "./section.ts";
import { type BinaryOperator, type Expression, type Node, type Place, TemplateError } from "./syntax.ts";

const includeLimit = 32;

/** How a template reaches others. */
export interface Includes {
  /** The full path of `target`, seen from the template at `from`; an `Error` tells why there is none. */
  locate(target: string, from: string | undefined): string;
  /** The text at a full path; an `Error` when it cannot be read. */
  read(path: string): string;
}

/** A piece of output and the part of a template it came from. Offsets count UTF-8 bytes. */
export interface OutputSpan {
  readonly kind: "text" | "expr" | "legacy_bare" | "if" | "for_iteration" | "include" | "section";
  readonly place: Place;
  readonly start: number;
  readonly end: number;
  readonly boundValue?: string;
}

export interface Rendering {
  readonly text: string;
  readonly spans: readonly OutputSpan[];
}

export interface RenderOptions {
  readonly bindings: DictValue | undefined;
  /** Full path of the template, when it is a file. */
  readonly path: string | undefined;
  readonly includes: Includes;
  readonly wantsSpans?: boolean;
}

export function renderTemplate(source: string, options: RenderOptions): Rendering {
  const renderer = new Renderer(options);
  renderer.render(source, options.path);
  return { text: renderer.text, spans: renderer.spans };
}

class Renderer {
  text = "";
  readonly spans: OutputSpan[] = [];
  readonly #options: RenderOptions;
  /** Innermost last: loop variables and include bindings hide what is below. */
  readonly #scopes: DictValue[];
  /** The templates being rendered, outermost first. */
  readonly #stack: (string | undefined)[] = [];
  #bytes = 0;

  constructor(options: RenderOptions) {
    this.#options = options;
    this.#scopes = options.bindings === undefined ? [] : [options.bindings];
  }

  render(source: string, path: string | undefined): void {
    this.#stack.push(path);
    try {
      this.#nodes(parseTemplate(source));
    } catch (error) {
      if (error instanceof TemplateError) error.path ??= path;
      throw error;
    }
    this.#stack.pop();
  }

  #nodes(nodes: readonly Node[]): void {
    for (const node of nodes) this.#node(node);
  }

  #node(node: Node): void {
    switch (node.kind) {
      case "text":
        return this.#spanned("text", node.place, () => this.#write(node.text));
      case "name": {
        const value = this.#lookup(node.name);
        const text = value === undefined ? `{{${node.name}}}` : templateText(value);
        return this.#spanned(
          "legacy_bare",
          node.place,
          () => this.#write(text),
          value === undefined ? undefined : text,
        );
      }
      case "expression": {
        const text = templateText(this.#evaluate(node.expression, node.place));
        return this.#spanned("expr", node.place, () => this.#write(text), text);
      }
      case "if":
        return this.#spanned("if", node.place, () => this.#if(node));
      case "for":
        return this.#for(node);
      case "section":
        return this.#spanned("section", node.place, () => this.#section(node), node.name);
      case "include":
        return this.#spanned("include", node.place, () => this.#include(node));
    }
  }

  #write(text: string): void {
    this.text += text;
    if (this.#options.wantsSpans === true) this.#bytes += new TextEncoder().encode(text).length;
  }

  #spanned(kind: OutputSpan["kind"], place: Place, write: () => void, value?: string): void {
    const start = this.#bytes;
    write();
    if (this.#options.wantsSpans !== true) return;
    this.spans.push({
      kind,
      place,
      start,
      end: this.#bytes,
      ...(value === undefined ? {} : { boundValue: preview(value) }),
    });
  }

  #if(node: Extract<Node, { kind: "if" }>): void {
    const chosen = node.branches.find((branch) => isTruthy(this.#evaluate(branch.condition, node.place)));
    this.#nodes(chosen?.body ?? node.otherwise ?? []);
  }

  #for(node: Extract<Node, { kind: "for" }>): void {
    const entries = entriesOf(this.#evaluate(node.items, node.place), node.place);
    if (entries.length === 0) return this.#nodes(node.whenEmpty ?? []);
    for (const [index, [key, value]] of entries.entries()) {
      const loop = DictValue.of({
        index: index + 1,
        index0: index,
        first: index === 0,
        last: index === entries.length - 1,
        length: entries.length,
      });
      const variables = DictValue.of({
        loop,
        ...(node.keyName === undefined ? {} : { [node.keyName]: key }),
        [node.valueName]: value,
      });
      this.#scopes.push(variables);
      this.#spanned("for_iteration", node.place, () => this.#nodes(node.body));
      this.#scopes.pop();
    }
  }

  #section(node: Extract<Node, { kind: "section" }>): void {
    const frame = sectionFrame(node.name, this.#lookup("llm") ?? null);
    if (frame.isLeftOut) return;
    this.#write(frame.before);
    const hasText = this.#trimmed(() => this.#nodes(node.body));
    if (!hasText) this.#write(frame.usual);
    const given = node.args.find(([name]) => name === frame.argument?.name);
    if (frame.argument !== undefined && given !== undefined) {
      const value = this.#evaluate(given[1], node.place);
      this.#write(`${hasText ? "\n\n" : ""}${frame.argument.heading}${stringifyJson(value, 2)}`);
    }
    this.#write(frame.after);
  }

  /** Writes without the white space around it; spans move with their text. Whether anything is left. */
  #trimmed(write: () => void): boolean {
    const [text, start, spans] = [this.text, this.#bytes, this.spans.length];
    this.text = "";
    write();
    const whole = this.text;
    const kept = whole.trim();
    this.text = text;
    this.#bytes = start;
    const cut = new TextEncoder().encode(whole.slice(0, whole.length - whole.trimStart().length)).length;
    this.#write(kept);
    const moved = (offset: number): number => Math.min(Math.max(offset - cut, start), this.#bytes);
    for (const span of this.spans.splice(spans)) {
      const [from, to] = [moved(span.start), moved(span.end)];
      if (from < to) this.spans.push({ ...span, start: from, end: to });
    }
    return kept !== "";
  }

  #include(node: Extract<Node, { kind: "include" }>): void {
    const target = this.#evaluate(node.target, node.place);
    if (typeof target !== "string") throw new TemplateError(node.place, "include path must be a string");
    const { includes } = this.#options;
    const path = located(() => includes.locate(target, this.#stack.at(-1)), node.place);
    if (this.#stack.includes(path)) {
      throw new TemplateError(
        node.place,
        `circular include detected: ${[...this.#stack, path].map((at) => at ?? "<inline>").join(" → ")}`,
      );
    }
    if (this.#stack.length > includeLimit) {
      throw new TemplateError(node.place, `include depth exceeded (${includeLimit} levels)`);
    }
    const source = located(
      () => includes.read(path),
      node.place,
      (reason) => `failed to read included template ${path}: ${reason}`,
    );
    const bindings = new DictValue(
      new Map(node.bindings.map(([name, expression]) => [name, this.#evaluate(expression, node.place)])),
    );
    this.#scopes.push(bindings);
    this.render(source, path);
    this.#scopes.pop();
  }

  #lookup(name: string): Value | undefined {
    for (let at = this.#scopes.length - 1; at >= 0; at--) {
      const value = this.#scopes[at]?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #evaluate(expression: Expression, place: Place): Value {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "path":
        return expression.steps.reduce<Value>(step, this.#lookup(expression.name) ?? null);
      case "not":
        return !isTruthy(this.#evaluate(expression.operand, place));
      case "binary":
        return this.#binary(expression, place);
      case "filter":
        return this.#filter(expression, place);
    }
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>, place: Place): Value {
    const first = this.#evaluate(left, place);
    if (operator === "and") return isTruthy(first) ? this.#evaluate(right, place) : first;
    if (operator === "or") return isTruthy(first) ? first : this.#evaluate(right, place);
    return compareBy(operator, first, this.#evaluate(right, place));
  }

  #filter({ input, name, args }: Extract<Expression, { kind: "filter" }>, place: Place): Value {
    const filter = filters.get(name);
    if (filter === undefined) throw new TemplateError(place, `unknown filter \`${name}\``);
    const value = this.#evaluate(input, place);
    const values = args.map((arg) => this.#evaluate(arg, place));
    if (values.length < filter.least || values.length > filter.most) {
      throw new TemplateError(place, `filter \`${name}\` got wrong number of arguments`);
    }
    return located(() => filter.apply(value, values), place);
  }
}

/** Runs what knows nothing of places, and gives its error one. */
function located<T>(act: () => T, place: Place, inWords: (reason: string) => string = (reason) => reason): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Error && !(error instanceof TemplateError)
      ? new TemplateError(place, inWords(error.message))
      : error;
  }
}

const previewLength = 80;

function preview(text: string): string {
  const characters = [...text];
  return characters.length <= previewLength ? text : `${characters.slice(0, previewLength - 1).join("")}…`;
}

/** Missing fields, and fields of what has none, are nil. */
function step(value: Value, key: string | number): Value {
  if (typeof value !== "object" || value === null) return null;
  if (typeof key === "number") {
    if (value.kind !== "list") return null;
    return value.at(key < 0 ? value.size + key : key) ?? null;
  }
  return value.kind === "dict" || value.kind === "struct" ? (value.get(key) ?? null) : null;
}

function compareBy(operator: Exclude<BinaryOperator, "and" | "or">, a: Value, b: Value): boolean {
  if (operator === "==") return equal(a, b);
  if (operator === "!=") return !equal(a, b);
  const order = orderOf(a, b);
  if (order === undefined) return false;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

/** Numbers and texts have an order; anything else compares as false. */
function orderOf(a: Value, b: Value): number | undefined {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  const [x, y] = [numberOf(a), numberOf(b)];
  return x === undefined || y === undefined ? undefined : x - y;
}

function numberOf(value: Value): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  return typeof value === "object" && value?.kind === "float" ? value.value : undefined;
}

/** The keys and values that a loop goes through: positions count as keys. */
function entriesOf(value: Value, place: Place): readonly (readonly [Value, Value])[] {
  if (value === null) return [];
  if (typeof value === "object") {
    if (value.kind === "list") return value.toArray().map((item, index) => [index, item]);
    if (value.kind === "set") return value.values().map((item, index) => [index, item]);
    if (value.kind === "dict") return [...value.entries()];
    if (value.kind === "range") {
      const start = Number(value.start);
      return Array.from({ length: rangeLength(value) }, (_, index) => [index, start + index]);
    }
  }
  throw new TemplateError(place, "for-loop expects a list, dict, set, or range");
}
