import { jmespathProblem } from "./jmespath.ts";

/** A `[[triggers]]` table that says something that cannot be; the message names the manifest, the table and the trigger. */
export class ManifestTriggerError extends Error {
  override readonly name = "ManifestTriggerError";
}

type Fields = Readonly<Record<string, unknown>>;

/** One table of a manifest, read strictly: what is there has the right type and range, or the reader refuses by its path. */
export class Table {
  readonly #fields: Fields;
  readonly #path: string;
  readonly refuse: (problem: string) => never;

  constructor(fields: Fields, path: string, refuse: (problem: string) => never) {
    this.#fields = fields;
    this.#path = path;
    this.refuse = refuse;
  }

  has(key: string): boolean {
    return this.#fields[key] !== undefined;
  }

  isTable(key: string): boolean {
    return isFields(this.#fields[key]);
  }

  flag(key: string): boolean {
    const value = this.#fields[key] ?? false;
    return typeof value === "boolean" ? value : this.refuse(`${this.pathOf(key)} must be true or false`);
  }

  /** The table as text, equal for equal tables. */
  get definition(): string {
    return JSON.stringify(sorted(this.#fields));
  }

  get keys(): readonly string[] {
    return Object.keys(this.#fields);
  }

  text(key: string): string | undefined {
    const value = this.#fields[key];
    if (value === undefined || typeof value === "string") return value;
    return this.refuse(`${this.pathOf(key)} must be a string`);
  }

  texts(key: string): readonly string[] {
    const value = this.#fields[key];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    return this.refuse(`${this.pathOf(key)} must be a list of strings`);
  }

  choice<C extends string>(choices: readonly C[], ...keys: readonly string[]): C | undefined {
    const key = keys.find((name) => this.has(name));
    if (key === undefined) return undefined;
    const value = this.text(key);
    const choice = choices.find((name) => name === value);
    return choice ?? this.refuse(`${this.pathOf(key)} is '${value}', expected ${choices.join(", ")}`);
  }

  /** A whole number of at least `least`. */
  count(key: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.#number(key);
    if (value === undefined) return undefined;
    if (!Number.isInteger(value)) return this.refuse(`${this.pathOf(key)} must be an integer`);
    if (value < least) return this.refuse(`${this.pathOf(key)} must be greater than or equal to ${least}`);
    if (value > most) return this.refuse(`${this.pathOf(key)} must be less than or equal to ${most}`);
    return value;
  }

  amount(key: string): number | undefined {
    const value = this.#number(key);
    if (value !== undefined && !(value >= 0))
      return this.refuse(`${this.pathOf(key)} must be greater than or equal to 0`);
    return value;
  }

  needed<T>(key: string, value: T | undefined): T {
    return value ?? this.refuse(`${this.pathOf(key)} is missing`);
  }

  table(key: string): Table | undefined {
    const value = this.#fields[key];
    if (value === undefined) return undefined;
    if (isFields(value)) return new Table(value, this.pathOf(key), this.refuse);
    return this.refuse(`${this.pathOf(key)} must be a table`);
  }

  /** A list of tables; none where the key is absent. */
  tables(key: string): readonly Table[] {
    const value = this.#fields[key] ?? [];
    if (!Array.isArray(value) || !value.every(isFields))
      return this.refuse(`${this.pathOf(key)} must be a list of tables`);
    return value.map((fields, index) => new Table(fields, `${this.pathOf(key)}[${index}]`, this.refuse));
  }

  /** A query of an event, which has to be JMESPath. */
  query(key: string): string | undefined {
    const text = this.text(key);
    const problem = text === undefined ? undefined : jmespathProblem(text);
    if (problem !== undefined) this.refuse(`${this.pathOf(key)} '${text}' is invalid: ${problem}`);
    return text;
  }

  pathOf(key: string): string {
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }

  #number(key: string): number | undefined {
    const value = this.#fields[key];
    if (value === undefined || typeof value === "number") return value;
    return this.refuse(`${this.pathOf(key)} must be a number`);
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === "bigint") return value.toString();
  if (!isFields(value)) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
