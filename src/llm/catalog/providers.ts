/** Which wire a provider speaks. */
export type WireDialect = "openai" | "anthropic" | "ollama" | "gemini" | "vertex" | "bedrock" | "azure" | "mock";

export type AuthStyle = "bearer" | "header" | "query" | "aws_sigv4" | "none";

export interface ProviderRow {
  readonly name: string;
  readonly displayName: string;
  readonly dialect: WireDialect;
  readonly baseUrl: string;
  /** Environment variable that replaces the base URL. */
  readonly baseUrlEnv?: string;
  readonly authStyle: AuthStyle;
  readonly authHeader?: string;
  /** Environment variables that may hold the key; the first that is set counts. */
  readonly authEnv: readonly string[];
  /** Under the base URL; where it holds `{…}`, the route fills that in itself. */
  readonly chatPath: string;
  readonly completionPath?: string;
  /** Asked by a health check. */
  readonly healthPath?: string;
  /** Provider tried after this one fails. */
  readonly fallback?: string;
  /** Requests a minute. */
  readonly requestsPerMinute?: number;
  readonly costPer1kIn?: number;
  readonly costPer1kOut?: number;
  readonly latencyP50Ms?: number;
  readonly extraHeaders?: Readonly<Record<string, string>>;
  readonly features?: readonly string[];
}

function compatible(
  name: string,
  displayName: string,
  baseUrl: string,
  authEnv: readonly string[],
  more: Partial<ProviderRow> = {},
): ProviderRow {
  return {
    name,
    displayName,
    dialect: "openai",
    baseUrl,
    authStyle: authEnv.length === 0 ? "none" : "bearer",
    authEnv,
    chatPath: "/chat/completions",
    completionPath: "/completions",
    healthPath: "/models",
    ...more,
  };
}

function local(name: string, displayName: string, port: number, baseUrlEnv: string, host = "localhost"): ProviderRow {
  return compatible(name, displayName, `http://${host}:${port}`, [], {
    baseUrlEnv,
    chatPath: "/v1/chat/completions",
    completionPath: "/v1/completions",
    healthPath: "/v1/models",
  });
}

/** US dollars per thousand tokens where a model has no price of its own, and how long half of the answers take at most. */
const economics: Readonly<Record<string, Partial<ProviderRow>>> = {
  anthropic: { costPer1kIn: 0.003, costPer1kOut: 0.015, latencyP50Ms: 2500 },
  azure_openai: { costPer1kIn: 0.0025, costPer1kOut: 0.01, latencyP50Ms: 1900 },
  bedrock: { latencyP50Ms: 2600 },
  cerebras: { costPer1kIn: 0.00025, costPer1kOut: 0.00069, latencyP50Ms: 150 },
  dashscope: { costPer1kIn: 0.0003, costPer1kOut: 0.0012, latencyP50Ms: 1600 },
  deepseek: { costPer1kIn: 0.00014, costPer1kOut: 0.00028, latencyP50Ms: 1800 },
  fireworks: { costPer1kIn: 0.0002, costPer1kOut: 0.0006, latencyP50Ms: 1400 },
  gemini: { costPer1kIn: 0.00125, costPer1kOut: 0.005, latencyP50Ms: 1800 },
  groq: { costPer1kIn: 0.0001, costPer1kOut: 0.0003, latencyP50Ms: 450 },
  huggingface: { costPer1kIn: 0.0002, costPer1kOut: 0.0006, latencyP50Ms: 2400 },
  llamacpp: { costPer1kIn: 0, costPer1kOut: 0, latencyP50Ms: 900 },
  local: { costPer1kIn: 0, costPer1kOut: 0, latencyP50Ms: 900 },
  minimax: { costPer1kIn: 0.0003, costPer1kOut: 0.0012, latencyP50Ms: 1700 },
  mlx: { costPer1kIn: 0, costPer1kOut: 0, latencyP50Ms: 900 },
  ollama: { costPer1kIn: 0, costPer1kOut: 0, latencyP50Ms: 1200 },
  openai: { costPer1kIn: 0.0025, costPer1kOut: 0.01, latencyP50Ms: 1800 },
  openrouter: { costPer1kIn: 0.003, costPer1kOut: 0.015, latencyP50Ms: 2200 },
  tgi: { costPer1kIn: 0, costPer1kOut: 0, latencyP50Ms: 950 },
  together: { costPer1kIn: 0.0002, costPer1kOut: 0.0006, latencyP50Ms: 1600 },
  vertex: { costPer1kIn: 0.00125, costPer1kOut: 0.005, latencyP50Ms: 2100 },
  vllm: { costPer1kIn: 0, costPer1kOut: 0, latencyP50Ms: 800 },
  zai: { costPer1kIn: 0.0004, costPer1kOut: 0.0017, latencyP50Ms: 1900 },
};

