import { Chance } from "./chance.ts";

/**
 * Programs that nobody would write, for comparing tiers: every statement and operator in every place, with values of several
 * kinds in the same variable, errors thrown and caught, loops left early, and waits in between. They end by themselves.
 */
export function randomProgram(seed: number): string {
  return new Generator(seed).program();
}

class Generator {
  readonly #chance: Chance;
  #lines: string[] = [];
  #indent = 0;
  #names: string[] = [];
  #depth = 0;
  #loops = 0;
  #functions = 0;
  #counter = 0;
  #inFunction = false;

  constructor(seed: number) {
    this.#chance = new Chance(seed * 2_654_435_761 + 1);
  }

  program(): string {
    this.#line("struct Box { value: any, other: any }");
    this.#line(
      "impl Box { fn get(self) { return self.value } fn with(self, v) { return Box { value: v, other: self.value } } }",
    );
    this.#line("impl Box { fn mixed(self, v) { if self.value == v { return self.other }");
    this.#line("  return self.value + v } }");
    this.#line("fn sum(p, q) { return p * 2 - q }");
    this.#line("fn typed(p: int, q: float) { return p * 2 - q }");
    this.#line("fn boxed(p: Box, q: string) { return p.value }");
    this.#line("fn larger(p, q) { if p > q { return p }");
    this.#line("  return [q][0] }");
    const functions = this.#chance.below(3) + 1;
    for (let index = 0; index < functions; index++) this.#function(index);
    this.#line("pipeline main() {");
    this.#indent++;
    this.#names = [];
    for (const name of ["a", "b", "c", "d"]) {
      this.#line(`var ${name} = ${this.#literal()}`);
      this.#names.push(name);
    }
    for (let index = 5 + this.#chance.below(6); index > 0; index--) {
      this.#line("try {");
      this.#inner(() => this.#block(1));
      this.#line('} catch (error) { println("failed", error) }');
    }
    for (const name of ["a", "b", "c", "d"]) this.#line(`println(${name})`);
    this.#line(this.#expression(2));
    this.#indent--;
    this.#line("}");
    return `${this.#lines.join("\n")}\n`;
  }

  #function(index: number): void {
    const params = ["p", "q"].slice(0, Math.min(index + 1, 2));
    this.#inFunction = true;
    this.#names = [...params];
    this.#line(`fn f${index}(${params.join(", ")}${this.#chance.holds(0.3) ? ", z = 7" : ""}) {`);
    this.#indent++;
    for (const name of ["u", "v"]) {
      this.#line(`var ${name} = ${this.#expression(1)}`);
      this.#names.push(name);
    }
    this.#depth = 1;
    this.#block(2 + this.#chance.below(4));
    this.#depth = 0;
    this.#line(
      `return ${this.#chance.holds(0.3) && index > 0 ? `f${index - 1}(${this.#arguments(index - 1)})` : this.#expression(2)}`,
    );
    this.#indent--;
    this.#line("}");
    this.#inFunction = false;
    this.#functions = index + 1;
  }

  #arguments(callee: number): string {
    return Array.from({ length: Math.min(2, callee + 1) }, () => this.#expression(1)).join(", ");
  }

  #block(count: number): void {
    const known = this.#names.length;
    for (let index = 0; index < count; index++) this.#statement();
    this.#names.length = known;
  }

  #statement(): void {
    const variable = this.#variable();
    const assigned = this.#assignable();
    switch (this.#chance.below(this.#depth > 2 ? 9 : 16)) {
      case 0:
      case 1:
      case 2:
        return this.#assign(assigned, `= ${this.#expression(2)}`);
      case 3:
        return this.#assign(assigned, `${this.#chance.pick(["+=", "-=", "*="])} ${this.#expression(1)}`);
      case 4:
        return this.#line(`println(${this.#expression(2)})`);
      case 5:
        if (this.#loops > 0)
          return this.#line(`if ${this.#condition()} { ${this.#chance.pick(["break", "continue"])} }`);
        return this.#line(`println("${this.#counter++}", ${variable})`);
      case 6:
        return this.#line(
          `if ${this.#condition()} { throw ${this.#chance.pick([`"t${this.#counter++}"`, variable, "{code: 3}"])} }`,
        );
      case 7: {
        const name = `l${this.#counter++}`;
        this.#line(`let ${name} = ${this.#expression(2)}`);
        this.#names.push(name);
        return;
      }
      case 8:
        return this.#write(assigned);
      case 9:
      case 10:
        return this.#nested(`if ${this.#condition()} {`, this.#chance.holds(0.5) ? "} else {" : undefined);
      case 11: {
        const name = `i${this.#counter++}`;
        const range = this.#chance.pick([
          `0 to ${this.#chance.below(6)}`,
          `1 to ${this.#chance.below(9)} exclusive`,
          `[1, 2.5, "x", ${variable}]`,
          "{k: 1, j: [2]}",
          "[[1], [2], [3]]",
        ]);
        return this.#loop(`for ${name} in ${range} {`, name);
      }
      case 12: {
        const name = `w${this.#counter++}`;
        this.#line(`var ${name} = 0`);
        this.#loop(
          `while ${name} < ${this.#chance.below(7)} {\n${"  ".repeat(this.#indent + 1)}${name} = ${name} + 1`,
          undefined,
        );
        return;
      }
      case 13:
        return this.#chance.holds(0.6) ? this.#try() : this.#floats();
      case 14:
        if (this.#inFunction) return this.#line(`if ${this.#condition()} { return ${this.#expression(1)} }`);
        return this.#line("sleep(1)");
      default:
        return this.#line(this.#chance.holds(0.4) ? "sleep(1)" : `println(${variable})`);
    }
  }

  /** Writes into a collection, which a variable may or may not hold. */
  #write(name: string): void {
    const value = this.#expression(1);
    this.#line(
      this.#chance.pick([
        `try { ${name}[${this.#chance.below(3)}] = ${value} } catch (e) { println("no", e) }`,
        `try { ${name}.k = ${value} } catch (e) { println("no", e) }`,
        `try { ${name} = ${name}.push(${value}) } catch (e) { println("no", e) }`,
        `try { ${name}.k[0] = ${value} } catch (e) { println("no", e) }`,
        `${name} = [${value}, 2]`,
        `${name} = {k: ${value}}`,
        `${name} = Box { value: ${value}, other: 1 }`,
      ]),
    );
  }

  #nested(head: string, otherwise: string | undefined): void {
    this.#line(head);
    this.#inner(() => this.#block(1 + this.#chance.below(3)));
    if (otherwise !== undefined) {
      this.#line(otherwise);
      this.#inner(() => this.#block(1 + this.#chance.below(2)));
    }
    this.#line("}");
  }

  #loop(head: string, name: string | undefined): void {
    this.#line(head);
    const known = this.#names.length;
    if (name !== undefined) this.#names.push(name);
    this.#loops++;
    this.#inner(() => this.#block(1 + this.#chance.below(3)));
    this.#loops--;
    this.#names.length = known;
    this.#line("}");
  }

  /** What a loop doubles with every round would fill the memory. */
  #assign(name: string, what: string): void {
    this.#line(`${name} ${what}`);
    if (this.#loops > 0) this.#line(`if weight(${name}) > 100 { ${name} = 2 }`);
  }

  /** A loop over floats, which something else may come in between. */
  #floats(): void {
    const [x, y, count] = [`x${this.#counter++}`, `y${this.#counter++}`, `w${this.#counter++}`];
    this.#line(`var ${x} = ${this.#chance.pick(["0.5", "1.0", "-2.5"])}`);
    this.#line(`var ${y} = ${this.#chance.pick(["0.25", "3.0", this.#operand()])}`);
    this.#line(`var ${count} = 0`);
    const step = (): string =>
      this.#chance.pick([`${x} * 0.5`, `${x} - ${y}`, `${y} + 1.5`, `${x} / ${y}`, `2 - ${x}`]);
    const test = this.#chance.pick(["<", "<=", ">", ">=", "!=", "=="]);
    const bound = this.#chance.pick(["4.0", "2", y]);
    this.#loop(
      `while ${count} < ${2 + this.#chance.below(6)} {\n${"  ".repeat(this.#indent + 1)}${count} = ${count} + 1\n${"  ".repeat(this.#indent + 1)}${x} = ${step()}\n${"  ".repeat(this.#indent + 1)}if ${x} ${test} ${bound} { ${y} = ${this.#chance.pick([step(), step(), this.#operand()])} }`,
      this.#chance.pick([x, y]),
    );
    this.#line(`println(${x}, ${y})`);
  }

  #try(): void {
    this.#line("try {");
    this.#inner(() => this.#block(1 + this.#chance.below(3)));
    const name = `e${this.#counter++}`;
    this.#line(`} catch (${name}) {`);
    this.#inner(() => {
      this.#line(`println("caught", ${name})`);
      this.#names.push(name);
      this.#block(this.#chance.below(2));
      this.#names.pop();
    });
    if (this.#chance.holds(0.5)) {
      this.#line("} finally {");
      this.#inner(() => this.#line(`println("finally ${this.#counter++}")`));
    }
    this.#line("}");
  }

  #inner(body: () => void): void {
    this.#indent++;
    this.#depth++;
    const known = this.#names.length;
    body();
    this.#names.length = known;
    this.#depth--;
    this.#indent--;
  }

  #condition(): string {
    return this.#chance.pick([
      `${this.#operand()} ${this.#chance.pick(["<", ">", "<=", ">=", "==", "!="])} ${this.#operand()}`,
      `!${this.#operand()}`,
      this.#operand(),
      `${this.#operand()} == 2 && ${this.#operand()} > 0`,
    ]);
  }

  #expression(size: number): string {
    if (size <= 0) return this.#operand();
    const inner = (): string => this.#expression(size - 1);
    switch (this.#chance.below(24)) {
      case 0:
      case 1:
      case 2:
      case 14:
      case 15:
      case 16:
      case 17:
      case 18:
        return `(${inner()} ${this.#chance.pick(["+", "-", "*", "+", "-"])} ${inner()})`;
      case 3:
        return `(${inner()} ${this.#chance.pick(["/", "%"])} ${this.#chance.pick(["2", "3", "0", "1.5", this.#variable()])})`;
      case 4:
        return `[${inner()}, ${this.#operand()}]`;
      case 5:
        return `{k: ${inner()}, "key two": ${this.#operand()}}`;
      case 6:
        return `"<\${${this.#variable()}} \${${this.#variable()}}>"`;
      case 7:
        return `(${this.#condition()} ? (${inner()}) : ${this.#operand()})`;
      case 8:
        return this.#chance.pick([
          `[1, 2, 3].map({ x -> x * ${this.#operand()} })`,
          `[1, ${this.#operand()}, 3].filter({ x -> x > ${this.#operand()} })`,
          `[1, 2.5, ${this.#operand()}].reduce(${this.#operand()}, { p, x -> p ${this.#chance.pick(["+", "-", "*"])} x })`,
          `[[1], ${this.#operand()}].map({ x -> [x, ${this.#operand()}] })`,
          `[{k: 1}, {k: ${this.#operand()}}].filter({ x -> x.k == ${this.#operand()} })`,
        ]);
      case 9:
        return this.#functions > 0 ? this.#call() : inner();
      case 10:
        return this.#chance.pick([
          `(${this.#operand()}?.k ?? 1)`,
          `${this.#operand()}.k`,
          `${this.#operand()}.size()`,
          `({k: ${inner()}}).k`,
          `[${inner()}, 5][1]`,
        ]);
      case 11:
        return this.#chance.pick([
          `Box { value: ${inner()}, other: 2 }.get()`,
          `Box { value: 1, other: ${inner()} }.with(${this.#operand()})`,
          `Box { value: ${this.#operand()}, other: ${inner()} }.mixed(${this.#operand()})`,
          `${this.#operand()}.get()`,
          `${this.#chance.pick(["sum", "larger", "typed", "boxed"])}(${inner()}, ${this.#operand()})`,
          `boxed(Box { value: ${inner()}, other: 1 }, "x")`,
          `${this.#chance.pick(["sum", "larger"])}(${this.#operand()}, ${this.#operand()})`,
        ]);
      case 12:
        return `(${inner()} ${this.#chance.pick(["<", ">", "<=", ">=", "==", "!="])} ${this.#operand()})`;
      default:
        return this.#operand();
    }
  }

  #call(): string {
    const callee = this.#chance.below(this.#functions);
    return `f${callee}(${this.#arguments(callee)})`;
  }

  #operand(): string {
    return this.#chance.holds(0.65) ? this.#variable() : this.#literal();
  }

  #variable(): string {
    return this.#names.length === 0 ? "1" : this.#chance.pick(this.#names);
  }

  #assignable(): string {
    const mutable = this.#names.filter((name) => /^[abcduv]$/.test(name));
    return mutable.length === 0 ? "a" : this.#chance.pick(mutable);
  }

  #literal(): string {
    return this.#chance.pick([
      ...["0", "1", "2", "-3", "7", "1.5", "-0.25", "2.0", "9007199254740991", "4611686018427387904"],
      ...["0", "1", "2", "3", "10", "0.5", "100"],
      this.#chance.pick([
        '"x"',
        '"\\u2028"',
        '"__proto__"',
        "true",
        "false",
        "nil",
        "[1, 2]",
        "[3].push(4)",
        "[]",
        "{k: 1}",
      ]),
    ]);
  }

  #line(text: string): void {
    this.#lines.push("  ".repeat(this.#indent) + text);
  }
}
