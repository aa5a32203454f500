import {
  type CallContext,
  DONE,
  type Outcome,
  type Pulled,
  PullIterator,
  type ResumableFrame,
  SUSPENDED,
  type WaitReason,
} from "../../builtin/index.ts";
import { HandleValue, type Value } from "../../value/index.ts";
import { taskOf } from "../host-call.ts";
import type { Task } from "../task.ts";
import { Fifo } from "./fifo.ts";
import { type InLine, WaitInLine, WaitLine } from "./wait-line.ts";

/** Somebody who waits for a message. Exactly one of its methods is called, once, unless it is withdrawn first. */
export interface Receiver extends InLine {
  take(value: Value): void;
  end(): void;
}

/** Is told when a wait for a message is over because the channel is. */
export interface EndWitness {
  hasEnded: boolean;
}

/** One task that waits for room. */
class ParkedSender extends WaitInLine {
  readonly #line: WaitLine<ParkedSender>;
  readonly value: Value;

  constructor(line: WaitLine<ParkedSender>, task: Task, reason: WaitReason, value: Value) {
    super(task, reason);
    this.#line = line;
    this.value = value;
  }

  override abandon(): void {
    this.#line.leave(this);
  }
}

/** One task that waits for one message. */
class ParkedReceiver extends WaitInLine implements Receiver {
  readonly #channel: Channel;
  given: Value | undefined;
  readonly #witness: EndWitness | undefined;

  constructor(channel: Channel, task: Task, reason: WaitReason, witness: EndWitness | undefined) {
    super(task, reason);
    this.#channel = channel;
    this.#witness = witness;
  }

  override abandon(): void {
    this.#channel.abandon(this);
  }

  take(value: Value): void {
    this.given = value;
    this.wake(value);
  }

  end(): void {
    if (this.#witness) this.#witness.hasEnded = true;
    this.wake(null);
  }
}

/**
 * A bounded queue between tasks.
 *
 * C1. Somebody waits to receive only while there is no message and nobody waits to send.
 * C2. Somebody waits to send only while the buffer is full.
 * C3. Nobody waits at a closed channel. What was accepted before can still be received; what was not never is.
 */
export class Channel extends HandleValue {
  readonly typeName = "channel";
  readonly name: string;
  readonly capacity: number;
  /** Messages come from elsewhere than the tasks of the machine: from the host, from a model. */
  readonly isFedFromOutside: boolean;
  isClosed = false;
  readonly #messages = new Fifo<Value>();
  readonly #receivers = new WaitLine<Receiver>();
  readonly #senders = new WaitLine<ParkedSender>();
  /** One object for all who wait: they may be many. */
  #forMessage: WaitReason | undefined;
  #forRoom: WaitReason | undefined;

  constructor(name: string, capacity: number, producer: "task" | "outside" = "task") {
    super();
    this.name = name;
    this.capacity = capacity;
    this.isFedFromOutside = producer === "outside";
  }

  override show(): string {
    return `<channel:${this.name}>`;
  }

  override equals(other: Value): boolean {
    return other === this;
  }

  override iterator(): PullIterator {
    return new ChannelIterator(this);
  }

  get size(): number {
    return this.#messages.size;
  }

  /** Nothing more will ever come out. */
  get isDrained(): boolean {
    return this.isClosed && this.#messages.size === 0;
  }

  /** Accepts the message if that needs no waiting; `undefined` when it would. */
  trySend(value: Value): boolean | undefined {
    if (this.isClosed) return false;
    const receiver = this.#receivers.shift();
    if (receiver) {
      receiver.take(value);
      return true;
    }
    if (this.#messages.size >= this.capacity) return undefined;
    this.#messages.push(value);
    return true;
  }

  /** Waits while the channel is full. The answer is whether the message was accepted. */
  send(context: CallContext, value: Value): Outcome {
    const isAccepted = this.trySend(value);
    if (isAccepted !== undefined) return isAccepted;
    this.#forRoom ??= { kind: "channel", detail: `room in channel ${this.name}` };
    this.#senders.join(new ParkedSender(this.#senders, taskOf(context), this.#forRoom, value));
    return SUSPENDED;
  }

  /** A message that is there; `undefined` when there is none. */
  tryReceive(): Value | undefined {
    const value = this.#messages.shift();
    if (value !== undefined) this.#admitSender();
    return value;
  }

  /** Waits for a message; nil when the channel ends. */
  receive(context: CallContext): Outcome {
    const value = this.tryReceive();
    if (value !== undefined) return value;
    return this.isClosed ? null : this.#park(context);
  }

  #park(context: CallContext, witness?: EndWitness): typeof SUSPENDED {
    this.#forMessage ??= {
      kind: this.isFedFromOutside ? "event" : "channel",
      detail: `a message in channel ${this.name}`,
    };
    this.#receivers.join(new ParkedReceiver(this, taskOf(context), this.#forMessage, witness));
    return SUSPENDED;
  }

  /** The wait ended otherwise. */
  abandon(receiver: ParkedReceiver): void {
    this.withdraw(receiver);
    if (receiver.given !== undefined) this.giveBack(receiver.given);
  }

  /** The same for a loop, which must tell the end from a nil. */
  pull(context: CallContext, witness: EndWitness): Pulled {
    const value = this.tryReceive();
    if (value !== undefined) return value;
    return this.isClosed ? DONE : this.#park(context, witness);
  }

  /** Queues somebody who waits at several channels at once. The channel has no message. */
  register(receiver: Receiver): void {
    this.#receivers.join(receiver);
  }

  withdraw(receiver: Receiver): void {
    this.#receivers.leave(receiver);
  }

  /** A message that was handed to somebody who will never see it goes to the next, or back to the front. */
  giveBack(value: Value): void {
    const receiver = this.#receivers.shift();
    if (!receiver) return this.#messages.unshift(value);
    receiver.take(value);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const receiver of this.#receivers.takeAll()) receiver.end();
    for (const sender of this.#senders.takeAll()) sender.wake(false);
  }

  /** There is room again for the message of whoever waits longest. */
  #admitSender(): void {
    if (this.#messages.size >= this.capacity) return;
    const sender = this.#senders.shift();
    if (!sender) return;
    this.#messages.push(sender.value);
    sender.wake(true);
  }
}

/** A loop over a channel: ends when the channel is closed and drained. */
export class ChannelIterator extends PullIterator {
  readonly channel: Channel;

  constructor(channel: Channel) {
    super();
    this.channel = channel;
  }

  override next(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    const frame = new PullFrame(this);
    const pulled = this.channel.pull(context, frame);
    if (pulled === DONE) this.exhausted = true;
    return pulled === SUSPENDED ? context.resumeWith(frame) : pulled;
  }
}

/** How a loop goes on that had to wait. */
class PullFrame implements ResumableFrame, EndWitness {
  readonly #iterator: ChannelIterator;
  hasEnded = false;

  constructor(iterator: ChannelIterator) {
    this.#iterator = iterator;
  }

  resume(_context: CallContext, value: Value): Value {
    this.#iterator.exhausted = this.hasEnded;
    return value;
  }
}
