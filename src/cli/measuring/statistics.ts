/** What a row of measurements comes to; in the unit of its values. */
export interface Statistics {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Of the measurements themselves, not an estimate from them. */
  readonly deviation: number;
  readonly total: number;
}

/** Of at least one value. */
export function statisticsOf(values: readonly number[]): Statistics {
  const sorted = [...values].sort((a, b) => a - b);
  const total = values.reduce((sum, value) => sum + value, 0);
  const mean = total / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    min: sorted[0] as number,
    mean,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    max: sorted[sorted.length - 1] as number,
    deviation: Math.sqrt(variance),
    total,
  };
}

/** Between two values the quantile lies on the line that joins them. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

export type Verdict = "faster" | "slower" | "same";

export interface Comparison {
  /** Median of the new measurements by that of the old. */
  readonly ratio: number;
  /** How likely measurements of one and the same thing differ as much, by their ranks. */
  readonly probability: number;
  /** `same`: these measurements do not tell the two apart. */
  readonly verdict: Verdict;
}

const significance = 0.05;

/** The rank-sum test of Mann, Whitney and Wilcoxon: it asks nothing of how times are distributed, and outliers do not rule it. */
export function compare(baseline: readonly number[], current: readonly number[]): Comparison {
  const ratio = statisticsOf(current).p50 / statisticsOf(baseline).p50;
  const probability = rankSumProbability(baseline, current);
  const differs = probability < significance && ratio !== 1;
  return { ratio, probability, verdict: !differs ? "same" : ratio < 1 ? "faster" : "slower" };
}

/** Two-sided, by the normal approximation with its correction for ties and continuity. */
function rankSumProbability(a: readonly number[], b: readonly number[]): number {
  const size = a.length + b.length;
  const all = [...a, ...b].sort((x, y) => x - y);
  let ranks = 0;
  let ties = 0;
  for (let from = 0; from < size; ) {
    let to = from;
    while (to < size && all[to] === all[from]) to++;
    const count = to - from;
    ties += count ** 3 - count;
    ranks += a.filter((value) => value === all[from]).length * ((from + 1 + to) / 2);
    from = to;
  }
  const u = ranks - (a.length * (a.length + 1)) / 2;
  const expected = (a.length * b.length) / 2;
  const variance = ((a.length * b.length) / 12) * (size + 1 - ties / (size * (size - 1)));
  if (!(variance > 0)) return 1;
  const z = Math.max(0, Math.abs(u - expected) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * (1 - normalDistribution(z)));
}

/** Abramowitz and Stegun 26.2.17: right to 7 digits. */
function normalDistribution(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
