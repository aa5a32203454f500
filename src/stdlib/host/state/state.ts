import { type HostClock, type HostFiles, serviceKey } from "../../../builtin/index.ts";
import { KeyedFile } from "./keyed-file.ts";

/** Where a runtime keeps what programs put aside for later runs. */
export interface StatePlace {
  /** `.harn` of the project, or what `HARN_STATE_DIR` names; absolute. */
  readonly folder: string;
  /** Names the program's checkpoints: its file without the extension. */
  readonly program: string;
  /** Not the program's own files: state lies where the runtime wants it, whatever the sandbox. */
  readonly files: HostFiles;
}

export interface ProgramState {
  readonly store: KeyedFile;
  readonly checkpoints: KeyedFile;
}

/** Absent where nothing is kept beyond the runtime. */
export const statePlace = serviceKey<{ readonly place: StatePlace | undefined }>("state place");

export const programState = serviceKey<ProgramState>("program state");

/** Without a place, state lives as long as the runtime. */
export function createProgramState(place: StatePlace | undefined, clock: HostClock): ProgramState {
  const file = (label: string, ...parts: string[]): KeyedFile =>
    new KeyedFile({ label, clock, files: place?.files, path: place?.files.resolve(place.folder, ...parts) });
  return {
    store: file("store", "store.json"),
    checkpoints: file("checkpoint", "checkpoints", `${place?.program ?? "default"}.json`),
  };
}
