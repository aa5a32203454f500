// The interpreter's `switch` names its cases `op.add`. V8 turns a switch into a jump table only when every case is a literal,
// so the bundle gets the numbers in their place; unbundled, as in tests, the names mean the same.
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

/** For each source file that dispatches on opcodes: the name it imports the numbers under. */
const dispatchers = /[\\/]src[\\/]vm[\\/]interpreter\.ts$/;

export const inlineOpcodes = {
  name: "inline-opcodes",
  setup(bundler) {
    bundler.onLoad({ filter: dispatchers }, async ({ path }) => {
      const contents = await withOpcodes(path, await readFile(path, "utf8"));
      return { contents, loader: "ts" };
    });
  },
};

/** The text of a source file, with numbers where it dispatches on opcodes. */
export async function withOpcodes(path, text) {
  if (!dispatchers.test(path)) return text;
  numbers ??= await readOpcodes(new URL("../src/bytecode/opcodes.ts", import.meta.url).pathname);
  return text.replace(/\bop\.([A-Za-z]+)\b/g, (_, name) => {
    const number = numbers[name];
    if (number === undefined) throw new Error(`${path}: no opcode ${name}`);
    return `${number} /* ${name} */`;
  });
}

let numbers;

async function readOpcodes(path) {
  const { outputFiles } = await build({ entryPoints: [path], bundle: true, write: false, format: "esm" });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
  return module.opNumbers;
}
