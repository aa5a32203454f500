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

/** Answers what was asked before as it was answered then. `library` gives the `std/` modules and the rules for paths. */
export function readerOf(observations: readonly Observation[], library: ModuleReader): ModuleReader {
  const told = new Map(
    observations.map((observation) => [`${observation.ask} ${observation.path}`, observation.answer]),
  );
  const text = (ask: "read" | "realPath", path: string): string => {
    const answer = told.get(`${ask} ${path}`);
    if (typeof answer === "string") return answer;
    throw new Error(`${path} was not there when the program was compiled`);
  };
  return {
    read: (path) => text("read", path),
    realPath: (path) => text("realPath", path),
    exists: (path) => told.get(`exists ${path}`) === true,
    isFolder: (path) => told.get(`isFolder ${path}`) === true,
    dirname: (path) => library.dirname(path),
    join: (...parts) => library.join(...parts),
    stdSource: (name) => library.stdSource(name),
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
