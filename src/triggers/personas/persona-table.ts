/** Something wrong in a manifest's personas; the place is `[[personas]][0].budget.daily_usd`. */
export interface PersonaProblem {
  readonly field_path: string;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** One table of a persona. What is of the wrong kind is reported and read as absent, so that all mistakes are told at once. */
export class PersonaTable {
  readonly path: string;
  readonly #fields: Fields;
  readonly #problems: PersonaProblem[];

  constructor(fields: Fields, path: string, problems: PersonaProblem[]) {
    this.#fields = fields;
    this.path = path;
    this.#problems = problems;
  }

  report(key: string, message: string): void {
    this.#problems.push({ field_path: `${this.path}.${key}`, message });
  }

  reportUnknown(known: readonly string[], message: string): void {
    for (const key of Object.keys(this.#fields)) if (!known.includes(key)) this.report(key, message);
  }

  /** The text under the first of these names that is there. */
  text(...names: readonly string[]): string | null {
    return this.#read(names, "must be a text", (value) => typeof value === "string") as string | null;
  }

  texts(...names: readonly string[]): readonly string[] {
    const isTexts = (value: unknown): boolean =>
      Array.isArray(value) && value.every((item) => typeof item === "string");
    return (this.#read(names, "must be a list of texts", isTexts) ?? []) as readonly string[];
  }

  choice<C extends string>(choices: readonly C[], ...names: readonly string[]): C | null {
    const expected = `must be one of ${choices.join(", ")}`;
    return this.#read(names, expected, (value) => choices.includes(value as C)) as C | null;
  }

  amount(name: string): number | null {
    const value = this.#read([name], "must be a number", isNumber);
    if (value === null) return null;
    const amount = Number(value);
    if (Number.isFinite(amount) && amount >= 0) return amount;
    this.report(name, "budget amounts must be finite non-negative numbers");
    return null;
  }

  count(name: string): number | null {
    const isCount = (value: unknown): boolean =>
      isNumber(value) && Number.isInteger(Number(value)) && Number(value) >= 0;
    const value = this.#read([name], "must be a whole number from 0 on", isCount);
    return value === null ? null : Number(value);
  }

  table(name: string): PersonaTable {
    const value = this.#read([name], "must be a table", isTable) ?? {};
    return new PersonaTable(value as Fields, `${this.path}.${name}`, this.#problems);
  }

  /** Tables that each need these texts; they are kept as they are. */
  tables(name: string, needed: readonly string[]): readonly unknown[] {
    const isTables = (value: unknown): boolean => Array.isArray(value) && value.every(isTable);
    const found = (this.#read([name], "must be a list of tables", isTables) ?? []) as readonly Fields[];
    found.forEach((fields, at) => {
      for (const key of needed)
        if (typeof fields[key] !== "string") this.report(`${name}[${at}].${key}`, `missing required ${key}`);
    });
    return found;
  }

  #read(names: readonly string[], expected: string, fits: (value: unknown) => boolean): unknown {
    const name = names.find((each) => this.#fields[each] !== undefined);
    if (name === undefined) return null;
    const value = this.#fields[name];
    if (fits(value)) return value;
    this.report(name, expected);
    return null;
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

export function isTable(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
