export type ModelTier = "small" | "mid" | "frontier" | "reasoning";

/** US dollars per million tokens. */
export interface Pricing {
  readonly inputPerMtok: number;
  readonly outputPerMtok: number;
  readonly cacheReadPerMtok?: number;
  readonly cacheWritePerMtok?: number;
}

/** A model that the catalogue knows. */
export interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly contextWindow: number;
  /** What a local server is asked to make room for, where that is less. */
  readonly runtimeContextWindow?: number;
  /** Seconds that a stream of this model may take, where the usual limit is too short. */
  readonly streamTimeoutS?: number;
  readonly tier?: ModelTier;
  readonly pricing?: Pricing;
  /** Why, and what to take instead; empty when nothing is known but that it is. */
  readonly deprecated?: string;
  readonly openWeight?: boolean;
  /** Whether anybody can call it; `serverless` unless it says otherwise. */
  readonly availability?: "serverless" | "dedicated" | "unknown";
  readonly qualityTags?: readonly string[];
  readonly strengths?: readonly string[];
  /** Scores by benchmark, as published. */
  readonly benchmarks?: Readonly<Record<string, number>>;
}

export interface Alias {
  readonly model: string;
  readonly provider: string;
  readonly toolFormat?: "native" | "text";
}
