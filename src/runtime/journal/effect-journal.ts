// What crosses between a run and its host, written down while the run goes on, or read back in its place.
//
// J1. Everything that can differ between two runs of a program passes here: answers of the host, and when what was begun
//     is answered. The rest follows from the program.
// J2. What was begun is answered one at a time, each in a turn of the event loop of its own, with nothing else left to do.
//     So the order of these answers is all there is to know about the order in which tasks went on.
// J3. A past is followed entry by entry. A run that asks for anything else than its past tells has diverged, and ends.
// J4. A journal with a sink goes on where its past ends: what had begun and was not answered begins again, except what must
//     not happen twice without anybody knowing.
// J5. Before the outside is changed, all answers so far are with the operating system, and so is what is about to be done.
import { HostError } from "../../builtin/index.ts";
import { messageOf } from "../../text/index.ts";
import { Raise, show } from "../../value/index.ts";
import { type StopSignal, StopSource } from "../stop-signal.ts";
import { decodeAnswer, describeArguments, encodeAnswer, encodeError, errorOf } from "./effect-values.ts";
import { type JournalEntry, type JournalEvent, journalLine } from "./entry.ts";
import type { Secrets } from "./secrets.ts";

/** Where a recording is written. */
export interface JournalSink {
  /** Hands whole lines to the operating system, in order: then they survive the process. */
  write(lines: string): void;
  /** Whether `durable()` would have nothing to wait for. */
  readonly isDurable: boolean;
  /** Resolves when everything written survives loss of power as well. */
  durable(): Promise<void>;
}

/** What becomes of an effect that had begun when the run was killed, and that may have happened or not. */
export type InDoubt = "stop" | "repeat" | "fail";

export interface JournalOptions {
  readonly secrets: Secrets;
  /** What is known already: a replay, or the beginning of a run that is resumed. */
  readonly past?: readonly JournalEntry[];
  /** Absent: the run ends where its past does. */
  readonly sink?: JournalSink;
  /** Id of the next event that is written. */
  readonly nextId?: number;
  /** Calls back in a later turn of the event loop, when everything that can go on has gone on. */
  readonly defer: (callback: () => void) => void;
  readonly inDoubt?: InDoubt;
  /** Whether the past is all of a run that came to its end. */
  readonly isWhole?: boolean;
  /** The run cannot go on as its past tells. Called once; whoever runs the program should stop waiting for it. */
  readonly onStop: (reason: ReplayStop) => void;
}

/** Why a replay or a resumed run ends before the program does. */
export type ReplayStop =
  | { readonly kind: "diverged"; readonly at: number; readonly recorded: string; readonly asked: string }
  /** The past is over and the program is not: its run was killed. */
  | { readonly kind: "killed" }
  | { readonly kind: "in-doubt"; readonly effect: string }
  | { readonly kind: "lost-secret"; readonly name: string; readonly effect: string }
  /** The recording takes no more: its disk is full or failing. What was not written down is not shown either. */
  | { readonly kind: "unwritable"; readonly reason: string };

/** Thrown into a run that cannot go on. No program can catch it. */
export class ReplayStopped extends Error {
  override readonly name = "ReplayStopped";
}

/** Words for what a program cannot know: the run was killed while the effect was under way. */
const interrupted = "the run was killed while this was under way";

interface Pending {
  readonly operation: string;
  readonly args: string;
  /** Makes the run go on with this answer. */
  readonly settle: (encoded: unknown) => void;
  /** Begins for real, with what is left of its time. */
  readonly start: () => void;
  readonly isRepeatable: boolean;
  /** When it calls back, of a timer. */
  readonly due: number;
  isStarted: boolean;
}

export interface BeginOptions {
  /** Whether it may happen twice without harm: reading, waiting. */
  readonly isRepeatable: boolean;
}

