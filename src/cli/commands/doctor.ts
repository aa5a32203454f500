import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { stdModuleNames } from "../../host/node/node-module-reader.ts";
import { ProviderCatalog } from "../../llm/index.ts";
import { messageOf } from "../../text/index.ts";
import { manifestAbove } from "../analysis/manifest.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { product } from "../product.ts";

/** `fail` keeps programs from running; `warn` keeps some of them from it. */
interface Finding {
  readonly id: string;
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  readonly fix?: string;
}

const oldestNode = [20, 19] as const;

export function execute(invocation: Invocation, context: CommandContext): number {
  const checks = [node(), library(), manifest(context), stateFolder(context), git(context), models(context)];
  const isOk = checks.every(({ status }) => status !== "fail");
  if (invocation.has("json")) context.output.write("stdout", envelopeOf(checks, isOk));
  else context.output.write("stdout", `Harn doctor\n\n${checks.map(lines).join("")}`);
  return isOk ? 0 : 1;
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const detail = `v${process.versions.node}`;
  if (isNew) return { id: "node", status: "ok", detail };
  return { id: "node", status: "fail", detail, fix: `install Node ${oldestNode.join(".")} or newer` };
}

function library(): Finding {
  try {
    return { id: "library", status: "ok", detail: `${stdModuleNames().length} std/ modules` };
  } catch (error) {
    const detail = messageOf(error);
    return { id: "library", status: "fail", detail, fix: "install harn again" };
  }
}

function manifest({ cwd }: CommandContext): Finding {
  try {
    const found = manifestAbove(cwd);
    return { id: "manifest", status: "ok", detail: found?.path ?? "no harn.toml here or above; the defaults hold" };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { id: "manifest", status: "fail", detail: error.message, fix: "correct the file: nothing of it is read" };
  }
}

/** Event logs and stores are kept in it; it is made when the first program needs it. */
function stateFolder({ cwd, environment }: CommandContext): Finding {
  const folder = resolve(cwd, environment.HARN_STATE_DIR ?? ".harn");
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    accessSync(there, constants.W_OK);
    return { id: "state", status: "ok", detail: folder };
  } catch {
    const fix = "make it writable, or name another with HARN_STATE_DIR";
    return { id: "state", status: "fail", detail: `${folder} cannot be written`, fix };
  }
}

function git({ environment }: CommandContext): Finding {
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = folders
    .map((folder) => join(folder, "git"))
    .find((path) => existsSync(path) || existsSync(`${path}.exe`));
  if (found !== undefined) return { id: "git", status: "ok", detail: found };
  return {
    id: "git",
    status: "warn",
    detail: "not found in PATH",
    fix: "install git for dependencies from repositories",
  };
}

/** Names of variables only: their values are secrets. */
function models({ environment }: CommandContext): Finding {
  const keys = new ProviderCatalog((name) => environment[name]).everyKeyVariable();
  const set = keys.filter((key) => (environment[key] ?? "") !== "");
  if (set.length > 0) return { id: "models", status: "ok", detail: `${set.join(", ")} set` };
  const fix = `export one of ${keys.join(", ")}; a local model or --llm-mock needs none`;
  return { id: "models", status: "warn", detail: "no key of a provider is set", fix };
}

function lines({ id, status, detail, fix }: Finding): string {
  const advice = fix === undefined ? "" : `       fix: ${fix}\n`;
  return `${status.toUpperCase().padStart(4)}  ${id.padEnd(9)} ${detail}\n${advice}`;
}

function envelopeOf(checks: readonly Finding[], isOk: boolean): string {
  const host = {
    os: process.platform,
    arch: process.arch,
    harn_version: product.version,
    node_version: process.version,
  };
  const data = { host, checks };
  if (isOk) return success(data, { schemaVersion: 2 });
  const message = checks
    .filter(({ status }) => status === "fail")
    .map(({ id, detail }) => `${id}: ${detail}`)
    .join("; ");
  return failure({ code: "doctor_failed", message }, data, { schemaVersion: 2 });
}
