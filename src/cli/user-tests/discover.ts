import { readFileSync, realpathSync, statSync } from "node:fs";
import { type Attribute, type PipelineDeclaration, parse } from "../../syntax/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { readSourceFile } from "../source-file.ts";
import { programsBelow } from "../targets.ts";

/** A test pipeline, and how it may share the machine with others. */
export interface UserTest {
  readonly kind: "test";
  readonly file: string;
  readonly name: string;
  /** `@serial(group: "g")`: never at the same time as another of the group. */
  readonly serialGroup?: string;
  /** `@heavy(threads: N)`: takes that many places. */
  readonly places: number;
}

/** A file that cannot be read as a program: one failed case. */
export interface BrokenFile {
  readonly kind: "broken";
  readonly file: string;
  readonly reason: string;
}

export type Discovered = UserTest | BrokenFile;

/** The tests in a file, or below a folder in files that look as if they held some. */
export function discoverTests(target: string, filter: string | undefined): readonly Discovered[] {
  const path = realpathSync(target);
  const files = statSync(path).isDirectory() ? programsBelow(path).filter(looksLikeTests) : [path];
  return files.flatMap((file) => testsOf(file, filter));
}

function looksLikeTests(file: string): boolean {
  const text = readFileSync(file, "utf8");
  return text.includes("test_") || text.includes("@test");
}

function testsOf(file: string, filter: string | undefined): readonly Discovered[] {
  try {
    const { program, diagnostics } = parse(readSourceFile(file));
    const error = diagnostics.find(({ severity }) => severity === "error");
    if (error !== undefined) return [{ kind: "broken", file, reason: error.plain ?? error.message }];
    return program.items
      .filter((item) => item.kind === "pipeline")
      .filter((pipeline) => isTest(pipeline) && pipeline.name.text.includes(filter ?? ""))
      .map((pipeline) => testOf(file, pipeline));
  } catch (error) {
    if (error instanceof CommandFailure) return [{ kind: "broken", file, reason: error.message }];
    throw error;
  }
}

function isTest({ name, attributes }: PipelineDeclaration): boolean {
  return name.text.startsWith("test_") || attributes.some((attribute) => attribute.name.text === "test");
}

function testOf(file: string, { name, attributes }: PipelineDeclaration): UserTest {
  const serial = attributes.find((attribute) => attribute.name.text === "serial");
  const heavy = attributes.find((attribute) => attribute.name.text === "heavy");
  return {
    kind: "test",
    file,
    name: name.text,
    ...(serial === undefined ? {} : { serialGroup: textArgument(serial, "group") ?? "" }),
    places: heavy === undefined ? 1 : Math.max(1, countArgument(heavy, "threads") ?? 1),
  };
}

function textArgument(attribute: Attribute, name: string): string | undefined {
  const value = argument(attribute, name);
  return value?.kind === "string" ? value.value : undefined;
}

function countArgument(attribute: Attribute, name: string): number | undefined {
  const value = argument(attribute, name);
  return value?.kind === "int" ? Number(value.value) : undefined;
}

function argument(attribute: Attribute, name: string): Attribute["arguments"][number]["value"] | undefined {
  return attribute.arguments.find((candidate) => candidate.name?.text === name)?.value;
}
