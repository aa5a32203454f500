import {
  DictValue,
  equal,
  FloatValue,
  floatDigits,
  isInt,
  ListValue,
  SetValue,
  StructValue,
  scalarLength,
  show,
  typeName,
  type Value,
} from "../../../value/index.ts";

export interface ValidationOptions {
  /** Whether absent fields get their `default`. */
  readonly appliesDefaults: boolean;
  /** Whether a text matches a `pattern`; a text instead says why the pattern is none. */
  readonly matches: (pattern: string, text: string) => boolean | string;
}

/** The value with its defaults, and everything that is wrong with it. */
export interface Validation {
  readonly value: Value;
  readonly errors: readonly string[];
}

/** How many references may lead to each other before they lead in a circle. */
const maxReferences = 64;

/** Checks a value against a canonical schema. */
export function validate(value: Value, schema: DictValue, options: ValidationOptions): Validation {
  return new Validator(schema, options).check(value, schema, "");
}

class Validator {
  readonly #root: DictValue;
  readonly #options: ValidationOptions;

  constructor(root: DictValue, options: ValidationOptions) {
    this.#root = root;
    this.#options = options;
  }

  check(value: Value, written: DictValue, path: string): Validation {
    const schema = this.#resolve(written);
    if (typeof schema === "string") return { value, errors: [at(path, `unresolved schema reference '${schema}'`)] };
    if (value === null && schema.get("nullable") === true) return { value, errors: [] };
    const constant = schema.get("const");
    if (constant !== undefined && !equal(value, constant)) {
      return { value, errors: [at(path, `expected constant ${show(constant)}, got ${show(value)}`)] };
    }
    return this.#checkParts(value, schema, path);
  }

  #checkParts(value: Value, schema: DictValue, path: string): Validation {
    const errors: string[] = [];
    let current = this.#all(value, schema, path, errors);
    current = this.#union(value, current, schema, path, errors);
    const type = schema.get("type");
    if (typeof type === "string" && !isOfType(value, type)) {
      errors.push(at(path, `expected type '${type}', got '${kindOf(value)}'`));
      return { value: current, errors };
    }
    return { value: this.#content(current, schema, path, errors), errors };
  }

