import { readFileSync } from "node:fs";
import { hostError } from "../../host/node/errors.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import type { ModuleReader } from "../../modules/index.ts";
import type { Observation } from "../../program/observed-reader.ts";
import type { Source } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { readSourceFile } from "../source-file.ts";
import type { RecordedRun } from "./recorded-run.ts";
import type { RunRules } from "./run-rules.ts";
import type { RunPlaces } from "./session.ts";

/** Everything that decides about a run before it starts. */
export interface RunRequest {
  readonly source: Source;
  /** The source is code from the command line. */
  readonly isInline: boolean;
  readonly reader: ModuleReader;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly rules: RunRules;
  /** What lies around the program, when that is not to be found out. */
  readonly places?: RunPlaces;
  /** Opens the recording of the run, once its program has compiled. */
  readonly record?: (places: RunPlaces, sources: readonly Observation[]) => RecordedRun;
}

/** A command runs a file or the code it is given: one of them. */
export function requireEntry(invocation: Invocation, command: string): void {
  const hasFile = invocation.positionals.length > 0;
  const hasCode = invocation.text("eval") !== undefined;
  if (hasFile && hasCode)
    throw new UsageError(`\`${command}\` accepts either \`-e <code>\` or \`<file.harn>\`, not both`);
  if (!hasFile && !hasCode) throw new UsageError(`\`${command}\` requires \`-e <code>\` or \`<file.harn>\``);
}

/** The run that a command line asks for. */
export async function requestOf(
  invocation: Invocation,
  context: CommandContext,
  file: string | undefined,
): Promise<RunRequest> {
  const deny = invocation.text("deny");
  const allow = invocation.text("allow");
  const fixtures = fixturesOf(invocation.text("llm-mock"));
  const interleaving = invocation.count("interleaving");
  return {
    source: await entryOf(invocation, file),
    isInline: invocation.text("eval") !== undefined,
    reader: nodeModuleReader(),
    argv: invocation.passed,
    cwd: context.cwd,
    rules: {
      isSandboxed: !invocation.has("no-sandbox"),
      readable: invocation.texts("read"),
      skillFolders: invocation.texts("skill-dir"),
      ...(deny !== undefined && { deny }),
      ...(allow !== undefined && { allow }),
      ...(fixtures && { fixtures }),
      ...(interleaving !== undefined && { interleaving }),
    },
  };
}

async function entryOf(invocation: Invocation, file: string | undefined): Promise<Source> {
  const code = invocation.text("eval");
  if (code !== undefined) {
    // The front end is loaded only where something has to be compiled.
    const { inlineProgram } = await import("./compile-entry.ts");
    return inlineProgram(code);
  }
  try {
    return readSourceFile(file as string);
  } catch (error) {
    if (error instanceof CommandFailure) throw new CommandFailure("compile_error", error.message, { cause: error });
    throw error;
  }
}

export function fixturesOf(path: string | undefined): RunRules["fixtures"] {
  if (path === undefined) return undefined;
  try {
    return { text: readFileSync(path, "utf8"), name: path };
  } catch (error) {
    throw new CommandFailure("llm_mock_install", `cannot read ${path}: ${hostError(error).message}`);
  }
}
