import type { Profiler } from "node:inspector";
import { Session } from "node:inspector";

/** What the JavaScript engine saw: its own format. */
export type EngineProfile = Profiler.Profile;

/** Microseconds between two looks at the stack. */
const interval = 250;

/** Samples the stack of this process between `start` and `stop`, through the engine's inspector. */
export class StackSampler {
  readonly #session = new Session();

  start(): void {
    this.#session.connect();
    this.#post("Profiler.enable");
    this.#session.post("Profiler.setSamplingInterval", { interval }, throwFailure);
    this.#post("Profiler.start");
  }

  stop(): EngineProfile {
    let profile: EngineProfile | undefined;
    this.#session.post("Profiler.stop", (error, result) => {
      throwFailure(error);
      profile = result.profile;
    });
    this.#session.disconnect();
    if (profile === undefined) throw new TypeError("the engine gave no profile");
    return profile;
  }

  #post(method: "Profiler.enable" | "Profiler.start"): void {
    this.#session.post(method, throwFailure);
  }
}

/** Within one process the session answers before `post` returns. */
function throwFailure(error: Error | null): void {
  if (error) throw error;
}
