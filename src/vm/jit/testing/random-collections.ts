import { Chance } from "./chance.ts";

/**
 * Programs about who holds a collection: lists and dicts that go through parameters, results, closures, loops, errors and other
 * collections, and are written to all the time. Each shows what all of its variables hold, again and again.
 */
export function randomCollections(seed: number): string {
  return new Generator(seed).program();
}

class Generator {
  readonly #chance: Chance;
  #lines: string[] = [];
  #counter = 0;
  #functions = 0;
  /** Names that can be assigned to, and those that can be read besides. */
  #variables: string[] = [];
  #fixed: string[] = [];
  #inFunction = false;

  constructor(seed: number) {
    this.#chance = new Chance(seed * 2_654_435_761 + 7);
  }

  program(): string {
    this.#line("struct Box { items: any, other: any }");
    this.#line("impl Box { fn all(self) { return self.items }");
    this.#line("  fn me(self) { return self }");
    this.#line("  fn put(self, v) { var b = self");
    this.#line("    b.items = v");
    this.#line("    return b } }");
    this.#line("var shelf = [[1], 2]");
    this.#line("fn same(p) { return p }");
    this.#line("fn written(p, v) { var x = p");
    this.#line('  if form(x) != "other" { x[0] = v }');
    this.#line("  return x }");
    this.#line("fn dug(p, v) { var x = p");
    this.#line('  if form(x) == "nested" { x[0][0] = v }');
    this.#line("  return x }");
    this.#line("fn pushed(p, v) { var x = p");
    this.#line('  if form(x) == "list" { x = x.push(v) }');
    this.#line("  return x }");
    this.#line('fn added(p, v) { if form(p) == "list" { return p + [v] }');
    this.#line("  return [p, v] }");
    for (let index = 1 + this.#chance.below(3); index > 0; index--) this.#function();
    this.#line("pipeline main() {");
    this.#variables = ["a", "b", "c"];
    this.#fixed = [];
    for (const name of this.#variables) this.#line(`var ${name} = ${this.#fresh()}`);
    this.#statements(12 + this.#chance.below(10), 0);
    this.#line("println(a, b, c, shelf)");
    this.#line("}");
    return `${this.#lines.join("\n")}\n`;
  }

  #function(): void {
    const name = `f${this.#functions}`;
    this.#line(`fn ${name}(p, q) {`);
    this.#variables = ["u", "v"];
    this.#fixed = ["p", "q"];
    this.#inFunction = true;
    this.#line(`var u = ${this.#chance.pick(["p", "p", "[p, q]", "q", "same(p)"])}`);
    this.#line(`var v = ${this.#chance.pick(["q", "[1]", "{k: q}", "p"])}`);
    this.#statements(2 + this.#chance.below(6), 0);
    this.#line(
      `return ${this.#chance.pick(["u", "u", "v", "p", "[u, v]", "pushed(u, v)", "same(u)", "written(u, v)"])}`,
    );
    this.#line("}");
    this.#inFunction = false;
    this.#functions++;
  }

