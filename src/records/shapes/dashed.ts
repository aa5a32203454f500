import { record } from "../schema/record.ts";

/** Keys of several words may be written with dashes as well. */
export function dashed<const F extends Parameters<typeof record>[1]>(name: string, fields: F) {
  const aliases = Object.keys(fields).flatMap((key) =>
    key.includes("_") ? [[key.replaceAll("_", "-"), key as keyof F & string] as const] : [],
  );
  return record(name, fields, Object.fromEntries(aliases));
}
