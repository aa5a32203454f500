import { ExpressionParser } from "./expression.ts";
import { scanTemplate, type Token } from "./scan.ts";
import { type SectionName, sectionNames } from "./section.ts";
import { type Branch, type Expression, type Node, type Place, TemplateError } from "./syntax.ts";

const depthLimit = 128;
const bareName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Words that a lone directive cannot mean as names. */
const noNames: ReadonlySet<string> = new Set(["true", "false", "nil", "if", "for"]);

type Directive = Extract<Token, { kind: "directive" }>;

export function parseTemplate(source: string): readonly Node[] {
  return new TemplateParser(scanTemplate(source)).parseAll();
}

function wordOf(body: string): string {
  return /^[A-Za-z]+/.exec(body)?.[0] ?? "";
}

class TemplateParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parseAll(): readonly Node[] {
    const nodes = this.#block(undefined, []);
    const stray = this.#tokens[this.#at];
    if (stray?.kind === "directive") throw new TemplateError(stray.place, `unexpected \`{{ ${wordOf(stray.body)} }}\``);
    return nodes;
  }

  /** Up to one of the `ends`, which is left for the caller; `opener` is what stays open otherwise. */
  #block(opener: { readonly place: Place; readonly word: string } | undefined, ends: readonly string[]): Node[] {
    if (++this.#depth > depthLimit)
      throw new TemplateError(opener?.place ?? { line: 1, column: 1 }, "template is nested too deeply");
    const nodes: Node[] = [];
    for (let token = this.#tokens[this.#at]; token !== undefined; token = this.#tokens[this.#at]) {
      if (token.kind === "text") {
        nodes.push(token);
        this.#at++;
        continue;
      }
      const word = wordOf(token.body);
      if (isBoundary(token.body, word)) {
        if (ends.includes(word)) break;
        if (opener === undefined) break;
        throw new TemplateError(token.place, `unexpected \`{{ ${word} }}\``);
      }
      this.#at++;
      nodes.push(this.#directive(token, word));
    }
    if (opener !== undefined && this.#at >= this.#tokens.length) {
      const end = opener.word === "section" ? "endsection" : "end";
      throw new TemplateError(opener.place, `missing \`{{ ${end} }}\` for \`{{ ${opener.word} }}\``);
    }
    this.#depth--;
    return nodes;
  }

  #directive(token: Directive, word: string): Node {
    const { body, place } = token;
    if (body === "") throw new TemplateError(place, "empty directive");
    if (bareName.test(body) && !noNames.has(body)) return { kind: "name", name: body, place };
    const rest = body.slice(word.length);
    if (/^(?:[\s(!"'\d]|$)/.test(rest)) {
      if (word === "if") return this.#if(rest, place);
      if (word === "for") return this.#for(rest, place);
      if (word === "include") return this.#include(rest, place);
      if (word === "section") return this.#section(rest, place);
    }
    return { kind: "expression", expression: new ExpressionParser(body, place).parseAll(), place };
  }

  #if(condition: string, place: Place): Node {
    const branches: Branch[] = [];
    let test = condition;
    let testPlace = place;
    for (;;) {
      const parsed = new ExpressionParser(test, testPlace).parseAll();
      branches.push({ condition: parsed, body: this.#block({ place, word: "if" }, ["elif", "else", "end"]) });
      const next = this.#takeDirective();
      const word = wordOf(next.body);
      if (word === "end") return { kind: "if", branches, otherwise: undefined, place };
      if (word === "else") {
        const otherwise = this.#block({ place, word: "if" }, ["end"]);
        this.#takeDirective();
        return { kind: "if", branches, otherwise, place };
      }
      test = next.body.slice("elif".length);
      testPlace = next.place;
    }
  }

  #for(head: string, place: Place): Node {
    const match = /^\s+(.*?)\s+in\s+(.*)$/s.exec(head);
    if (match === null) throw new TemplateError(place, "expected `in` in for-loop");
    const [, variables = "", items = ""] = match;
    const names = variables.split(",").map((name) => name.trim());
    if (names.length > 2 || !names.every((name) => bareName.test(name))) {
      throw new TemplateError(place, names.length > 1 ? "invalid for-loop variables" : "invalid for-loop variable");
    }
    const body = this.#block({ place, word: "for" }, ["else", "end"]);
    const hasElse = wordOf(this.#takeDirective().body) === "else";
    const whenEmpty = hasElse ? this.#block({ place, word: "for" }, ["end"]) : undefined;
    if (hasElse) this.#takeDirective();
    return {
      kind: "for",
      keyName: names.length === 2 ? names[0] : undefined,
      valueName: names.at(-1) ?? "",
      items: new ExpressionParser(items, place).parseAll(),
      body,
      whenEmpty,
      place,
    };
  }

  #section(head: string, place: Place): Node {
    const match = /^\s*(?:"([^"]*)"|'([^']*)')([\s\S]*)$/.exec(head);
    if (match === null) throw new TemplateError(place, "section name must be a string literal");
    const name = sectionName(match[1] ?? match[2] ?? "", place);
    const args = sectionArguments(match[3] ?? "", place);
    const body = this.#block({ place, word: "section" }, ["endsection"]);
    const end = this.#takeDirective();
    const said = end.body.slice("endsection".length).trim();
    const ended = /^(?:"([^"]*)"|'([^']*)')?$/.exec(said);
    if (ended === null) throw new TemplateError(end.place, "section name must be a string literal");
    const endName = ended[1] ?? ended[2] ?? name;
    if (endName !== name)
      throw new TemplateError(end.place, `mismatched section end: expected \`${name}\`, got \`${endName}\``);
    return { kind: "section", name, args, body, place };
  }

  #include(text: string, place: Place): Node {
    const parser = new ExpressionParser(text, place);
    const target = parser.parse();
    const bindings = parser.takeWord("with") ? parser.parseBindings() : [];
    parser.expectEnd();
    return { kind: "include", target, bindings, place };
  }

  /** The directive that ended a block. */
  #takeDirective(): Directive {
    return this.#tokens[this.#at++] as Directive;
  }
}

function sectionName(text: string, place: Place): SectionName {
  const name = sectionNames.find((each) => each === text);
  if (name === undefined)
    throw new TemplateError(place, `unknown template section \`${text}\`: there are ${sectionNames.join(", ")}`);
  return name;
}

/** `name=value name=value`; a value with blanks needs quotes. */
function sectionArguments(text: string, place: Place): (readonly [string, Expression])[] {
  const args: (readonly [string, Expression])[] = [];
  for (let rest = text.trim(); rest !== ""; ) {
    const match = /^([A-Za-z_]\w*)=("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"']+)\s*/.exec(rest);
    if (match === null) throw new TemplateError(place, "expected `name=value` section argument");
    args.push([match[1] ?? "", new ExpressionParser(match[2] ?? "", place).parseAll()]);
    rest = rest.slice(match[0].length);
  }
  return args;
}

function isBoundary(body: string, word: string): boolean {
  if (word === "endsection") return true;
  if (word === "elif") return /^elif[\s(!"'\d]/.test(body);
  return (word === "end" || word === "else") && body === word;
}
