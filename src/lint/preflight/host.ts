import type { ModuleReader } from "../../modules/index.ts";
import type { HostCapabilities } from "./host-capabilities.ts";

/** All that preflight needs of the outside: files, and what the machine that will run the program offers. */
export interface PreflightHost {
  readonly reader: ModuleReader;
  readonly capabilities: HostCapabilities;
  /** What is wrong with a template, or undefined. */
  readonly templateProblem: (text: string) => string | undefined;
  /** A second folder below which templates are looked for, absolute. */
  readonly bundleRoot?: string | undefined;
}
