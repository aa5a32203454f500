import { ArchiveError } from "./tar.ts";

/**
 * What an object of a bundle's manifest has, field by field: its defaults, in the order that the hash of a bundle depends on.
 * `null` takes anything; a list with an item says what its items have; {@link entriesOf} does so for maps.
 */
export type Shape = null | string | number | boolean | readonly Shape[] | { readonly [key: string]: Shape } | MapShape;

class MapShape {
  readonly item: Shape;

  constructor(item: Shape) {
    this.item = item;
  }
}

/** A map whose keys are free and whose values have this shape. Keys are written in order. */
export const entriesOf = (item: Shape): MapShape => new MapShape(item);

/** What was given with everything else that the shape has. Keys that the shape does not have go, as no reader of such a file knows them. */
export function filled(shape: Shape, given: unknown, place: string): unknown {
  if (shape === null) return sorted(given ?? null);
  if (Array.isArray(shape)) return filledList(shape[0] ?? null, given ?? [], place);
  if (shape instanceof MapShape) return filledMap(shape.item, given ?? {}, place);
  if (typeof shape === "object") {
    const fields = fieldsAt(given ?? {}, place);
    const entries = Object.entries(shape).map(([key, item]) => [key, filled(item, fields[key], `${place}.${key}`)]);
    return Object.fromEntries(entries);
  }
  if (given === undefined || given === null) return shape;
  if (typeof given !== typeof shape)
    throw new ArchiveError(`harnpack.json: ${place} must be a ${typeof shape === "string" ? "text" : typeof shape}`);
  return given;
}

function filledList(item: Shape, given: unknown, place: string): unknown {
  if (!Array.isArray(given)) throw new ArchiveError(`harnpack.json: ${place} must be a list`);
  return given.map((each, index) => filled(item, each, `${place}[${index}]`));
}

function filledMap(item: Shape, given: unknown, place: string): unknown {
  const fields = Object.entries(fieldsAt(given, place)).sort(byKey);
  return Object.fromEntries(fields.map(([key, each]) => [key, filled(item, each, `${place}.${key}`)]));
}

function fieldsAt(given: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new ArchiveError(`harnpack.json: ${place} must be an object`);
  return given as Readonly<Record<string, unknown>>;
}

function sorted(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(sorted);
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(
    Object.entries(given)
      .sort(byKey)
      .map(([key, each]) => [key, sorted(each)]),
  );
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
