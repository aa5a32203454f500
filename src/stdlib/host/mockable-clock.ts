import { type HostClock, QueuedTimer, serviceKey, type TimerPurpose, TimerQueue } from "../../builtin/index.ts";

/** Due in the time of the clock that is on top: milliseconds of its `elapsed`. */
class MockedTimer extends QueuedTimer {
  readonly purpose: TimerPurpose;
  /** Takes the timer out of the real clock, which holds it too. */
  release = (): void => {};

  constructor(due: number, callback: () => void, purpose: TimerPurpose) {
    super(due, callback);
    this.purpose = purpose;
  }
}

interface Mock {
  readonly start: number;
  elapsed: number;
}

/**
 * The host's clock until a program mocks time; then a clock that stands still until it is moved.
 *
 * M1. Mocks nest. The top one counts; taking it away uncovers the one below as it was left.
 * M2. Moving time fires what becomes due, in the order of due times, oldest first among equals.
 * M3. A timer set under a mock also fires when that much real time has passed, and moves the mock to its due time: somebody
 *     waits for something real, and a clock that nobody moves must not hang them.
 * M4. When the last mock goes, pending timers keep what was left of their time, on the real clock.
 */
export class MockableClock implements HostClock {
  readonly #real: HostClock;
  readonly #began: number;
  readonly #mocks: Mock[] = [];
  readonly #timers = new TimerQueue<MockedTimer>();
  readonly #onRealTimer: () => void;
  #pending = 0;

  /** `onRealTimer` is told of each timer under a mock that real time has fired (M3). */
  constructor(real: HostClock, onRealTimer: () => void = () => {}) {
    this.#real = real;
    this.#onRealTimer = onRealTimer;
    this.#began = real.monotonic();
  }

  get isMocked(): boolean {
    return this.#mocks.length > 0;
  }

  now(): number {
    const mock = this.#mocks.at(-1);
    return mock === undefined ? this.#real.now() : mock.start + mock.elapsed;
  }

  /** Since this clock was made, or since the mock was. */
  monotonic(): number {
    return this.#mocks.at(-1)?.elapsed ?? this.#real.monotonic() - this.#began;
  }

  get pending(): number {
    return this.#pending;
  }

  schedule(milliseconds: number, callback: () => void, purpose: TimerPurpose = "wake"): () => void {
    const mock = this.#mocks.at(-1);
    if (mock === undefined) return this.#scheduleReal(milliseconds, callback, purpose);
    const timer = new MockedTimer(mock.elapsed + Math.max(0, milliseconds), callback, purpose);
    this.#timers.add(timer);
    this.#backWithRealTime(timer, milliseconds);
    return () => this.#forget(timer);
  }

  /** Stops time at `start`, Unix milliseconds. Pending timers keep what is left of their time. */
  mock(start: number): void {
    this.#rebase({ start, elapsed: 0 });
  }

  /** Uncovers the mock below, or the real clock. Without a mock it does nothing. */
  unmock(): void {
    if (this.#mocks.length === 0) return;
    const leftOf = this.#leftOf();
    this.#mocks.pop();
    const below = this.#mocks.at(-1);
    if (below !== undefined) return this.#timers.moveAll((timer) => below.elapsed + leftOf(timer));
    for (const timer of this.#timers.all()) this.#moveToRealClock(timer, leftOf(timer));
    this.#timers.clear();
  }

  /** Moves the mock on; back it never goes. */
  advance(milliseconds: number): void {
    const mock = this.#mocks.at(-1);
    if (mock === undefined || milliseconds <= 0) return;
    const target = mock.elapsed + milliseconds;
    for (let next = this.#timers.next(target); next !== undefined; next = this.#timers.next(target)) {
      this.#forget(next);
      mock.elapsed = Math.max(mock.elapsed, next.due);
      next.callback();
      // The callback may have taken the mock away: what is left belongs to another clock.
      if (this.#mocks.at(-1) !== mock) return;
    }
    mock.elapsed = Math.max(mock.elapsed, target);
  }

  #scheduleReal(milliseconds: number, callback: () => void, purpose: TimerPurpose): () => void {
    if (purpose === "guard") return this.#real.schedule(milliseconds, callback, purpose);
    this.#pending++;
    let isOver = false;
    const cancel = this.#real.schedule(milliseconds, () => {
      this.#pending--;
      isOver = true;
      callback();
    });
    return () => {
      if (isOver) return;
      isOver = true;
      this.#pending--;
      cancel();
    };
  }

  #rebase(mock: Mock): void {
    const leftOf = this.#leftOf();
    this.#mocks.push(mock);
    this.#timers.moveAll((timer) => mock.elapsed + leftOf(timer));
  }

  /** What is left of the time of a timer, on the clock that is on top now. */
  #leftOf(): (timer: MockedTimer) => number {
    const elapsed = this.#mocks.at(-1)?.elapsed ?? 0;
    return (timer) => Math.max(0, timer.due - elapsed);
  }

  #moveToRealClock(timer: MockedTimer, milliseconds: number): void {
    timer.release();
    timer.release = this.#scheduleReal(milliseconds, timer.callback, timer.purpose);
  }

  #backWithRealTime(timer: MockedTimer, milliseconds: number): void {
    const expire = (): void => {
      const mock = this.#mocks.at(-1);
      if (mock !== undefined) {
        mock.elapsed = Math.max(mock.elapsed, timer.due);
        this.#onRealTimer();
      }
      this.#forget(timer);
      timer.callback();
    };
    timer.release = this.#scheduleReal(milliseconds, expire, timer.purpose);
  }

  #forget(timer: MockedTimer): void {
    timer.release();
    this.#timers.remove(timer);
  }
}

export const mockableClock = serviceKey<MockableClock>("clock");
