/** What the `std/` modules export, from their sources. */
import { type Exported, loadModuleGraph, type ModuleReader } from "../../modules/index.ts";
import { expressionText, type Parameter, statementText, typeParametersText, typeText } from "../../syntax/index.ts";
import type { ReferenceEntry, ReferenceExample } from "./entry.ts";

/** Names with an underscore in front are for other modules of the library. */
export function moduleEntries(reader: ModuleReader, names: readonly string[]): readonly ReferenceEntry[] {
  const text = names.map((name) => `import "std/${name}"\n`).join("");
  const { entry } = loadModuleGraph({ path: "reference.harn", text }, reader);
  return entry.imports.flatMap(({ declaration, target }) =>
    [...(target?.exports.values() ?? [])]
      .filter(({ name }) => !name.startsWith("_"))
      .map((exported) => entryOf(exported, declaration.path))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

function entryOf({ name, declaration }: Exported, group: string): ReferenceEntry {
  const isCallable = declaration.kind === "function" || declaration.kind === "tool";
  const doc = "doc" in declaration ? (declaration.doc ?? "") : "";
  return {
    kind: isCallable ? "function" : "type",
    name,
    group,
    signature: signatureOf(declaration),
    description: doc.replace(exampleLines, "").trim(),
    notes: [`\`import { ${name} } from "${group}"\``],
    examples: examplesOf(doc),
  };
}

/** Behind `@example`, a line `CALL  // RESULT`, and above it the lines that it needs. */
const exampleLines = /^@example\n((?:.+\n)*?)[ \t]*(.+?) {2}\/\/ (.+)$/gm;

function examplesOf(doc: string): readonly ReferenceExample[] {
  return [...doc.matchAll(exampleLines)].map(([, before = "", call = "", result = ""]) => ({
    source: `${before.replace(/^[ \t]+/gm, "")}${call}`,
    result,
  }));
}

function signatureOf(declaration: Exported["declaration"]): string {
  switch (declaration.kind) {
    case "function":
    case "tool": {
      const generics = declaration.kind === "function" ? typeParametersText(declaration.typeParameters) : "";
      const returns = declaration.returns === undefined ? "" : ` -> ${typeText(declaration.returns)}`;
      return `${declaration.name.text}${generics}(${declaration.params.map(parameterText).join(", ")})${returns}`;
    }
    case "pipeline":
    case "override":
      return `${declaration.kind} ${declaration.name.text}(${declaration.params.map(({ text }) => text).join(", ")})`;
    default:
      return statementText(declaration).trim();
  }
}

function parameterText({ name, type, fallback, isRest }: Parameter): string {
  const annotation = type === undefined ? "" : `: ${typeText(type)}`;
  const value = fallback === undefined ? "" : ` = ${expressionText(fallback)}`;
  return `${isRest ? "..." : ""}${name.text}${annotation}${value}`;
}