export class EffectJournal {
  readonly #options: JournalOptions;
  readonly #secrets: Secrets;
  readonly #past: readonly JournalEntry[];
  readonly #sink: JournalSink | undefined;
  /** Place in the past of the entry that comes next. */
  #next = 0;
  #entries: JournalEntry[] = [];
  #eventId: number;
  #isLive: boolean;
  /** The program is over. */
  #isStopped = false;
  /** Why the run cannot go on. */
  #failure: ReplayStopped | undefined;
  #begun = 0;
  #isUnwritable = false;
  readonly #pending = new Map<number, Pending>();
  readonly #answers: (() => void)[] = [];
  #isAnswering = false;
  #isFlushing = false;
  /** How often the reading of a clock that is next in the past was given out. */
  #readings = 0;
  /** A secret that stands as its placeholder in what the program was given. */
  #lost: { readonly name: string; readonly effect: string } | undefined;
  readonly #interrupts = new Set<(reason: string | null) => void>();

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#secrets = options.secrets;
    this.#past = options.past ?? [];
    this.#sink = options.sink;
    this.#eventId = options.nextId ?? 1;
    this.#isLive = this.#past.length === 0 && this.#sink !== undefined;
  }

  /** Whether effects happen, rather than being read back. */
  get isLive(): boolean {
    return this.#isLive;
  }

  get secrets(): Secrets {
    return this.#secrets;
  }

  /** Whether a run goes on where its past ends. */
  get isResuming(): boolean {
    return !this.#isLive && this.#sink !== undefined;
  }

  /** Call it when the program starts: from here on what was begun is answered. */
  begin(): void {
    if (!this.#isLive) this.#options.defer(() => this.#answerFromPast());
  }

  /** The program is over: whatever the runtime still does to end is no part of the run. */
  stop(): void {
    this.#closeEvent();
    this.#isStopped = true;
  }

  /** Writes an event that is not an effect. */
  note(event: { readonly kind: "end"; readonly end: { readonly status: number; readonly message: string } }): void {
    this.#closeEvent();
    this.#write({ id: this.#eventId++, ...event });
  }

  // ------------------------------------------------------------ calls that are answered at once

  /** A call that only looks. */
  read<T>(operation: string, args: readonly unknown[], perform: () => T): T {
    if (this.#isOver()) return perform();
    const described = describeArguments(args, this.#secrets);
    if (!this.#goesOn(`${operation}(${described})`)) {
      const entry = this.#expect("s", operation, described);
      return this.#answered(entry[3], operation, perform);
    }
    return this.#record((result) => ["s", operation, described, result], perform);
  }

  /** The reading of a clock. */
  reading(operation: string, perform: () => number): number {
    if (this.#isOver()) return perform();
    if (!this.#goesOn(operation)) return this.#pastReading(operation);
    const value = perform();
    const last = this.#entries[this.#entries.length - 1];
    if (last?.[0] === "n" && last[1] === operation && last[2] === value)
      this.#entries[this.#entries.length - 1] = ["n", operation, value, last[3] + 1];
    else this.#push(["n", operation, value, 1]);
    return value;
  }

  /** A call that changes the outside. `isRepeatable` when doing it again gives the same. */
  write<T>(operation: string, args: readonly unknown[], perform: () => T, options: BeginOptions): T {
    if (this.#isOver()) return this.#afterwards(perform);
    const described = describeArguments(args, this.#secrets);
    if (!this.#goesOn(`${operation}(${described})`)) {
      this.#expect("w", operation, described);
      const result = this.#past[this.#next];
      if (result === undefined) return this.#inDoubt(`${operation}(${described})`, perform, options);
      if (result[0] !== "r") throw this.#diverge(`the answer of ${operation}`);
      this.#next++;
      return this.#answered(result[1], operation);
    }
    this.#push(["w", operation, described]);
    this.#closeEvent();
    return this.#record((result) => ["r", result], perform);
  }

  /**
   * A call that changes what a log of its own keeps, in an order that this journal follows: written after the fact, and
   * checked against that log when the run is resumed.
   */
  append<T>(operation: string, args: readonly unknown[], perform: () => T, recheck: (recorded: T) => void): T {
    if (this.#isOver()) return this.#afterwards(perform);
    const wasPast = !this.#isLive && this.#next < this.#past.length;
    const answer = this.read(operation, args, perform);
    if (wasPast && this.#sink !== undefined) recheck(answer);
    return answer;
  }

  // ------------------------------------------------------------ what is answered later

  /** Begins something that is answered later. */
  later<T>(operation: string, args: readonly unknown[], perform: () => Promise<T>, options: BeginOptions): Promise<T> {
    if (this.#isOver()) return this.#afterwards(perform);
    return new Promise<T>((resolve, reject) => {
      const settle = (encoded: unknown): void => {
        const error = errorOf(encoded);
        if (error !== undefined) reject(error);
        else resolve(this.#decoded(encoded, operation) as T);
      };
      const start = (answer: (apply: () => void, encoded: unknown) => void): void => {
        const isReady = options.isRepeatable ? undefined : this.durable();
        const performed = isReady === undefined ? perform() : isReady.then(perform);
        performed.then(
          (value) => answer(() => resolve(value), encodeAnswer(value, this.#secrets)),
          (error: unknown) => answer(() => reject(error), encodeError(error, this.#secrets)),
        );
      };
      this.#begin(operation, args, settle, start, options.isRepeatable);
    });
  }

  /**
   * Arms something that calls back once, a timer: `arm` gets the callback and gives what takes it back. Timers that a run which
   * is gone on with finds overdue are armed in the order in which they were due.
   */
  callback(
    operation: string,
    args: readonly unknown[],
    callback: () => void,
    arm: (fire: () => void) => () => void,
    due = Number.POSITIVE_INFINITY,
  ): () => void {
    if (this.#isOver()) return this.#isReal ? arm(callback) : () => {};
    let disarm = (): void => {};
    const number = this.#begin(
      operation,
      args,
      callback,
      (answer) => {
        disarm = arm(() => answer(callback, null));
      },
      true,
      due,
    );
    return () => {
      this.#pending.delete(number);
      disarm();
    };
  }

  /** The signal that a run is to follow, for one that is given from outside. */
  interrupts(signal: StopSignal): StopSignal {
    const source = new StopSource();
    this.#interrupts.add((text) => source.abort(text === null ? undefined : new Raise("runtime", text)));
    const interrupt = (): void => {
      if (!this.#isLive) return void this.#stopFor({ kind: "killed" });
      const text = signal.reason instanceof Raise ? show(signal.reason.value) : null;
      this.#answer(["x", text], () => source.abort(signal.reason));
    };
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
    return source;
  }

  /** What the run tells of itself. */
  event(text: string): void {
    if (this.#isOver()) return;
    const masked = this.#secrets.mask(text);
    if (this.#goesOn(`event ${masked}`)) return void this.#push(["e", masked]);
    const entry = this.#past[this.#next];
    if (entry?.[0] !== "e" || entry[1] !== masked) throw this.#diverge(`event ${masked}`);
    this.#next++;
  }

  // ------------------------------------------------------------ durability

  get isDurable(): boolean {
    if (this.#isUnwritable) return false;
    return this.#sink === undefined || (this.#entries.length === 0 && this.#sink.isDurable);
  }

  /** Gives what happened so far to the operating system. */
  handOver(): void {
    this.#closeEvent();
  }

  async durable(): Promise<void> {
    this.handOver();
    if (this.#sink === undefined) return;
    try {
      await this.#sink.durable();
    } catch (cause) {
      throw this.#unwritable(cause);
    }
  }

  // ------------------------------------------------------------ the past

  #isOver(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#isStopped;
  }

  /** Whether this is no mere replay; of a run that was killed as its last effect was done, nothing but its end is left. */
  get #isReal(): boolean {
    return this.#isLive || this.#sink !== undefined;
  }

  /** What a runtime does to end, after its program. */
  #afterwards<T>(perform: () => T): T {
    if (this.#isReal) return perform();
    throw new ReplayStopped("a replay changes nothing");
  }

  /** Whether the run is where its past ends, and goes on for real. */
  #goesOn(asked = "more"): boolean {
    if (this.#isLive) return true;
    if (this.#next < this.#past.length) return false;
    if (this.#sink === undefined) throw this.#outOfPast(asked);
    this.#goLive();
    return true;
  }

  #expect<L extends "s" | "w">(
    letter: L,
    operation: string,
    args: string,
  ): Extract<JournalEntry, readonly [letter: L, ...unknown[]]> {
    const entry = this.#past[this.#next];
    if (entry?.[0] !== letter || entry[1] !== operation || entry[2] !== args)
      throw this.#diverge(`${operation}(${args})`);
    this.#next++;
    return entry as Extract<JournalEntry, readonly [letter: L, ...unknown[]]>;
  }

  #pastReading(operation: string): number {
    const entry = this.#past[this.#next];
    if (entry?.[0] !== "n" || entry[1] !== operation) throw this.#diverge(operation);
    this.#readings++;
    if (this.#readings >= entry[3]) {
      this.#readings = 0;
      this.#next++;
    }
    return entry[2];
  }

  /** `again` asks once more, for an answer with a secret in it. */
  #answered<T>(encoded: unknown, operation: string, again?: () => T): T {
    const error = errorOf(encoded);
    if (error !== undefined) throw error;
    return this.#decoded(encoded, operation, again) as T;
  }

  #decoded(encoded: unknown, operation: string, again?: () => unknown): unknown {
    let lost: string | undefined;
    const value = decodeAnswer(encoded, this.#secrets, (name) => {
      lost ??= name;
    });
    if (lost === undefined || this.#sink === undefined) return value;
    const today = again === undefined ? undefined : attempt(again);
    if (today !== undefined && JSON.stringify(encodeAnswer(today, this.#secrets)) === JSON.stringify(encoded))
      return today;
    this.#lost ??= { name: lost, effect: operation };
    return value;
  }

  #inDoubt<T>(effect: string, perform: () => T, { isRepeatable }: BeginOptions): T {
    if (this.#sink === undefined) throw this.#outOfPast(effect);
    const { inDoubt = "stop" } = this.#options;
    if (!isRepeatable && inDoubt === "stop") throw this.#stopFor({ kind: "in-doubt", effect });
    this.#goLive();
    return this.#record(
      (result) => ["r", result],
      () => {
        if (!isRepeatable && inDoubt === "fail") throw new HostError("EINTR", interrupted);
        return perform();
      },
    );
  }

  #answerFromPast(): void {
    if (this.#isStopped || this.#isLive || this.#failure !== undefined) return;
    const entry = this.#past[this.#next];
    if (entry === undefined) {
      if (this.#sink === undefined) this.#outOfPast("an answer to what it waits for");
      else this.#quietly(() => this.#goLive());
      return;
    }
    if (entry[0] === "d") {
      const pending = this.#pending.get(entry[1]);
      if (pending === undefined) return void this.#diverge("nothing that was begun");
      this.#next++;
      this.#pending.delete(entry[1]);
      pending.settle(entry[2]);
    } else if (entry[0] === "x") {
      this.#next++;
      for (const interrupt of this.#interrupts) interrupt(entry[1]);
    } else return void this.#diverge("an answer to what it waits for");
    this.#options.defer(() => this.#answerFromPast());
  }

  /** The past is over: from here on effects happen. */
  #goLive(): void {
    if (this.#lost !== undefined) throw this.#stopFor({ kind: "lost-secret", ...this.#lost });
    const { inDoubt = "stop" } = this.#options;
    const waiting = [...this.#pending].filter(([, pending]) => !pending.isStarted);
    const doubtful = waiting.find(([, pending]) => !pending.isRepeatable);
    if (doubtful !== undefined && inDoubt === "stop")
      throw this.#stopFor({ kind: "in-doubt", effect: `${doubtful[1].operation}(${doubtful[1].args})` });
    this.#isLive = true;
    // Infinities have no difference: what is no timer stays where it is, behind them.
    waiting.sort(([, a], [, b]) => (a.due === b.due ? 0 : a.due - b.due));
    for (const [number, pending] of waiting) {
      if (pending.isRepeatable || inDoubt === "repeat") pending.start();
      else {
        const encoded = encodeError(new HostError("EINTR", interrupted), this.#secrets);
        this.#answer(
          ["d", number, encoded],
          () => pending.settle(encoded),
          () => this.#pending.delete(number),
        );
      }
    }
  }

  #outOfPast(asked: string): ReplayStopped {
    return this.#options.isWhole === true ? this.#diverge(asked) : this.#stopFor({ kind: "killed" });
  }

  /** From a turn of the event loop, where nobody waits for the failure. */
  #quietly(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error !== this.#failure) throw error;
    }
  }

  #diverge(asked: string): ReplayStopped {
    const entry = this.#past[this.#next];
    return this.#stopFor({ kind: "diverged", at: this.#next, recorded: describeEntry(entry), asked });
  }

  #stopFor(reason: ReplayStop): ReplayStopped {
    if (this.#failure === undefined) {
      this.#failure = new ReplayStopped(describeStop(reason));
      this.#options.onStop(reason);
    }
    return this.#failure;
  }

  // ------------------------------------------------------------ the present

  #record<T>(entry: (result: unknown) => JournalEntry, perform: () => T): T {
    let value: T;
    try {
      value = perform();
    } catch (error) {
      this.#push(entry(encodeError(error, this.#secrets)));
      throw error;
    }
    this.#push(entry(encodeAnswer(value, this.#secrets)));
    return value;
  }

  #begin(
    operation: string,
    args: readonly unknown[],
    settle: (encoded: unknown) => void,
    start: (answer: (apply: () => void, encoded: unknown) => void) => void,
    isRepeatable: boolean,
    due = Number.POSITIVE_INFINITY,
  ): number {
    const described = describeArguments(args, this.#secrets);
    const number = ++this.#begun;
    const pending: Pending = {
      operation,
      args: described,
      settle,
      isRepeatable,
      due,
      isStarted: false,
      start: () => {
        pending.isStarted = true;
        start((apply, encoded) => {
          this.#answer(["d", number, encoded], apply, () => this.#pending.delete(number));
        });
      },
    };
    this.#pending.set(number, pending);
    if (this.#goesOn(`${operation}(${described})`)) {
      this.#push(["a", number, operation, described]);
      if (!pending.isStarted) pending.start();
      return number;
    }
    const entry = this.#past[this.#next];
    if (entry?.[0] !== "a" || entry[1] !== number || entry[2] !== operation || entry[3] !== described)
      throw this.#diverge(`${operation}(${described})`);
    this.#next++;
    return number;
  }

  /** Lets the run go on with an answer, in a turn of its own (J2). */
  #answer(entry: JournalEntry, apply: () => void, isWanted = (): boolean => true): void {
    this.#answers.push(() => {
      if (!isWanted()) return;
      if (!this.#isStopped) this.#push(entry);
      apply();
    });
    if (!this.#isAnswering) this.#answerNext();
  }

  #answerNext(): void {
    this.#isAnswering = true;
    this.#options.defer(() => {
      if (!this.#isStopped) this.#quietly(() => this.#closeEvent());
      this.#answers.shift()?.();
      if (this.#answers.length > 0) this.#answerNext();
      else this.#isAnswering = false;
    });
  }

  #push(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (this.#isFlushing) return;
    // At the end of the turn at the latest, what it brought is with the operating system.
    this.#isFlushing = true;
    this.#options.defer(() => {
      this.#isFlushing = false;
      this.#quietly(() => this.#closeEvent());
    });
  }

  #closeEvent(): void {
    if (this.#isUnwritable) throw this.#failure;
    if (this.#entries.length === 0) return;
    const entries = this.#entries;
    this.#entries = [];
    this.#write({ id: this.#eventId++, kind: "effects", entries });
  }

  #write(event: JournalEvent): void {
    try {
      this.#sink?.write(journalLine(event));
    } catch (cause) {
      throw this.#unwritable(cause);
    }
  }

  /** Nothing that is not written down may be seen: the run ends here, and may be gone on with later. */
  #unwritable(cause: unknown): ReplayStopped {
    this.#isUnwritable = true;
    return this.#stopFor({ kind: "unwritable", reason: messageOf(cause) });
  }
}

function attempt<T>(perform: () => T): T | undefined {
  try {
    return perform();
  } catch {
    return undefined;
  }
}

/** An entry in words, for a divergence. */
export function describeEntry(entry: JournalEntry | undefined): string {
  switch (entry?.[0]) {
    case undefined:
      return "the end of the recording";
    case "s":
    case "w":
      return `${entry[1]}(${entry[2]})`;
    case "n":
      return entry[1];
    case "r":
      return "the answer of a call";
    case "a":
      return `${entry[2]}(${entry[3]})`;
    case "d":
      return `the answer of effect ${entry[1]}`;
    case "x":
      return "an interruption";
    case "e":
      return `event ${entry[1]}`;
  }
}

function describeStop(reason: ReplayStop): string {
  switch (reason.kind) {
    case "diverged":
      return `the run asks for ${reason.asked} where its recording has ${reason.recorded}`;
    case "killed":
      return "the recording ends here";
    case "in-doubt":
      return `whether ${reason.effect} happened is not known`;
    case "lost-secret":
      return `the value of ${reason.name} is not in the recording`;
    case "unwritable":
      return `the recording cannot be written: ${reason.reason}`;
  }
}