const rows: readonly ProviderRow[] = [
  {
    name: "anthropic",
    displayName: "Anthropic",
    dialect: "anthropic",
    baseUrl: "https://api.anthropic.com/v1",
    authStyle: "header",
    authHeader: "x-api-key",
    authEnv: ["ANTHROPIC_API_KEY"],
    chatPath: "/messages",
    healthPath: "/models",
    extraHeaders: { "anthropic-version": "2023-06-01" },
    features: ["prompt_caching", "thinking"],
  },
  compatible("openai", "OpenAI", "https://api.openai.com/v1", ["OPENAI_API_KEY"]),
  compatible("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", ["OPENROUTER_API_KEY"]),
  compatible("huggingface", "Hugging Face", "https://router.huggingface.co/v1", ["HF_TOKEN", "HUGGINGFACE_API_KEY"]),
  compatible("together", "Together AI", "https://api.together.xyz/v1", ["TOGETHER_AI_API_KEY"], {
    baseUrlEnv: "TOGETHER_AI_BASE_URL",
  }),
  compatible("groq", "Groq", "https://api.groq.com/openai/v1", ["GROQ_API_KEY"], { baseUrlEnv: "GROQ_BASE_URL" }),
  compatible("cerebras", "Cerebras", "https://api.cerebras.ai/v1", ["CEREBRAS_API_KEY"], {
    features: ["native_tools"],
    baseUrlEnv: "CEREBRAS_BASE_URL",
  }),
  compatible("deepseek", "DeepSeek", "https://api.deepseek.com/v1", ["DEEPSEEK_API_KEY"], {
    baseUrlEnv: "DEEPSEEK_BASE_URL",
  }),
  compatible("fireworks", "Fireworks", "https://api.fireworks.ai/inference/v1", ["FIREWORKS_API_KEY"], {
    baseUrlEnv: "FIREWORKS_BASE_URL",
  }),
  compatible(
    "dashscope",
    "DashScope",
    "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    ["DASHSCOPE_API_KEY"],
    { baseUrlEnv: "DASHSCOPE_BASE_URL" },
  ),
  compatible("minimax", "MiniMax", "https://api.minimax.io/v1", ["MINIMAX_API_KEY"], {
    baseUrlEnv: "MINIMAX_BASE_URL",
  }),
  compatible("zai", "Z.ai", "https://api.z.ai/v1", ["ZAI_API_KEY", "ZHIPU_API_KEY"], { baseUrlEnv: "ZAI_BASE_URL" }),
  {
    name: "ollama",
    displayName: "Ollama",
    dialect: "ollama",
    baseUrl: "http://localhost:11434",
    baseUrlEnv: "OLLAMA_HOST",
    authStyle: "none",
    authEnv: [],
    chatPath: "/api/chat",
    healthPath: "/api/tags",
  },
  local("local", "Local OpenAI-compatible server", 8000, "LOCAL_LLM_BASE_URL"),
  local("llamacpp", "llama.cpp", 8001, "LLAMACPP_BASE_URL", "127.0.0.1"),
  local("mlx", "MLX", 8002, "MLX_BASE_URL", "127.0.0.1"),
  local("vllm", "vLLM", 8000, "VLLM_BASE_URL"),
  local("tgi", "Text Generation Inference", 8080, "TGI_BASE_URL"),
  {
    name: "gemini",
    displayName: "Google Gemini",
    dialect: "gemini",
    baseUrl: "https://generativelanguage.googleapis.com",
    baseUrlEnv: "GEMINI_BASE_URL",
    authStyle: "header",
    authHeader: "x-goog-api-key",
    authEnv: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    chatPath: "/v1beta/models",
  },
  {
    name: "vertex",
    displayName: "Google Vertex AI",
    dialect: "vertex",
    baseUrl: "https://aiplatform.googleapis.com/v1",
    baseUrlEnv: "VERTEX_AI_BASE_URL",
    authStyle: "bearer",
    authEnv: ["VERTEX_AI_ACCESS_TOKEN", "GOOGLE_OAUTH_ACCESS_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS"],
    features: ["native_tools"],
    chatPath: "/projects/{project}/locations/{location}/publishers/google/models/{model}:generateContent",
  },
  {
    name: "bedrock",
    displayName: "Amazon Bedrock",
    dialect: "bedrock",
    baseUrl: "https://bedrock-runtime.{region}.amazonaws.com",
    baseUrlEnv: "BEDROCK_BASE_URL",
    authStyle: "aws_sigv4",
    authEnv: [],
    features: ["native_tools"],
    chatPath: "/model/{model}/converse",
  },
  {
    name: "azure_openai",
    displayName: "Azure OpenAI",
    dialect: "azure",
    baseUrl: "https://{resource}.openai.azure.com",
    baseUrlEnv: "AZURE_OPENAI_ENDPOINT",
    authStyle: "header",
    authHeader: "api-key",
    authEnv: ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "AZURE_OPENAI_BEARER_TOKEN"],
    features: ["native_tools"],
    chatPath: "/openai/deployments/{deployment}/chat/completions?api-version={api_version}",
  },
];

/** The embedded providers. `mock` and `fake` have no row: nothing is sent anywhere. */
export const providerRows: readonly ProviderRow[] = rows.map((row) => ({ ...row, ...economics[row.name] }));

/** Providers that answer from within: no key, no network. */
export function isMockProvider(provider: string): boolean {
  return provider === "mock" || provider === "fake";
}
