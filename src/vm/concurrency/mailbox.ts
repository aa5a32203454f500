import { type CallContext, DONE, type Outcome, type ResumableFrame, SUSPENDED } from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";
import { Channel, type EndWitness } from "./channel.ts";

/** A channel that is found by name, and counts. */
export class Mailbox {
  readonly #channel: Channel;
  #sent = 0;
  #received = 0;
  #failedSends = 0;

  constructor(name: string, capacity: number) {
    this.#channel = new Channel(name, capacity);
  }

  send(context: CallContext, value: Value): Outcome {
    const outcome = this.#channel.send(context, value);
    if (outcome !== SUSPENDED) return this.#countSend(outcome);
    return context.resumeWith({ resume: (_context, isAccepted) => this.#countSend(isAccepted) });
  }

  #countSend(isAccepted: Value): Value {
    if (isAccepted === true) this.#sent++;
    else this.#failedSends++;
    return isAccepted;
  }

  tryReceive(): Value {
    const value = this.#channel.tryReceive();
    if (value === undefined) return null;
    this.#received++;
    return value;
  }

  receive(context: CallContext): Outcome {
    const frame = new ReceiveFrame(this);
    const pulled = this.#channel.pull(context, frame);
    if (pulled === DONE) return null;
    return pulled === SUSPENDED ? context.resumeWith(frame) : this.countReceive(pulled);
  }

  countReceive(value: Value): Value {
    this.#received++;
    return value;
  }

  /** False when it was closed before. */
  close(): boolean {
    if (this.#channel.isClosed) return false;
    this.#channel.close();
    return true;
  }

  metrics(): Record<string, Value> {
    return {
      capacity: this.#channel.capacity,
      depth: this.#channel.size,
      sent_count: this.#sent,
      received_count: this.#received,
      failed_send_count: this.#failedSends,
      closed: this.#channel.isClosed,
    };
  }
}

/** How a receive that had to wait goes on. */
class ReceiveFrame implements ResumableFrame, EndWitness {
  readonly #mailbox: Mailbox;
  hasEnded = false;

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
  }

  resume(_context: CallContext, value: Value): Value {
    return this.hasEnded ? value : this.#mailbox.countReceive(value);
  }
}

/** The metrics of a mailbox that does not exist. */
export const noMailboxMetrics: Record<string, Value> = {
  capacity: 0,
  depth: 0,
  sent_count: 0,
  received_count: 0,
  failed_send_count: 0,
  closed: false,
};
