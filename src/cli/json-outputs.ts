/** One JSON output of the command line, for programs that want to know what they can read. */
export interface JsonOutput {
  readonly command: string;
  readonly schemaVersion: number;
  readonly description: string;
}

export const jsonOutputs: readonly JsonOutput[] = [
  {
    command: "run",
    schemaVersion: 1,
    description: "The events of a run, one JSON line each, ending with its result or error",
  },
  {
    command: "time run",
    schemaVersion: 1,
    description: "How long each phase of a run took, and its model and tool calls",
  },
  { command: "bench", schemaVersion: 1, description: "The times of many runs of a program, compared with saved ones" },
  { command: "check", schemaVersion: 1, description: "The findings in each file, and their counts" },
  { command: "lint", schemaVersion: 1, description: "What could be written better in each file, and the counts" },
  { command: "fmt", schemaVersion: 1, description: "What became of each file, and their counts" },
  { command: "fix plan", schemaVersion: 2, description: "What could be repaired, and by which edits" },
  { command: "fix apply", schemaVersion: 2, description: "What was repaired, and what was left" },
  { command: "explain", schemaVersion: 1, description: "What a diagnostic code means" },
  { command: "explain catalog", schemaVersion: 1, description: "Every diagnostic code" },
  { command: "doc", schemaVersion: 1, description: "The entries of the reference that a name or a word finds" },
  { command: "doctor", schemaVersion: 2, description: "What this machine and this project have, and what they lack" },
  { command: "provider-catalog", schemaVersion: 1, description: "Providers, aliases and models" },
  { command: "parse", schemaVersion: 1, description: "The syntax tree of a file" },
  { command: "tokens", schemaVersion: 1, description: "The tokens of a file" },
  {
    command: "test conformance",
    schemaVersion: 1,
    description: "The outcome of each program of a conformance suite, and their counts",
  },
  { command: "test report", schemaVersion: 1, description: "The outcome of each test of a test run" },
  { command: "pack", schemaVersion: 2, description: "A bundle that was written, with its manifest" },
  { command: "pack verify", schemaVersion: 1, description: "What was checked about a bundle" },
  { command: "replay", schemaVersion: 1, description: "A recorded run, and whether it passes its fixture" },
  { command: "runs list", schemaVersion: 1, description: "The run records of a folder" },
  { command: "runs diff", schemaVersion: 1, description: "What differs between two runs" },
  { command: "runs inspect", schemaVersion: 1, description: "What a recorded run did" },
  {
    command: "verify",
    schemaVersion: 1,
    description: "What was checked about the receipt of a run, without an envelope",
  },
  { command: "version", schemaVersion: 1, description: "Name, version and description of this program" },
];
