import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { CommandFailure } from "../command-failure.ts";
import { programsBelow } from "../targets.ts";
import { type Expectation, readExpectation } from "./expectation.ts";

/** One program of a suite, with what is expected of it. */
export interface SuiteCase {
  readonly file: string;
  /** The path below the suite's root, with `/`. */
  readonly name: string;
  /** Absent: the program stands for itself, and is run only where an expected failure is looked into. */
  readonly expectation: Expectation | undefined;
  /** Why the program is known to fail. */
  readonly expectedFailure: string | undefined;
}

/** The programs of a suite, or of a file or folder in it. Those without any expectation and not known to fail are left out. */
export function readSuite(rootPath: string, selection: string | undefined): readonly SuiteCase[] {
  const root = realPath(rootPath, `conformance suite not found: ${rootPath}`);
  return filesOf(root, rootPath, selection)
    .map((file) => readCase(root, file))
    .filter(({ expectation, expectedFailure }) => expectation !== undefined || expectedFailure !== undefined);
}

function filesOf(root: string, rootPath: string, selection: string | undefined): readonly string[] {
  if (selection === undefined) return programsBelow(root);
  const candidates = [resolve(selection), join(root, selection)];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined)
    throw new CommandFailure(
      "target_not_found",
      `conformance target not found: ${selection} (looked below ${rootPath})`,
    );
  const target = realpathSync(found);
  if (target !== root && !target.startsWith(root + sep))
    throw new CommandFailure("target_outside_suite", `conformance target must be inside ${rootPath}: ${selection}`);
  if (statSync(target).isDirectory()) return programsBelow(target);
  if (target.endsWith(".harn")) return [target];
  throw new CommandFailure("target_not_found", `conformance target must be a .harn file or a folder: ${selection}`);
}

function realPath(path: string, message: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (hostError(error).code === "ENOENT") throw new CommandFailure("suite_not_found", message);
    throw new CommandFailure("suite_not_found", `${message} (${hostError(error).message})`);
  }
}

function readCase(root: string, file: string): SuiteCase {
  return {
    file,
    name: relative(root, file).split(sep).join("/"),
    expectation: readExpectation(file),
    expectedFailure: readExpectedFailure(file),
  };
}

/** How far down a file `// @xfail: reason` counts. */
const headerLines = 50;

function readExpectedFailure(file: string): string | undefined {
  const lines = readFileSync(file, "utf8").split("\n", headerLines);
  for (const line of lines) {
    const reason = /^\s*\/\/\s*@xfail:\s*(.*)$/.exec(line)?.[1];
    if (reason !== undefined) return reason.trim();
  }
  return undefined;
}