  #all(value: Value, schema: DictValue, path: string, errors: string[]): Value {
    let current = value;
    for (const branch of schemasIn(schema.get("all_of"))) {
      const result = this.check(current, branch, path);
      current = result.value;
      errors.push(...result.errors);
    }
    return current;
  }

  /** The value as the first branch that takes it makes it. */
  #union(value: Value, current: Value, schema: DictValue, path: string, errors: string[]): Value {
    if (!(schema.get("union") instanceof ListValue)) return current;
    for (const branch of schemasIn(schema.get("union"))) {
      const result = this.check(value, branch, path);
      if (result.errors.length === 0) return result.value;
    }
    errors.push(at(path, "value did not match any union branch"));
    return current;
  }

  #content(value: Value, schema: DictValue, path: string, errors: string[]): Value {
    if (value instanceof DictValue || value instanceof StructValue) return this.#fields(value, schema, path, errors);
    if (value instanceof ListValue || value instanceof SetValue) return this.#items(value, schema, path, errors);
    if (typeof value === "string") this.#text(value, schema, path, errors);
    if (isInt(value)) checkNumber(Number(value), schema, path, errors);
    if (value instanceof FloatValue) checkNumber(value.value, schema, path, errors);
    if (typeof value !== "object" || value === null || value instanceof FloatValue)
      checkMembership(value, schema, path, errors);
    return value;
  }

  #fields(value: DictValue | StructValue, schema: DictValue, path: string, errors: string[]): Value {
    const fields = value instanceof DictValue ? [...value.entries()] : value.fields();
    const changed = value.copy();
    const properties = asDict(schema.get("properties")) ?? new DictValue();
    this.#checkRequired(value, schema, properties, path, errors);
    for (const [key, property] of properties.entries()) {
      if (!(property instanceof DictValue)) continue;
      const field = value.get(key);
      const given = field === undefined && this.#options.appliesDefaults ? property.get("default") : field;
      if (given !== undefined) this.#setChild(changed, key, given, property, childPath(path, key), errors);
    }
    const extra = schema.get("additional_properties");
    for (const [key, item] of fields.filter(([name]) => !properties.has(name))) {
      if (extra === false) errors.push(at(path, `unexpected key '${key}'`));
      else if (extra instanceof DictValue) this.#setChild(changed, key, item, extra, childPath(path, key), errors);
    }
    return changed;
  }

  #checkRequired(
    value: DictValue | StructValue,
    schema: DictValue,
    properties: DictValue,
    path: string,
    errors: string[],
  ): void {
    const required = schema.get("required");
    if (!(required instanceof ListValue)) return;
    for (const key of required.view().map(show)) {
      const hasDefault = asDict(properties.get(key))?.has("default") ?? false;
      if (value.get(key) === undefined && !(this.#options.appliesDefaults && hasDefault)) {
        errors.push(at(path, `missing required key '${key}'`));
      }
    }
  }

  #setChild(
    parent: DictValue | StructValue,
    key: string,
    value: Value,
    schema: DictValue,
    path: string,
    errors: string[],
  ): void {
    const child = this.check(value, schema, path);
    if (child.errors.length === 0) parent.setInPlace(key, child.value);
    else errors.push(...child.errors);
  }

  #items(value: ListValue | SetValue, schema: DictValue, path: string, errors: string[]): Value {
    const items = value instanceof ListValue ? value.view() : value.values();
    const min = intIn(schema, "min_items");
    const max = intIn(schema, "max_items");
    if (min !== undefined && items.length < min)
      errors.push(at(path, `expected at least ${min} items, got ${items.length}`));
    if (max !== undefined && items.length > max)
      errors.push(at(path, `expected at most ${max} items, got ${items.length}`));
    const itemSchema = asDict(schema.get("items"));
    if (!itemSchema) return value;
    const kept: Value[] = [];
    for (const [index, item] of items.entries()) {
      const child = this.check(item, itemSchema, `${path}[${index}]`);
      if (child.errors.length === 0) kept.push(child.value);
      else errors.push(...child.errors);
    }
    return value instanceof ListValue ? new ListValue(kept) : new SetValue(kept);
  }

  #text(text: string, schema: DictValue, path: string, errors: string[]): void {
    const length = scalarLength(text);
    const min = intIn(schema, "min_length");
    const max = intIn(schema, "max_length");
    if (min !== undefined && length < min) errors.push(at(path, `expected length >= ${min}, got ${length}`));
    if (max !== undefined && length > max) errors.push(at(path, `expected length <= ${max}, got ${length}`));
    const pattern = schema.get("pattern");
    if (typeof pattern !== "string") return;
    const result = this.#options.matches(pattern, text);
    if (typeof result === "string") errors.push(at(path, `invalid regex pattern '${pattern}': ${result}`));
    else if (!result) errors.push(at(path, `value does not match pattern '${pattern}'`));
  }

  /** The schema behind references, or the reference that leads nowhere. */
  #resolve(schema: DictValue): DictValue | string {
    let current = schema;
    for (let count = 0; count < maxReferences; count++) {
      const reference = current.get("$ref");
      if (typeof reference !== "string") return current;
      const target = this.#follow(reference);
      if (!target) return reference;
      current = target;
    }
    return show(current.get("$ref") ?? null);
  }

  #follow(reference: string): DictValue | undefined {
    let place: Value | undefined = this.#root;
    for (const step of reference
      .replace(/^#*\/*/, "")
      .split("/")
      .filter((part) => part !== "")) {
      const key = step.replace(/~1/g, "/").replace(/~0/g, "~");
      if (place instanceof DictValue) place = place.get(key);
      else if (place instanceof ListValue) place = place.at(Number(key));
      else return undefined;
    }
    return asDict(place);
  }
}

function at(path: string, message: string): string {
  return `at ${path === "" ? "root" : path}: ${message}`;
}

function childPath(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function asDict(value: Value | undefined): DictValue | undefined {
  return value instanceof DictValue ? value : undefined;
}

function schemasIn(value: Value | undefined): DictValue[] {
  return value instanceof ListValue ? value.view().filter((item) => item instanceof DictValue) : [];
}

function intIn(schema: DictValue, key: string): number | undefined {
  const value = schema.get(key);
  return isInt(value) ? Number(value) : undefined;
}

function numberIn(schema: DictValue, key: string): number | undefined {
  const value = schema.get(key);
  return value instanceof FloatValue ? value.value : intIn(schema, key);
}

/** A struct is a dict to a schema. */
function kindOf(value: Value): string {
  return value instanceof StructValue ? "dict" : typeName(value);
}

function isOfType(value: Value, type: string): boolean {
  return type === "any" || kindOf(value) === type;
}

function checkNumber(value: number, schema: DictValue, path: string, errors: string[]): void {
  const min = numberIn(schema, "min");
  const max = numberIn(schema, "max");
  if (min !== undefined && value < min)
    errors.push(at(path, `expected value >= ${floatDigits(min)}, got ${floatDigits(value)}`));
  if (max !== undefined && value > max)
    errors.push(at(path, `expected value <= ${floatDigits(max)}, got ${floatDigits(value)}`));
}

function checkMembership(value: Value, schema: DictValue, path: string, errors: string[]): void {
  const members = schema.get("enum");
  if (!(members instanceof ListValue) || members.view().some((member) => equal(member, value))) return;
  errors.push(at(path, `value must be one of [${members.view().map(show).join(", ")}]`));
}
