import type { HostEnvironment } from "../../../builtin/index.ts";
import { DictValue, type Value } from "../../../value/index.ts";
import { asDict, filledTextOption, listOption, textOption } from "../options.ts";
import { type BackendKind, backendKinds } from "./formats.ts";

/** One place that observations go to, under the name that its records carry. */
export interface Backend {
  readonly kind: BackendKind;
  readonly id: string;
}

/** What a configuration means: backends, and complaints about the parts that mean nothing. */
export interface BackendPlan {
  readonly backends: readonly Backend[];
  readonly complaints: readonly string[];
}

const stderrBackend: Backend = { kind: "pretty_stderr", id: "pretty_stderr" };
const ids: Partial<Record<BackendKind, string>> = { splunk_hec: "splunk" };

/** The most backends within backends that are followed. */
const deepest = 16;

export function planOf(value: Value | undefined, environment: HostEnvironment | undefined, depth = 0): BackendPlan {
  const config = asDict(value);
  if (!config) return complaint("backend must be a dict or named backend");
  const kind = textOption(config, "kind") ?? "";
  if (kind === "auto") return planOf(autoBackend(environment), environment, depth);
  if (kind === "compose") return composed(config, environment, depth);
  const known = backendKinds.find((each) => each === kind);
  if (!known) return complaint(`unknown backend \`${kind}\``);
  return { backends: [{ kind: known, id: filledTextOption(config, "id") ?? ids[known] ?? known }], complaints: [] };
}

function complaint(text: string): BackendPlan {
  return { backends: [], complaints: [text] };
}

function composed(config: DictValue, environment: HostEnvironment | undefined, depth: number): BackendPlan {
  const children = listOption(config, "backends") ?? [];
  if (children.length === 0) return complaint("compose backend has no child backends");
  if (depth >= deepest) return complaint(`compose backends are nested more than ${deepest} deep`);
  const plans = children.map((child) => planOf(child, environment, depth + 1));
  return {
    backends: plans.flatMap(({ backends }) => backends),
    complaints: plans.flatMap(({ complaints }) => complaints),
  };
}

/** Where observations go when nothing was configured. */
export const defaultPlan: BackendPlan = { backends: [stderrBackend], complaints: [] };

/**
 * What the environment asks for: OpenTelemetry, Splunk, Honeycomb, otherwise standard error. Keys and tokens stay in the
 * environment: a program prints what it is given.
 */
export function autoBackend(environment: HostEnvironment | undefined): DictValue {
  const endpoint = environment?.get("HARN_OTEL_ENDPOINT") || environment?.get("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (endpoint) return DictValue.of({ id: "otel", kind: "otel", endpoint });
  if (environment?.get("SPLUNK_HEC_TOKEN")) return DictValue.of({ id: "splunk", kind: "splunk_hec" });
  if (environment?.get("HONEYCOMB_API_KEY")) return DictValue.of({ id: "honeycomb", kind: "honeycomb" });
  return DictValue.of({ ...stderrBackend });
}
