import { DONE, type Outcome, type PullIterator, SUSPENDED, type Waker } from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";
import type { Coroutine } from "../coroutine.ts";
import type { Task } from "../task.ts";
import { ChannelIterator, type Receiver } from "./channel.ts";
import { InLine } from "./wait-line.ts";

/** Who gets what a feed finds. */
export interface FeedSink {
  take(value: Value): void;
  end(): void;
  fail(error: unknown): void;
}

/**
 * A source that is asked for one element at a time without anybody standing still for it. Its answer may come at once or
 * later; between two answers it is asked once.
 */
export interface Feed {
  demand(): void;
  /** A task wants an element, of this source or another. */
  pulledBy(puller: Task): void;
  /** It waits for one. */
  await(): void;
  /** The element is not needed now. What is found all the same is kept for later by whoever finds it. */
  pause(): void;
  /** The same, because the task that waited was ended. */
  abandon(): void;
  /** Puts an element back that nobody has seen; false when the source cannot take it. */
  giveBack(value: Value): boolean;
  close(): void;
}

/**
 * A source among several, in a task of its own: it may wait while others are ready. A channel needs no task, and must be
 * left alone between two demands, because others may receive from it too.
 */
export function feedOf(owner: Task, source: PullIterator, sink: FeedSink): Feed {
  return source instanceof ChannelIterator ? new ChannelFeed(source, sink) : new TaskFeed(owner, source, sink);
}

class FeedReceiver extends InLine implements Receiver {
  readonly #sink: FeedSink;
  readonly #leave: () => void;

  constructor(sink: FeedSink, leave: () => void) {
    super();
    this.#sink = sink;
    this.#leave = leave;
  }

  take(value: Value): void {
    this.#leave();
    this.#sink.take(value);
  }

  end(): void {
    this.#leave();
    this.#sink.end();
  }
}

class ChannelFeed implements Feed {
  readonly #source: ChannelIterator;
  readonly #sink: FeedSink;
  #receiver: Receiver | undefined;

  constructor(source: ChannelIterator, sink: FeedSink) {
    this.#source = source;
    this.#sink = sink;
  }

  demand(): void {
    if (this.#receiver) return;
    const { channel } = this.#source;
    const value = channel.tryReceive();
    if (value !== undefined) return this.#sink.take(value);
    if (channel.isDrained) return this.#sink.end();
    this.#receiver = new FeedReceiver(this.#sink, () => {
      this.#receiver = undefined;
    });
    channel.register(this.#receiver);
  }

  pulledBy(): void {}

  await(): void {}

  abandon(): void {
    this.pause();
  }

  pause(): void {
    if (this.#receiver) this.#source.channel.withdraw(this.#receiver);
    this.#receiver = undefined;
  }

  giveBack(value: Value): boolean {
    this.#source.channel.giveBack(value);
    return true;
  }

  close(): void {
    this.pause();
  }
}

class TaskFeed implements Feed {
  readonly #coroutine: Coroutine;
  readonly #task: Task;
  readonly #source: PullIterator;
  readonly #sink: FeedSink;
  #hasStarted = false;
  #isPulling = false;
  #idle: Waker | undefined;

  constructor(owner: Task, source: PullIterator, sink: FeedSink) {
    this.#source = source;
    this.#sink = sink;
    this.#coroutine = owner.machine.newCoroutine(owner);
    this.#task = this.#coroutine.task;
    owner.root.adopt(this.#task);
    this.#task.whenDone((completion) => {
      this.#coroutine.letGoOn();
      owner.root.release(this.#task);
      if (this.#task.isEnding) return;
      if (completion.kind === "error") sink.fail(completion.error);
      else sink.end();
    });
  }

  demand(): void {
    if (this.#isPulling || this.#task.completion) return;
    this.#isPulling = true;
    const idle = this.#idle;
    this.#idle = undefined;
    if (idle) idle.wake(null);
    else if (!this.#hasStarted) {
      this.#hasStarted = true;
      this.#task.start(() => this.#pull());
    }
  }

  pulledBy(puller: Task): void {
    this.#coroutine.pulledBy(puller);
  }

  await(): void {
    this.#coroutine.await();
  }

  pause(): void {
    this.#coroutine.answer();
  }

  abandon(): void {
    this.#coroutine.abandon();
  }

  giveBack(): boolean {
    return false;
  }

  close(): void {
    this.#task.cancel();
    this.#source.close(this.#task);
  }

  /** One element for each demand, until the source ends. */
  #pull(): Outcome {
    for (;;) {
      const pulled = this.#source.next(this.#task);
      if (pulled === DONE) return null;
      if (pulled === SUSPENDED) return this.#task.resumeWith({ resume: (_context, value) => this.#takeLate(value) });
      if (this.#give(pulled) === SUSPENDED) return SUSPENDED;
    }
  }

  #takeLate(value: Value): Outcome {
    if (this.#source.exhausted) return null;
    return this.#give(value) === SUSPENDED ? SUSPENDED : this.#pull();
  }

  /** Hands an element over. Unless more was demanded meanwhile, the task waits until it is. */
  #give(value: Value): Outcome {
    this.#isPulling = false;
    this.#sink.take(value);
    if (this.#isPulling) return null;
    this.#idle = this.#task.park({ kind: "task", detail: "the consumer of a stream" }, () => {});
    return this.#task.resumeWith({ resume: () => this.#pull() });
  }
}
