import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { scaffolds } from "./scaffolds.ts";

/** Writes the files of a scaffold into a folder. What is there already stays as it is. */
export function writeProject(folder: string, template: string, { output }: CommandContext): void {
  const scaffold = scaffolds.find(({ name }) => name === template);
  if (scaffold === undefined) throw new CommandFailure("unknown_template", `there is no template '${template}'`);
  const project = projectName(folder);
  const files = Object.entries(scaffold.files(project));
  output.write(
    "stdout",
    folder === "." ? "Initializing harn project in current directory...\n" : `Creating project '${folder}'...\n`,
  );
  for (const [name, text] of files) {
    const path = folder === "." ? `./${name}` : join(folder, name);
    const isNew = writeNew(path, text);
    output.write("stdout", isNew ? `  create  ${path}\n` : `  skip  ${path} (already exists)\n`);
  }
  const steps = [
    ...(folder === "." ? [] : [`cd ${folder}`]),
    "harn run main.harn       # run the program",
    "harn test                # run the tests",
    "harn check .             # find mistakes",
    "harn fmt .               # lay it out",
  ];
  output.write("stdout", `\n${steps.map((step) => `  ${step}\n`).join("")}`);
}

/** The name of the folder, as far as a package may be called so. */
function projectName(folder: string): string {
  const name = basename(resolve(folder))
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "project" : name;
}

function writeNew(path: string, text: string): boolean {
  if (existsSync(path)) return false;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw new CommandFailure("write_failed", `cannot write ${path}: ${hostError(error).message}`);
  }
  return true;
}
