// Triggers that a project declares in its `harn.toml`, and the code that they name. Loaded where there are any.
import type { ModuleCode } from "../bytecode/index.ts";
import type { FoundManifest } from "../modules/find-manifest.ts";
import { type Exported, type ModuleGraph, type ModuleReader, resolveImport } from "../modules/index.ts";
import { parse, type TypeExpression } from "../syntax/index.ts";
import { Source } from "../text/index.ts";
import { expressionsOf, installManifest, type ManifestCode } from "../triggers/manifest/install.ts";
import { ManifestTriggerError } from "../triggers/manifest/table.ts";
import { type FunctionName, type ManifestTrigger, readTriggers } from "../triggers/manifest/trigger.ts";
import type { TriggerService } from "../triggers/service.ts";
import type { Value } from "../value/index.ts";
import type { Machine } from "../vm/index.ts";
import { standardCatalog } from "./catalog.ts";
import { compileProgram } from "./compile-program.ts";

/** The triggers of a project, read and compiled. */
export interface ManifestTriggers {
  readonly triggers: readonly ManifestTrigger[];
  readonly modules: readonly (readonly [id: string, code: ModuleCode])[];
  /** Where each function that the manifest names is: the module that declares it, and its name there. */
  readonly functions: ReadonlyMap<string, { readonly module: string; readonly name: string }>;
  /** By expression, the function of the manifest's own module that gives it. */
  readonly expressions: ReadonlyMap<string, string>;
}

/** Reads and compiles what `[[triggers]]` says. Throws a `ManifestTriggerError` that names the table. */
export function compileTriggers({ path, manifest }: FoundManifest, reader: ModuleReader): ManifestTriggers {
  const triggers = readTriggers({
    path,
    packageName: manifest.package.name ?? null,
    tables: manifest.raw.triggers,
    personas: personasOf(manifest.raw.personas),
  });
  const modules = new Map<string, string>();
  for (const trigger of triggers)
    for (const named of functionsOf(trigger))
      modules.set(named.module ?? "", moduleFile(named, trigger, { path, manifest }, reader));
  const expressions = new Map<string, string>();
  for (const trigger of triggers)
    for (const [setting, text] of expressionsOf(trigger)) {
      checkExpression(setting, text, trigger);
      if (!expressions.has(text)) expressions.set(text, `key_${expressions.size}`);
    }
  const text = [
    ...[...modules.values()].map((file) => `import ${JSON.stringify(file)}`),
    ...[...expressions].map(([expression, name]) => `fn ${name}(event) { return (${expression}) }`),
  ].join("\n");
  const program = compileProgram({ path, text }, { reader, catalog: standardCatalog, checks: false });
  const [problem] = program.problems;
  const [diagnostic] = program.diagnostics.filter(({ severity }) => severity === "error");
  if (program.hasErrors) throw new ManifestTriggerError(`${path}: ${diagnostic?.message ?? problem?.message ?? ""}`);
  const functions = new Map<string, { readonly module: string; readonly name: string }>();
  for (const trigger of triggers)
    for (const named of functionsOf(trigger)) {
      const exported = exportedFrom(program.graph, modules.get(named.module ?? "") ?? "", named.name, reader);
      if (exported === undefined) continue;
      if (named === trigger.when) checkPredicate(exported, named, trigger);
      functions.set(named.text, { module: exported.module.id, name: exported.name });
    }
  return { triggers, modules: program.modules, functions, expressions };
}

/** Loads the code into the program's machine, after the program's own, and makes the triggers its runtime's. */
export async function installTriggers(
  machine: Machine,
  service: TriggerService,
  { triggers, modules, functions, expressions }: ManifestTriggers,
): Promise<void> {
  const root = await machine.load(modules);
  const valueIn = (module: string, name: string): Value | undefined => {
    const { code, slots } = machine.module(module);
    return slots[code.exports.get(name) ?? code.slotNames.indexOf(name)];
  };
  const code: ManifestCode = {
    function(named) {
      const found = functions.get(named.text);
      return found && valueIn(found.module, found.name);
    },
    expression: (text) => root.slots[root.code.slotNames.indexOf(expressions.get(text) ?? "")] ?? null,
  };
  await installManifest(service, triggers, code);
}

function functionsOf({ handler, when }: ManifestTrigger): readonly FunctionName[] {
  return [...(handler.kind === "function" ? [handler.function] : []), ...(when === undefined ? [] : [when])];
}

/** A bare name is one of `lib.harn`; a module is one of `[exports]`, or a file beside the manifest. */
function moduleFile(
  named: FunctionName,
  { refuse }: ManifestTrigger,
  { path, manifest }: FoundManifest,
  reader: ModuleReader,
): string {
  const module = named.module ?? "lib";
  const file = reader.join(reader.dirname(path), manifest.exports.get(module) ?? module);
  const found = resolveImport(file, reader.dirname(path), reader);
  return found.kind === "file" ? found.path : refuse(`'${named.text}': there is no file ${found.path}`);
}

function exportedFrom(graph: ModuleGraph, file: string, name: string, reader: ModuleReader): Exported | undefined {
  return graph.modules.get(reader.realPath(file))?.exports.get(name);
}

/** A predicate decides: it takes the event, and says that it gives a bool, or a Result of one. */
function checkPredicate({ declaration }: Exported, named: FunctionName, { refuse }: ManifestTrigger): void {
  const isPredicate =
    declaration.kind === "function" && declaration.params.length === 1 && givesBool(declaration.returns);
  if (!isPredicate) refuse(`when predicate '${named.text}' must have signature fn(TriggerEvent) -> bool`);
}

function givesBool(type: TypeExpression | undefined): boolean {
  if (type?.kind !== "named-type") return false;
  return type.name.text === "bool" || (type.name.text === "Result" && givesBool(type.arguments[0]));
}

function checkExpression(setting: string, text: string, { refuse }: ManifestTrigger): void {
  const [problem] = parse(new Source(setting, `fn key(event) { return (${text}) }`)).diagnostics;
  if (problem !== undefined) refuse(`${setting} '${text}' is invalid Harn expression: ${problem.message}`);
}

function personasOf(tables: unknown): readonly string[] {
  if (!Array.isArray(tables)) return [];
  return tables.flatMap((table: unknown) => {
    const name = typeof table === "object" && table !== null && "name" in table ? table.name : undefined;
    return typeof name === "string" ? [name] : [];
  });
}
