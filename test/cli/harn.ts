import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../architecture/imports.ts";

/** The command line as a release would have it, built once from the present sources. */
let built: Promise<string> | undefined;

export function builtCli(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const cache = join(root, "node_modules", ".cache", "harn");
  removeLeftBuilds(cache);
  const out = join(cache, `cli-${process.pid}`);
  mkdirSync(out, { recursive: true });
  process.once("exit", () => rmSync(out, { recursive: true, force: true }));
  const script = pathToFileURL(join(root, "scripts", "build.mjs")).href;
  const { buildInto } = (await import(script)) as { buildInto: (folder: string) => Promise<void> };
  await buildInto(out);
  return join(out, "cli.cjs");
}

/** A worker that is killed at its end takes nothing away: the next one does. */
function removeLeftBuilds(cache: string): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const [, pid] = /^cli-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid))))
      rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A folder with programs, and commands that run in it. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "harn-cli-"));

  write(name: string, content: string | Uint8Array): this {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return this;
  }

  async harn(...args: string[]): Promise<Ended> {
    return await endOf(await this.start(...args));
  }

  /** The same with variables of its own in the environment. */
  async harnWith(variables: Variables, ...args: string[]): Promise<Ended> {
    return await endOf(await this.startWith(variables, ...args));
  }

  /** Runs a shell command in which `harn` is the command line. */
  async shell(command: string): Promise<Ended> {
    const cli = await builtCli();
    const harn = `harn() { "${process.execPath}" "${cli}" "$@"; }; `;
    return await endOf(
      spawn("bash", ["-o", "pipefail", "-c", harn + command], { cwd: this.folder, env: environment(cli) }),
    );
  }

  start(...args: string[]): Promise<ChildProcess> {
    return this.startWith({}, ...args);
  }

  async startWith(variables: Variables, ...args: string[]): Promise<ChildProcess> {
    const cli = await builtCli();
    return spawn(process.execPath, [cli, ...args], {
      cwd: this.folder,
      env: { ...environment(cli), ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Starts a script of the shell that finds the command line in `"$0" "$@"`. */
  async startVia(script: string, variables: Variables, ...args: string[]): Promise<ChildProcess> {
    const cli = await builtCli();
    return spawn("bash", ["-c", script, process.execPath, cli, ...args], {
      cwd: this.folder,
      env: { ...environment(cli), ...variables },
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Compiled programs are kept beside the built command, not in the user's cache. */
function environment(cli: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, NO_COLOR: "1", HARN_CACHE_DIR: join(dirname(cli), "programs") };
}

export function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
}

/** Resolves once the child has said `text`. */
export function said(child: ChildProcess, text: string): Promise<void> {
  let heard = "";
  return new Promise((resolve) => {
    child.stdout?.on("data", (chunk: Buffer | string) => {
      heard += String(chunk);
      if (heard.includes(text)) resolve();
    });
  });
}
