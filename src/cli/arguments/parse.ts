import { nearestName } from "../../text/index.ts";
import { usageOf } from "./help.ts";
import { Invocation } from "./invocation.ts";
import type { CommandSpec, FlagSpec } from "./spec.ts";
import { UsageError } from "./usage-error.ts";

export type ParsedCommandLine =
  | { readonly kind: "invocation"; readonly invocation: Invocation }
  | { readonly kind: "help"; readonly command: CommandSpec; readonly path: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Walks the tree as far as names lead, then reads flags and positionals of the command it arrived at. */
export function parseCommandLine(
  root: CommandSpec,
  args: readonly string[],
  environment: Environment,
): ParsedCommandLine {
  const path = [root.name];
  let command = root;
  let at = 0;
  for (; at < args.length && command.subcommands !== undefined; at++) {
    const word = args[at] as string;
    const next = command.subcommands.find(({ name }) => name === word);
    if (next === undefined) break;
    command = next;
    path.push(word);
  }
  const rest = args.slice(at);
  if (asksForHelp(command, rest)) return { kind: "help", command, path };
  // A group that takes arguments of its own may be given anything.
  const isGroup = command.subcommands !== undefined && command.positionals === undefined;
  const isMisspelt = isGroup && rest[0]?.startsWith("-") === false;
  if (command.load === undefined || isMisspelt) throw noCommand(command, path, rest);
  return { kind: "invocation", invocation: new ArgumentReader(command, path, environment).read(rest) };
}

/** `-h` anywhere before `--`, and `harn help run`. */
function asksForHelp(command: CommandSpec, args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  if (command.flags?.some(({ short }) => short === "h")) return own.includes("--help");
  return own.includes("--help") || own.includes("-h");
}

function noCommand(command: CommandSpec, path: readonly string[], rest: readonly string[]): UsageError {
  const word = rest[0];
  const usage = usageOf(command, path);
  if (word === undefined) return new UsageError(`'${path.join(" ")}' requires a subcommand`, usage);
  if (word.startsWith("-")) return new UsageError(`unexpected argument '${word}' found`, usage);
  const near = nearest(
    word,
    (command.subcommands ?? []).map(({ name }) => name),
  );
  return new UsageError(
    `unrecognized subcommand '${word}'${near === undefined ? "" : `; did you mean '${near}'?`}`,
    usage,
  );
}

class ArgumentReader {
  readonly #command: CommandSpec;
  readonly #path: readonly string[];
  readonly #environment: Environment;
  readonly #values = new Map<string, string[]>();
  readonly #positionals: string[] = [];

  constructor(command: CommandSpec, path: readonly string[], environment: Environment) {
    this.#command = command;
    this.#path = path;
    this.#environment = environment;
  }

  read(args: readonly string[]): Invocation {
    const end = args.indexOf("--");
    const own = end === -1 ? args : args.slice(0, end);
    const passed = end === -1 ? [] : args.slice(end + 1);
    for (let at = 0; at < own.length; ) at = this.#readOne(own, at);
    if (this.#command.passes === undefined) for (const word of passed) this.#addPositional(word);
    this.#checkRelations();
    this.#checkPositionals();
    this.#fillIn();
    return new Invocation(
      this.#command,
      this.#path,
      this.#values,
      this.#positionals,
      this.#command.passes === undefined ? [] : passed,
    );
  }

  /** Reads the word at `at`, with its value when it has one; gives where the next word is. */
  #readOne(args: readonly string[], at: number): number {
    const word = args[at] as string;
    if (word.startsWith("--")) return this.#readLong(args, at);
    if (word.startsWith("-") && word.length > 1) return this.#readShort(args, at);
    this.#addPositional(word);
    return at + 1;
  }

  #readLong(args: readonly string[], at: number): number {
    const word = args[at] as string;
    const equals = word.indexOf("=");
    const name = word.slice(2, equals === -1 ? undefined : equals);
    const flag = this.#command.flags?.find((candidate) => candidate.name === name);
    if (flag === undefined) throw this.#unknown(`--${name}`);
    if (equals === -1) return this.#readValue(flag, args, at);
    if (flag.value === undefined) throw this.#error(`unexpected value for '--${name}': it takes none`);
    this.#addValue(flag, word.slice(equals + 1));
    return at + 1;
  }

  /** `-j4` and `-j 4` are the same. */
  #readShort(args: readonly string[], at: number): number {
    const word = args[at] as string;
    const flag = this.#command.flags?.find(({ short }) => short === word[1]);
    if (flag === undefined) throw this.#unknown(word);
    if (word.length === 2) return this.#readValue(flag, args, at);
    if (flag.value === undefined) throw this.#unknown(word);
    this.#addValue(flag, word.slice(2));
    return at + 1;
  }

  #readValue(flag: FlagSpec, args: readonly string[], at: number): number {
    if (flag.value === undefined || flag.isValueOptional) {
      this.#addValue(flag, flag.isValueOptional ? "" : "true");
      return at + 1;
    }
    const value = args[at + 1];
    if (value === undefined)
      throw this.#error(`a value is required for '--${flag.name} <${flag.value}>' but none was supplied`);
    this.#addValue(flag, value);
    return at + 2;
  }

  #addValue(flag: FlagSpec, value: string): void {
    const known = this.#values.get(flag.name);
    if (known !== undefined && !flag.isRepeatable) {
      if (flag.value === undefined) return;
      throw this.#error(`the argument '--${flag.name} <${flag.value}>' cannot be used multiple times`);
    }
    this.#checkChoice(flag, value);
    this.#values.set(flag.name, [...(known ?? []), value]);
  }

  #checkChoice({ name, value: placeholder, choices }: FlagSpec, value: string): void {
    if (choices === undefined || choices.includes(value)) return;
    throw this.#error(
      `invalid value '${value}' for '--${name} <${placeholder}>': expected one of ${choices.join(", ")}`,
    );
  }

  #addPositional(word: string): void {
    const specs = this.#command.positionals ?? [];
    const isLast = specs[specs.length - 1]?.isRepeatable === true;
    if (this.#positionals.length >= specs.length && !isLast) throw this.#error(`unexpected argument '${word}' found`);
    this.#positionals.push(word);
  }

  #checkRelations(): void {
    for (const flag of this.#command.flags ?? []) {
      if (!this.#values.has(flag.name)) continue;
      const enemy = flag.conflicts?.find((name) => this.#values.has(name));
      if (enemy !== undefined) throw this.#error(`the argument '--${flag.name}' cannot be used with '--${enemy}'`);
      if (flag.requires !== undefined && !this.#values.has(flag.requires)) {
        throw this.#error(`the argument '--${flag.name}' requires '--${flag.requires}'`);
      }
    }
  }

  #checkPositionals(): void {
    const missing = (this.#command.positionals ?? []).find(
      (spec, index) => spec.isRequired && this.#positionals[index] === undefined,
    );
    if (missing !== undefined) throw this.#error(`the following required argument was not provided: <${missing.name}>`);
  }

  /** The environment, then the default, for what the command line leaves open. */
  #fillIn(): void {
    for (const flag of this.#command.flags ?? []) {
      if (this.#values.has(flag.name)) continue;
      const set = flag.environment === undefined ? undefined : this.#environment[flag.environment];
      if (set !== undefined && set !== "") this.#takeFromEnvironment(flag, set);
      else if (flag.fallback !== undefined) this.#values.set(flag.name, [flag.fallback]);
    }
  }

  #takeFromEnvironment(flag: FlagSpec, value: string): void {
    const isOn = /^(?:1|true|yes|on)$/i.test(value);
    if (flag.isValueOptional && (isOn || /^(?:0|false|no|off)$/i.test(value))) {
      if (isOn) this.#values.set(flag.name, [""]);
    } else if (flag.value !== undefined) {
      this.#checkChoice(flag, value);
      this.#values.set(flag.name, [value]);
    } else if (isOn) this.#values.set(flag.name, ["true"]);
  }

  #unknown(word: string): UsageError {
    const near = nearest(
      word,
      (this.#command.flags ?? []).map(({ name }) => `--${name}`),
    );
    return this.#error(`unexpected argument '${word}' found${near === undefined ? "" : `; did you mean '${near}'?`}`);
  }

  #error(message: string): UsageError {
    return new UsageError(message, usageOf(this.#command, this.#path));
  }
}

/** The candidate that a typing slip could have meant: at most two edits away, and never a whole word. */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  return nearestName(word, candidates, word.length <= 2 ? 1 : 2);
}
