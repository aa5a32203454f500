import { statfsSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import type { ProviderCatalog } from "../../llm/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { loadedCatalog } from "../model-catalog.ts";

interface Pick {
  readonly provider: string;
  readonly model: string;
  readonly selector: string;
}

/** A model to begin with: of a provider whose key is set, else the largest local one that the memory holds. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const available = freemem();
  const gigabytes = Math.floor(available / 1e9);
  const pick = ofCloud(loadedCatalog(context)) ?? local(gigabytes);
  const hasKey = pick.provider !== "ollama";
  const modelId = `${pick.provider}/${pick.model}`;
  const rationale = `${gigabytes} GB free, ${hasKey ? "a provider's key is set" : "no provider's key is set"} -> ${modelId}`;
  const text = invocation.has("json")
    ? JSON.stringify(
        {
          provider: pick.provider,
          model_id: modelId,
          harn_selector: pick.selector,
          has_provider_key: hasKey,
          ram_bucket: bucketOf(gigabytes),
          hardware: {
            ram: { available_bytes: available, total_bytes: totalmem() },
            disk: { free_bytes: freeDisk(context.cwd), path: context.cwd },
          },
          rationale,
        },
        null,
        2,
      )
    : `${modelId}\n${rationale}`;
  context.output.write("stdout", `${text}\n`);
  return 0;
}

/** In the order in which most users have them. */
const preferred = ["anthropic", "openai", "gemini", "openrouter", "deepseek", "groq", "together", "minimax", "zai"];

function ofCloud(catalog: ProviderCatalog): Pick | undefined {
  const withKey = catalog.providerNames().filter((name) => catalog.key(name) !== undefined);
  const provider = preferred.find((name) => withKey.includes(name)) ?? withKey[0];
  if (provider === undefined) return undefined;
  const cheap = catalog.qualityCheckModel(provider);
  const model =
    cheap ?? catalog.models().find((row) => row.provider === provider)?.id ?? catalog.defaultModel(provider);
  return { provider, model, selector: model };
}

/** A 4-bit model takes about half its parameters in bytes, and room for the conversation. */
const localModels: readonly (readonly [gigabytes: number, model: string])[] = [
  [32, "qwen3.6:35b-a3b-coding-nvfp4"],
  [24, "gemma4:26b"],
  [12, "qwen2.5:7b-instruct"],
  [0, "llama3.2"],
];

function local(gigabytes: number): Pick {
  const model = localModels.find(([needed]) => gigabytes >= needed)?.[1] ?? "llama3.2";
  return { provider: "ollama", model, selector: `ollama:${model}` };
}

function bucketOf(gigabytes: number): string {
  if (gigabytes < 8) return "under_8";
  if (gigabytes < 16) return "8_16";
  return gigabytes < 32 ? "16_32" : "over_32";
}

function freeDisk(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
