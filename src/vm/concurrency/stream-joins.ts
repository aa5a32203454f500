import { type CallContext, DONE, type Pulled, PullIterator, SUSPENDED, type Waker } from "../../builtin/index.ts";
import { PairValue, type Value } from "../../value/index.ts";
import { taskOf } from "../host-call.ts";
import type { Task } from "../task.ts";
import { ChannelIterator } from "./channel.ts";
import { Fifo } from "./fifo.ts";
import { PullQueue } from "./pull-queue.ts";
import { type Feed, feedOf } from "./stream-feeds.ts";
import { after } from "./timer.ts";

type Found =
  | { readonly kind: "value"; readonly value: Value; readonly feed: Feed | undefined }
  | { readonly kind: "error"; readonly error: unknown };

/**
 * Streams whose sources run on their own while the consumer waits. Each source is asked for one element when the consumer
 * wants one, so none runs more than one element ahead.
 */
abstract class Joined extends PullIterator {
  readonly #sources: readonly PullIterator[];
  protected feeds: (Feed | undefined)[] = [];
  #found = new Fifo<Found>();
  #first = -1;
  #hasStarted = false;
  #hasEnded = false;
  #waiting: Waker | undefined;
  readonly #queue = new PullQueue(() => this.#waiting !== undefined);

  constructor(sources: readonly PullIterator[]) {
    super();
    this.#sources = sources;
  }

  protected abstract take(index: number, value: Value): void;

  override next(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    if (this.#queue.mustWait) return this.#queue.join(context, "stream", (resumed) => this.#pull(resumed));
    return this.#pull(context);
  }

  #pull(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    const task = taskOf(context);
    if (!this.#hasStarted) this.#start(task);
    for (const feed of this.feeds) feed?.pulledBy(task);
    this.#demand();
    const found = this.#found.shift();
    if (found) {
      this.#pause();
      return this.#answer(found);
    }
    if (this.#hasEnded) {
      this.exhausted = true;
      return DONE;
    }
    return this.#wait(context);
  }

  #answer(found: Found): Value {
    if (found.kind === "value") return found.value;
    this.exhausted = true;
    throw found.error;
  }

