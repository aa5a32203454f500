import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The programs that edits start from: ours, none of them long, so that many edits can be tried. */
export function corpus(root: string, longest = 4_000): readonly string[] {
  return ["conformance", "examples", "src/stdlib/lib"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
    )
    .filter((name) => /[^/\\]\.harn$/.test(name))
    .sort()
    .map((name) => readFileSync(join(root, name), "utf8"))
    .filter(({ length }) => length > 0 && length <= longest);
}
