import {
  type Builtin,
  type CallContext,
  type CatalogPart,
  declare,
  type Outcome,
  opt,
  t,
} from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";
import { textOf } from "../arguments.ts";
import { readToml, writeToml } from "./toml.ts";
import { writeYaml } from "./yaml-writer.ts";

const json = declare("json");

/** The reader stands on a package that takes longer to load than most programs run, so it comes with the first document. */
let yamlReader: typeof import("./yaml-reader.ts") | undefined;

/** Loads the reader now, so that the first document is read at once like any other: when that happens is then no chance. */
export async function loadYamlReader(): Promise<void> {
  yamlReader ??= await import("./yaml-reader.ts");
}

function readYaml(context: CallContext, text: string): Outcome {
  if (yamlReader) return yamlReader.readYaml(text);
  return context.async(async () => {
    await loadYamlReader();
    return (yamlReader as typeof import("./yaml-reader.ts")).readYaml(text);
  });
}

function lenient(
  name: string,
  param: string,
  summary: string,
  example: readonly [string, string],
  run: (context: CallContext, argument: Value | undefined) => Outcome,
): Builtin {
  return json({ name, summary, params: [opt(param, t.any)], borrows: true, lenient: true, examples: [example], run });
}

export const dataFormats: CatalogPart = {
  builtins: [
    lenient(
      "yaml_parse",
      "text",
      "The value of a YAML document.",
      ['yaml_parse("a: [1, x]")', "{a: [1, x]}"],
      (context, text) => readYaml(context, textOf(text)),
    ),
    lenient(
      "yaml_stringify",
      "value",
      "A value as YAML, in block style.",
      ["trim(yaml_stringify({a: 1}))", "a: 1"],
      (_context, value) => writeYaml(value ?? null),
    ),
    lenient(
      "toml_parse",
      "text",
      "The value of a TOML document.",
      ['toml_parse("a = 1.5")', "{a: 1.5}"],
      (_context, text) => readToml(textOf(text)),
    ),
    lenient(
      "toml_stringify",
      "value",
      "A dict as TOML.",
      ["trim(toml_stringify({a: 1}))", "a = 1"],
      (_context, value) => writeToml(value ?? null),
    ),
  ],
};