  #statements(count: number, depth: number): void {
    for (let index = 0; index < count; index++) this.#statement(depth);
  }

  #statement(depth: number): void {
    const x = this.#chance.pick(this.#variables);
    const y = this.#name();
    const z = this.#name();
    const bounded = (text: string, needs?: string): void => {
      if (this.#chance.holds(0.3)) this.#line(`try { ${text} } catch (e) { println("no") }`);
      else this.#line(needs === undefined ? text : `if ${needs} { ${text} }`);
      this.#line(`if weight(${x}) > 40 { ${x} = ${this.#fresh()} }`);
    };
    switch (this.#chance.below(depth > 1 ? 15 : 22)) {
      case 0:
        return this.#line(`${x} = ${y}`);
      case 1:
      case 2:
        return bounded(`${x}[0] = ${this.#chance.pick([y, "9", "[5]"])}`, `form(${x}) != "other"`);
      case 3:
        return bounded(`${x}[0][0] = ${this.#chance.pick([y, "8"])}`, `form(${x}) == "nested"`);
      case 4:
        return bounded(`${x}.k = ${this.#chance.pick([y, "7"])}`, `form(${x}) == "dict"`);
      case 5:
        return bounded(`${x} = ${x}.push(${y})`, `form(${x}) == "list"`);
      case 6:
        return bounded(`${x} = ${y}.push(${z})`, `form(${y}) == "nested"`);
      case 7:
        return bounded(`${x} = ${y} + [${z}]`, `form(${y}) == "nested"`);
      case 8:
        return bounded(`${x} = ${this.#chance.pick([`[${y}, ${z}]`, `{k: ${y}, l: 1}`, `[[${y}], 3]`])}`);
      case 9:
      case 10:
        return bounded(`${x} = ${this.#call(y, z)}`);
      case 11:
        return this.#chance.holds(0.5)
          ? bounded(`${x} = ${y}[0]`, `form(${y}) == "nested"`)
          : bounded(`${x} = ${this.#chance.pick([`(${y}?.k ?? ${z})`, `(weight(${z}) > 4 ? ${y} : ${z})`])}`);
      case 12: {
        const name = `n${this.#counter++}`;
        this.#line(`let ${name} = ${this.#chance.pick([y, this.#call(y, z), `[${y}]`])}`);
        if (depth === 0) this.#fixed.push(name);
        return;
      }
      case 13:
        return bounded(
          this.#chance.pick([
            `${x} = Box { items: ${y}, other: 1 }.all()`,
            `let b = Box { items: ${y}, other: 1 }.me()\n${x} = [b.items, ${z}]`,
            `let b = Box { items: ${y}, other: 1 }.put(${z})\n${x} = b.all()`,
            `shelf = ${y}`,
            `${x} = shelf`,
            `if form(shelf) != "other" { shelf[0] = ${y} }`,
            `${x} = same(shelf)`,
          ]),
        );
      case 14:
        return this.#line(`println(${[...this.#variables, ...this.#fixed].join(", ")})`);
      case 15:
        return this.#block(`if ${this.#chance.pick(["true", "false", `weight(${y}) > 3`])} {`, depth);
      case 16:
        return this.#block(`for i${this.#counter++} in 1 to ${1 + this.#chance.below(3)} {`, depth);
      case 17: {
        const name = `e${this.#counter++}`;
        this.#fixed.push(name);
        this.#block(`for ${name} in [${y}, ${z}] {`, depth);
        this.#fixed = this.#fixed.filter((other) => other !== name);
        return;
      }
      case 18: {
        this.#line("try {");
        this.#statements(1 + this.#chance.below(3), depth + 1);
        this.#line(`throw ${this.#chance.pick([y, '"out"'])}`);
        this.#line("} catch (e) {");
        this.#line(this.#chance.pick([`${x} = e`, `println(e, ${y})`]));
        this.#line(`if weight(${x}) > 40 { ${x} = 0 }`);
        if (this.#chance.holds(0.4)) {
          this.#line("} finally {");
          this.#statement(depth + 1);
        }
        return this.#line("}");
      }
      case 19: {
        const name = `g${this.#counter++}`;
        this.#line(`let ${name} = { w -> ${this.#chance.pick([`[${y}, w]`, "w", y, `written(w, ${y})`])} }`);
        return bounded(`${x} = ${name}(${z})`);
      }
      case 20:
        if (this.#chance.holds(0.4)) {
          const mapped = this.#chance.pick(["w", "[w, w]", "[w]", `[${z}, w]`, "w"]);
          const method = this.#chance.pick(["map", "filter"]);
          return bounded(`${x} = ${y}.${method}({ w -> ${mapped} })`, `form(${y}) == "nested"`);
        }
        if (this.#chance.holds(0.5))
          return bounded(`${x} = ${y}.map({ w -> written(w, ${z}) })`, `form(${y}) == "nested"`);
        return bounded(
          `${x} = [${y}, ${z}].map({ w -> ${this.#chance.pick(["w", "written(w, 4)", `written(${y}, w)`])} })`,
        );
      default:
        if (this.#inFunction && depth === 0) return this.#line(`if weight(${y}) > 5 { return ${z} }`);
        return this.#line("sleep(1)");
    }
  }

  #block(head: string, depth: number): void {
    const known = this.#fixed.length;
    this.#line(head);
    this.#statements(1 + this.#chance.below(3), depth + 1);
    this.#fixed.length = known;
    this.#line("}");
  }

  #call(y: string, z: string): string {
    if (this.#functions > 0 && this.#chance.holds(0.6)) return `f${this.#chance.below(this.#functions)}(${y}, ${z})`;
    return this.#chance.pick([
      `same(${y})`,
      `written(${y}, ${z})`,
      `written(${y}, 3)`,
      `dug(${y}, ${z})`,
      `dug(${y}, 4)`,
      `pushed(${y}, ${z})`,
      `added(${y}, 5)`,
      `${y} |> same`,
      `written(written(${y}, 1), dug(${z}, 2))`,
    ]);
  }

  #name(): string {
    return this.#chance.pick([...this.#variables, ...this.#variables, ...this.#fixed]);
  }

  #fresh(): string {
    return this.#chance.pick(["[[1, 2], [3]]", "[1, [2]]", "{k: [1], l: {m: 2}}", "[{k: 1}, 2]", "[]", "[[[1]], 2]"]);
  }

  #line(text: string): void {
    this.#lines.push(text);
  }
}
