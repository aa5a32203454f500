import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { CodeMarks } from "../../vm/index.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import type { RunWatch } from "../running/perform-run.ts";
import { type EngineProfile, StackSampler } from "./engine-profile.ts";
import { profileText } from "./profile-text.ts";
import { programProfile } from "./program-profile.ts";
import { viewerFile } from "./viewer-file.ts";

/** Profiles the main part of one run: give the run its marks and its watch. */
export class RunProfiler {
  readonly marks = new CodeMarks();
  readonly #sampler = new StackSampler();
  #engineProfile: EngineProfile | undefined;

  readonly watch: RunWatch = {
    found: () => {},
    timed: (phase, work) => {
      if (phase !== "run_main") return work();
      this.#sampler.start();
      const result = work();
      if (result instanceof Promise) result.then(this.#stop, this.#stop);
      else this.#stop();
      return result;
    },
  };

  readonly #stop = (): void => {
    this.#engineProfile ??= this.#sampler.stop();
  };

  /** Shows the profile, and writes it into a file for viewers where one is named. A program that never ran has none. */
  report(file: string, { cwd, output }: CommandContext): void {
    if (this.#engineProfile === undefined) return;
    const profile = programProfile(this.#engineProfile, this.marks);
    output.write("stderr", profileText(profile));
    if (file === "") return;
    try {
      writeFileSync(resolve(cwd, file), viewerFile(profile, cwd));
    } catch (error) {
      throw new CommandFailure("profile_save", `cannot write ${file}: ${hostError(error).message}`, { cause: error });
    }
  }
}
