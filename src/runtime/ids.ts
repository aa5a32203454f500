import type { HostClock, HostRandom } from "../builtin/index.ts";
import { toHex } from "../value/index.ts";

/** Makes identifiers of one runtime. They sort by the time of their making. */
export class IdSource {
  readonly #clock: Pick<HostClock, "now">;
  readonly #random: HostRandom;
  #lastTime = -1;
  #counter = 0;

  constructor(clock: Pick<HostClock, "now">, random: HostRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** `run_01a1fe82-3244-7081-9eec-74ff50a216a4`. */
  next(prefix: string): string {
    return `${prefix}_${this.uuid()}`;
  }

  /** A version 7 UUID: 48 bits of milliseconds, a 12-bit counter within the millisecond, 62 random bits. */
  uuid(): string {
    const bytes = new Uint8Array(16);
    this.#random.fill(bytes);
    this.#advance(((bytes[6] as number) << 8) | (bytes[7] as number));
    let time = this.#lastTime;
    for (let at = 5; at >= 0; at--) {
      bytes[at] = time % 256;
      time = Math.floor(time / 256);
    }
    bytes[6] = 0x70 | (this.#counter >> 8);
    bytes[7] = this.#counter & 0xff;
    bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
    const hex = toHex(bytes);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** The counter starts low in each millisecond; when it runs out, or the clock goes back, the time is borrowed from ahead. */
  #advance(seed: number): void {
    const now = Math.max(0, Math.trunc(this.#clock.now()));
    if (now > this.#lastTime) {
      this.#lastTime = now;
      this.#counter = seed & 0x3ff;
    } else if (++this.#counter > 0xfff) {
      this.#lastTime++;
      this.#counter = 0;
    }
  }
}
