import type { ModelFailure } from "./failure.ts";
import type { ModelReply, ModelRequest } from "./model.ts";

/** What happens to model calls, as records, hooks and progress displays want to know it. Times are Unix milliseconds. */
export type ModelCallEvent =
  | {
      readonly kind: "model-call-start";
      readonly callId: string;
      readonly request: ModelRequest;
      readonly startedAt: number;
      readonly attempt: number;
      readonly sessionId: string | undefined;
    }
  | {
      readonly kind: "model-call-end";
      readonly callId: string;
      readonly request: ModelRequest;
      readonly reply: ModelReply;
      readonly startedAt: number;
      readonly durationMs: number;
      readonly costUsd: number;
      readonly isMocked: boolean;
      readonly sessionId: string | undefined;
    }
  | {
      readonly kind: "model-call-error";
      readonly callId: string;
      readonly request: ModelRequest;
      readonly failure: ModelFailure;
      readonly startedAt: number;
      readonly durationMs: number;
      /** Milliseconds until the next attempt; absent when there is none. */
      readonly retryInMs: number | undefined;
      readonly sessionId: string | undefined;
    }
  | {
      readonly kind: "schema-retry";
      readonly attempt: number;
      readonly errors: readonly string[];
      readonly correction: string;
      readonly sessionId: string | undefined;
    };

/** Sees events in order, on the caller's turn. It must not throw. */
export type ModelCallObserver = (event: ModelCallEvent) => void;
