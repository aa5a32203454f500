import type { DictValue, Value } from "../value/index.ts";
import type { Capabilities } from "./catalog/capabilities.ts";

/** How hard the model is asked to think. */
export type Thinking =
  | { readonly mode: "disabled" }
  | { readonly mode: "enabled"; readonly budgetTokens: number | undefined }
  | { readonly mode: "adaptive" }
  | { readonly mode: "effort"; readonly level: EffortLevel };

export type EffortLevel = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";

export type OutputFormat =
  | { readonly kind: "text" }
  | { readonly kind: "json_object" }
  | { readonly kind: "json_schema"; readonly schema: DictValue; readonly strict: boolean };

export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
}

/** One request to a model, independent of any provider's wire. */
export interface ModelRequest {
  readonly provider: string;
  readonly model: string;
  readonly apiMode: "chat_completions" | "responses";
  readonly system: string | undefined;
  /** `{role, content, …}` as the program wrote them. */
  readonly messages: readonly DictValue[];
  /** Native tools in function form: `{type: "function", function: {name, description, parameters}}`. */
  readonly tools: readonly DictValue[];
  readonly toolChoice: Value | undefined;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly outputFormat: OutputFormat;
  readonly thinking: Thinking;
  readonly stream: boolean;
  /** Ask the provider to cache the prompt. */
  readonly cache: boolean;
  readonly prefill: string | undefined;
  readonly timeoutMs: number;
  /** The `{provider: {…}}` option: laid over the body at the end. */
  readonly overrides: DictValue | undefined;
  readonly betaFeatures: readonly string[];
  readonly interleavedThinking: boolean;
  readonly capabilities: Capabilities;
  /** Only with `apiMode: "responses"`. */
  readonly responses?: ResponsesSettings;
}

/** What only the Responses API knows. */
export interface ResponsesSettings {
  readonly providerTools: readonly DictValue[];
  readonly previousResponseId: string | undefined;
  readonly store: boolean | undefined;
  readonly background: boolean | undefined;
  readonly truncation: Value | undefined;
  readonly compact: boolean | undefined;
  readonly include: Value | undefined;
  readonly maxToolCalls: number | undefined;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** A dict, or what the model sent when it is no JSON object. */
  readonly arguments: Value;
}

export interface ModelReply {
  readonly text: string;
  readonly thinking: string | undefined;
  readonly thinkingSummary: string | undefined;
  readonly toolCalls: readonly ToolCall[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** The provider's own word, never normalised. */
  readonly stopReason: string | undefined;
  readonly model: string;
  readonly provider: string;
  readonly responseId: string | undefined;
  /** Blocks given by the provider or a mock; undefined means: make them from the parts. */
  readonly blocks: readonly Value[] | undefined;
  /** What the provider did by itself, as blocks before those made of the rest of the reply. */
  readonly hosted?: readonly DictValue[];
  readonly logprobs: Value | undefined;
  /** Signed reasoning blocks that must go back to the provider with the turn, in its own form. */
  readonly signedReasoning: readonly DictValue[];
}

/** What a streamed answer reports while it grows. */
export interface ReplyListener {
  text?(delta: string): void;
  thinking?(delta: string): void;
  /** JSON of the answer where a provider sends it beside the text. */
  data?(delta: string): void;
  /** A native call whose name is known. */
  toolCall?(id: string, name: string): void;
}

/** Watches one streamed answer, and may end it. */
export interface ReplyWatch {
  text(delta: string): void;
  data(delta: string): void;
  /** Called after each piece off the wire; throws the `ModelFailure` that ends the answer. */
  settle(): Promise<void>;
}
