// Hooks that a project declares in its `harn.toml`: `[[hooks]] event, pattern, handler = "module::function"`. Loaded where there are any.
import { agentService } from "../agents/key.ts";
import { personaEvents, personaHooksKey } from "../agents/persona-hooks/registry.ts";
import type { ToolEvent } from "../agents/tools/project-hooks.ts";
import { lifecycleKey, sessionEvents, workEvents } from "../lifecycle/index.ts";
import type { FoundManifest } from "../modules/find-manifest.ts";
import { type ModuleReader, resolveImport } from "../modules/index.ts";
import { Closure, type DictValue } from "../value/index.ts";
import type { Machine } from "../vm/index.ts";
import { standardCatalog } from "./catalog.ts";
import { type CompiledProgram, compileProgram } from "./compile-program.ts";

/** A hook that cannot be installed; the message names the manifest and the table. */
export class ManifestHookError extends Error {
  override readonly name = "ManifestHookError";
}

const toolEvents: readonly ToolEvent[] = ["PreToolUse", "PostToolUse"];
const events = [...toolEvents, ...workEvents, ...personaEvents, ...sessionEvents];
type HookEvent = (typeof events)[number];

interface ManifestHook {
  readonly event: HookEvent;
  readonly pattern: string;
  /** `module::function`, as the manifest has it. */
  readonly handler: string;
  readonly function: string;
  /** The file of the module. */
  readonly file: string;
  readonly refuse: (problem: string) => never;
}

/** The hooks of a project, read and compiled. */
export interface ManifestHooks {
  /** Each with the module that declares its function, and the name there. */
  readonly hooks: readonly (ManifestHook & { readonly module: string; readonly name: string })[];
  readonly programs: readonly Pick<CompiledProgram, "modules">[];
}

/** Reads and compiles what `[[hooks]]` says. Throws a `ManifestHookError`. */
export function compileHooks(found: FoundManifest, reader: ModuleReader): ManifestHooks {
  const hooks = readHooks(found, reader);
  // Each by itself: what they export may have the same names.
  const programs = new Map(hooks.map(({ file }) => [file, compileFile(file, found.path, reader)]));
  return {
    programs: [...programs.values()],
    hooks: hooks.map((hook) => {
      const { graph } = programs.get(hook.file) as CompiledProgram;
      const exported = graph.modules.get(reader.realPath(hook.file))?.exports.get(hook.function);
      if (exported === undefined) return hook.refuse(`handler '${hook.handler}' is not exported by ${hook.file}`);
      return { ...hook, module: exported.module.id, name: exported.name };
    }),
  };
}

function compileFile(file: string, manifest: string, reader: ModuleReader): CompiledProgram {
  const source = { path: `${manifest}#${file}`, text: `import ${JSON.stringify(file)}` };
  const program = compileProgram(source, { reader, catalog: standardCatalog, checks: false });
  const diagnostic = program.diagnostics.find(({ severity }) => severity === "error");
  if (program.hasErrors)
    throw new ManifestHookError(`${manifest}: ${diagnostic?.message ?? program.problems[0]?.message ?? ""}`);
  return program;
}

/** Loads the code into the program's machine, after the program's own, and has its functions asked. */
export async function installHooks(machine: Machine, { hooks, programs }: ManifestHooks): Promise<void> {
  for (const { modules } of programs) await machine.load(modules);
  for (const hook of hooks) {
    const { code, slots } = machine.module(hook.module);
    const handler = slots[code.exports.get(hook.name) ?? code.slotNames.indexOf(hook.name)];
    if (!(handler instanceof Closure)) return hook.refuse(`handler '${hook.handler}' is no function`);
    install(machine, hook, handler);
  }
}

function install(machine: Machine, { event, pattern }: ManifestHook, handler: Closure): void {
  const { hooks } = machine.service(lifecycleKey);
  if (isToolEvent(event)) {
    const selects = (payload: DictValue): boolean => hooks.selects(pattern, payload);
    machine.service(agentService).projectToolHooks.add({ event, selects, handler });
  } else if (isPersonaEvent(event)) {
    const [persona = "*", step] = pattern.split(".");
    machine.service(personaHooksKey).add({ event, persona, step, handler });
  } else hooks.register({ event, pattern, handler });
}

function isToolEvent(event: HookEvent): event is ToolEvent {
  return toolEvents.some((each) => each === event);
}

function isPersonaEvent(event: HookEvent): event is (typeof personaEvents)[number] {
  return personaEvents.some((each) => each === event);
}

// ------------------------------------------------------------ the manifest

function readHooks({ path, manifest }: FoundManifest, reader: ModuleReader): readonly ManifestHook[] {
  const tables = manifest.raw.hooks;
  if (!Array.isArray(tables)) throw new ManifestHookError(`${path}: hooks must be a list of tables ([[hooks]])`);
  return tables.map((table: unknown, index) => {
    const refuse = (problem: string): never => {
      throw new ManifestHookError(`${path} [[hooks]] table #${index + 1}: ${problem}`);
    };
    const { event: name, handler: text, pattern = "*" } = (table ?? {}) as Readonly<Record<string, unknown>>;
    const event = events.find((each) => each === name) ?? refuse(eventProblem(name));
    if (typeof pattern !== "string") return refuse("pattern must be a string");
    const handler = typeof text === "string" ? text.trim() : refuse("handler must be a string");
    const at = handler.lastIndexOf("::");
    if (at < 1) return refuse(`invalid hook handler '${handler}': expected <module>::<function>`);
    const module = handler.slice(0, at);
    const file = reader.join(reader.dirname(path), manifest.exports.get(module) ?? module);
    const resolved = resolveImport(file, reader.dirname(path), reader);
    if (resolved.kind !== "file") return refuse(`'${handler}': there is no file ${resolved.path}`);
    return { event, pattern, handler, function: handler.slice(at + 2), file: resolved.path, refuse };
  });
}

function eventProblem(name: unknown): string {
  if (name === undefined) return "event is missing";
  return `event ${JSON.stringify(name)} is unknown, expected one of ${events.join(", ")}`;
}
