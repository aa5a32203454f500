// A room's door (`index.ts`) names everything that the room lends, so whoever imports one name of it imports them all. Readers want
// that; a script that should evaluate little does not. Here each import of a door becomes imports of the files that define the names.
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { withOpcodes } from "./inline-opcodes.mjs";

const sources = /[\\/]src[\\/].*\.ts$/;
const importOfDoor = /^(import|export) \{([^}]*)\} from "(\.[^"]*\/index\.ts)";/gm;
const export_ = /^export \{([^}]*)\} from "(\.[^"]+)";/gm;

/** Loads the sources; takes the place of `inlineOpcodes`, as esbuild lets one plugin load a file. */
export const throughDoors = {
  name: "through-doors",
  setup(bundler) {
    const doors = new Map();
    bundler.onLoad({ filter: sources }, async ({ path }) => {
      if (path.includes(`${sep}node_modules${sep}`)) return undefined;
      const text = readFileSync(path, "utf8").replace(importOfDoor, (statement, verb, names, door) =>
        direct(doors, path, resolve(dirname(path), door), { verb, names, statement }),
      );
      return { contents: await withOpcodes(path, text), loader: "ts" };
    });
  },
};

/** The statement with the definers in the place of the door. It keeps its lines, for the source maps. */
function direct(doors, importer, door, { verb, names, statement }) {
  const byFile = new Map();
  for (const { imported, local } of specifiersIn(names)) {
    const { file, name } = definer(doors, door, imported);
    byFile.set(file, [...(byFile.get(file) ?? []), name === local ? name : `${name} as ${local}`]);
  }
  const statements = [...byFile].map(([file, list]) => {
    const path = relative(dirname(importer), file).split(sep).join("/");
    return `${verb} { ${list.join(", ")} } from "${path.startsWith(".") ? path : `./${path}`}";`;
  });
  return statements.join(" ") + "\n".repeat(statement.split("\n").length - 1);
}

/** Where a name that a door lends is defined, and under which name; the door itself if it defines it. */
function definer(doors, door, name) {
  const known = doors.get(door) ?? exportsOf(door);
  doors.set(door, known);
  const target = known.get(name);
  if (target === undefined) return { file: door, name };
  return target.file.endsWith(`${sep}index.ts`) ? definer(doors, target.file, target.name) : target;
}

function exportsOf(door) {
  const found = new Map();
  if (!existsSync(door)) return found;
  for (const [, names, path] of readFileSync(door, "utf8").matchAll(export_))
    for (const { imported, local } of specifiersIn(names))
      found.set(local, { file: resolve(dirname(door), path), name: imported });
  return found;
}

/** `a, type B, c as d` without the types. */
function specifiersIn(names) {
  return names
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "" && !each.startsWith("type "))
    .map((each) => each.split(" as "))
    .map(([imported, local = imported]) => ({ imported, local }));
}