  #wait(context: CallContext): typeof SUSPENDED {
    const isOutside = this.#sources.some((one) => one instanceof ChannelIterator && one.channel.isFedFromOutside);
    const reason = { kind: isOutside ? "event" : "task", detail: "the next value of a stream" } as const;
    this.#waiting = context.park(reason, () => this.#abandon());
    for (const feed of this.feeds) feed?.await();
    return context.resumeWith({
      resume: () => {
        this.#waiting = undefined;
        this.#pause();
        this.#queue.wakeNext();
        const found = this.#found.shift();
        if (found) return this.#answer(found);
        this.exhausted = true;
        return null;
      },
    });
  }

  #start(task: Task): void {
    this.#hasStarted = true;
    this.feeds = this.#sources.map((source, index) =>
      feedOf(task, source, {
        take: (value) => this.take(index, value),
        end: () => this.endOf(index),
        fail: (error) => this.#fail(error),
      }),
    );
  }

  /** Asks one source after the other until there is an element, beginning where it last left off. */
  #demand(): void {
    const { length } = this.feeds;
    for (let step = 0; step < length && this.#found.size === 0; step++) {
      this.#first = (this.#first + 1) % length;
      this.feeds[this.#first]?.demand();
    }
  }

  /** The consumer may never pull again: what came from a channel goes back to it. */
  #abandon(): void {
    this.#waiting = undefined;
    for (const feed of this.feeds) feed?.abandon();
    const found = this.#found;
    this.#found = new Fifo();
    for (let item = found.shift(); item; item = found.shift()) {
      if (item.kind === "error" || !item.feed?.giveBack(item.value)) this.#found.push(item);
    }
    this.#queue.wakeNext();
  }

  #pause(): void {
    for (const feed of this.feeds) feed?.pause();
  }

  /** Without a feed, the element cannot be put back. */
  protected emit(value: Value, feed?: Feed): void {
    this.#found.push({ kind: "value", value, feed });
    this.#waiting?.wake(null);
  }

  #fail(error: unknown): void {
    this.#found.push({ kind: "error", error });
    this.closeFeeds();
    this.#waiting?.wake(null);
  }

  protected endOf(index: number): void {
    this.feeds[index] = undefined;
    if (this.feeds.every((feed) => feed === undefined)) this.finish();
  }

  protected finish(): void {
    this.#hasEnded = true;
    this.#waiting?.wake(null);
  }

  protected closeFeeds(): void {
    for (const feed of this.feeds) feed?.close();
    this.feeds = this.feeds.map(() => undefined);
    this.#hasEnded = true;
  }

  override close(context: CallContext): void {
    this.exhausted = true;
    if (this.#hasStarted) this.closeFeeds();
    else for (const source of this.#sources) source.close(context);
    this.#waiting?.wake(null);
  }
}

/** The elements of all sources, each as soon as it is there. */
export class MergeStream extends Joined {
  protected override take(index: number, value: Value): void {
    this.emit(value, this.feeds[index]);
  }
}

/** The source that has an element first; the others are closed. */
export class RaceStream extends Joined {
  #winner: number | undefined;

  protected override take(index: number, value: Value): void {
    if (this.#winner === undefined) {
      this.#winner = index;
      for (const [other, feed] of this.feeds.entries()) {
        if (other === index) continue;
        feed?.close();
        this.feeds[other] = undefined;
      }
    }
    if (this.#winner === index) this.emit(value, this.feeds[index]);
  }
}

/** The last element of each burst: the one after which the source was quiet for a while. */
export class DebounceStream extends Joined {
  readonly #task: Task;
  readonly #quietMs: number;
  #last: Value | undefined;
  #cancelTimer = (): void => {};

  constructor(task: Task, source: PullIterator, quietMs: number) {
    super([source]);
    this.#task = task;
    this.#quietMs = quietMs;
  }

  protected override take(_index: number, value: Value): void {
    this.#last = value;
    this.#cancelTimer();
    this.#cancelTimer = after(this.#task.host.clock, this.#quietMs, () => this.#emitLast());
    this.feeds[0]?.demand();
  }

  protected override endOf(index: number): void {
    this.#emitLast();
    super.endOf(index);
  }

  #emitLast(): void {
    this.#cancelTimer();
    const last = this.#last;
    this.#last = undefined;
    if (last !== undefined) this.emit(last);
  }

  protected override closeFeeds(): void {
    this.#cancelTimer();
    super.closeFeeds();
  }
}

/**
 * One element of each source in turn; a source that has ended is left out. Several tasks may have a pull under way: each takes
 * its turn when it begins, and says of its own answer alone whether it is the end.
 */
export class InterleaveStream extends PullIterator {
  readonly #sources: PullIterator[];
  #turn = 0;

  constructor(sources: readonly PullIterator[]) {
    super();
    this.#sources = [...sources];
  }

  override next(context: CallContext): Pulled {
    for (let source = this.#sources[this.#turn]; source; source = this.#sources[this.#turn]) {
      this.#turn = (this.#turn + 1) % this.#sources.length;
      const pulled = source.next(context);
      if (pulled === SUSPENDED) return this.#awaitPull(context, source);
      if (pulled !== DONE) return pulled;
      this.#leaveOut(source);
    }
    this.exhausted = true;
    return DONE;
  }

  #awaitPull(context: CallContext, source: PullIterator): typeof SUSPENDED {
    return context.resumeWith({
      resume: (resumed, value) => {
        if (source.exhausted) this.#leaveOut(source);
        const pulled = source.exhausted ? this.next(resumed) : value;
        if (pulled !== DONE) this.exhausted = false;
        return pulled === DONE ? null : pulled;
      },
    });
  }

  #leaveOut(source: PullIterator): void {
    const index = this.#sources.indexOf(source);
    if (index < 0) return;
    this.#sources.splice(index, 1);
    if (index < this.#turn) this.#turn--;
    else if (this.#turn >= this.#sources.length) this.#turn = 0;
  }

  override close(context: CallContext): void {
    this.exhausted = true;
    const open = this.#sources.splice(0);
    for (const source of open) source.close(context);
  }
}

/**
 * Pairs of elements, until either source ends. Several tasks may have a pull under way: who has its first element by then
 * still gets its second, and only then is the second source closed.
 */
export class ZipStream extends PullIterator {
  readonly #first: PullIterator;
  readonly #second: PullIterator;
  /** Pulls that wait for their second element. */
  #halves = 0;
  #hasEnded = false;

  constructor(first: PullIterator, second: PullIterator) {
    super();
    this.#first = first;
    this.#second = second;
  }

  override next(context: CallContext): Pulled {
    const first = this.#hasEnded ? DONE : this.#first.next(context);
    if (first === DONE) return this.#end(context);
    if (first !== SUSPENDED) return this.#pullSecond(context, first);
    return context.resumeWith({
      resume: (resumed, value) =>
        this.#late(this.#first.exhausted ? this.#end(resumed) : this.#pullSecond(resumed, value)),
    });
  }

  #pullSecond(context: CallContext, first: Value): Pulled {
    const second = this.#second.next(context);
    if (second === DONE) return this.#end(context);
    if (second !== SUSPENDED) return new PairValue(first, second);
    this.#halves++;
    return context.resumeWith({
      resume: (resumed, value) => {
        const pulled = this.#second.exhausted ? DONE : new PairValue(first, value);
        this.#settleHalf(resumed);
        return this.#late(pulled === DONE ? this.#end(resumed) : pulled);
      },
      fail: (resumed, error) => {
        this.#settleHalf(resumed);
        throw error;
      },
    });
  }

  #settleHalf(context: CallContext): void {
    this.#halves--;
    if (this.#hasEnded && this.#halves === 0) this.#second.close(context);
  }

  #late(pulled: Pulled): Value | typeof SUSPENDED {
    if (pulled !== DONE) this.exhausted = false;
    return pulled === DONE ? null : pulled;
  }

  #end(context: CallContext): typeof DONE {
    this.exhausted = true;
    if (this.#hasEnded) return DONE;
    this.#hasEnded = true;
    this.#first.close(context);
    if (this.#halves === 0) this.#second.close(context);
    return DONE;
  }

  override close(context: CallContext): void {
    this.exhausted = true;
    this.#hasEnded = true;
    this.#first.close(context);
    this.#second.close(context);
  }
}
