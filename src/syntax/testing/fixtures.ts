import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "fixtures");

/** The sample programs, by name. */
export function readFixtures(): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".harn"));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
