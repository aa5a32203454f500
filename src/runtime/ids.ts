import type { HostClock, HostRandom } from "../builtin/index.ts";

const hexUnits: readonly number[] = [..."0123456789abcdef"].map((digit) => digit.charCodeAt(0));
/** The first two groups with the line between them. */
const timeDigits = 13;

/** Makes identifiers of one runtime. They sort by the time of their making. */
export class IdSource {
  readonly #clock: Pick<HostClock, "now">;
  readonly #random: HostRandom;
  #lastTime = -1;
  #counter = 0;
  /** The last id, in UTF-16 units, and the time that its first groups say: many are made within one millisecond. */
  readonly #units: number[] = new Array(36).fill("-".charCodeAt(0));
  #shownTime = -1;
  readonly #bytes = new Uint8Array(16);

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
    const bytes = this.#bytes;
    this.#random.fill(bytes);
    this.#advance(((bytes[6] as number) << 8) | (bytes[7] as number));
    if (this.#lastTime !== this.#shownTime) this.#showTime();
    bytes[6] = 0x70 | (this.#counter >> 8);
    bytes[7] = this.#counter & 0xff;
    bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
    const units = this.#units;
    let place = timeDigits;
    for (let at = 6; at < 16; at++) {
      if (at === 6 || at === 8 || at === 10) place++;
      const byte = bytes[at] as number;
      units[place++] = hexUnits[byte >> 4] as number;
      units[place++] = hexUnits[byte & 15] as number;
    }
    // At once, not piece by piece: what is put together from pieces stays in pieces for as long as it lives.
    return String.fromCharCode.apply(null, units);
  }

  #showTime(): void {
    const digits = this.#lastTime.toString(16).padStart(12, "0");
    for (let at = 0; at < 12; at++) this.#units[at < 8 ? at : at + 1] = digits.charCodeAt(at);
    this.#shownTime = this.#lastTime;
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
