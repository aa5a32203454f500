import type { ModuleReader } from "../modules/index.ts";

/** One question to the outside that compiling a program asked, and what it was told. */
export type Observation =
  | { readonly ask: "exists" | "isFolder"; readonly path: string; readonly answer: boolean }
  /** Absent answers: there is nothing to be read there. */
  | { readonly ask: "read" | "realPath"; readonly path: string; readonly answer?: string };

/** Passes everything on, and notes what was asked. The sources of `std/` belong to the installation and are not noted. */
export function observeReader(reader: ModuleReader): {
  readonly reader: ModuleReader;
  readonly observations: readonly Observation[];
} {
  const observations: Observation[] = [];
  const noteText = (ask: "read" | "realPath", path: string): string => {
    try {
      const answer = reader[ask](path);
      observations.push({ ask, path, answer });
      return answer;
    } catch (error) {
      observations.push({ ask, path });
      throw error;
    }
  };
  const noteFact = (ask: "exists" | "isFolder", path: string): boolean => {
    const answer = reader[ask](path);
    observations.push({ ask, path, answer });
    return answer;
  };
  return {
    observations,
    reader: {
      read: (path) => noteText("read", path),
      realPath: (path) => noteText("realPath", path),
      exists: (path) => noteFact("exists", path),
      isFolder: (path) => noteFact("isFolder", path),
      dirname: (path) => reader.dirname(path),
      join: (...parts) => reader.join(...parts),
      stdSource: (name) => reader.stdSource(name),
    },
  };
}

/** Whether the outside would give the same answer today. */
export function stillHolds(observation: Observation, reader: ModuleReader): boolean {
  const { ask, path, answer } = observation;
  try {
    return reader[ask](path) === answer;
  } catch {
    return answer === undefined;
  }
}
