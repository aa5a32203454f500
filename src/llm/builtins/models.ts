import { type Builtin, declare, opt, renderedForKey, req, SUSPENDED, t } from "../../builtin/index.ts";
import { BuiltinValue, type DictValue, runtimeError, thrown } from "../../value/index.ts";
import { checkHealth } from "../call/healthcheck.ts";
import { readCapabilityRules } from "../catalog/capability-rules.ts";
import { modelFamily } from "../catalog/model-family.ts";
import { selectionRequest, selectModel } from "../catalog/selection.ts";
import { boolAt, intAt, isDict, list, record, textAt } from "../fields.ts";
import { thinkingDict } from "../mock/mock-provider.ts";
import { withOptions } from "../options/call-options.ts";
import { applyReasoningPolicy, readThinking } from "../options/thinking.ts";
import { llmService } from "../service.ts";
import {
  allProviderNames,
  availableProviders,
  capabilitiesDict,
  catalogDict,
  credentialStatus,
  modelDict,
  providerConfigs,
  providerDict,
  resolvedDict,
} from "./model-dicts.ts";

const config = declare("llm-config");
const tracing = declare("tracing");
const template = declare("template");

export const modelBuiltins: readonly Builtin[] = [
  config({
    name: "llm_infer_provider",
    summary: "The provider that a model id belongs to.",
    params: [req("model_id", t.string)],
    returns: t.string,
    effect: "state",
    run: (context, id) => context.service(llmService).catalog.infer(id).provider,
  }),
  config({
    name: "llm_model_tier",
    summary: "The tier of a model: small, mid, frontier or reasoning.",
    params: [req("model_id", t.string)],
    returns: t.string,
    effect: "state",
    run: (context, id) => context.service(llmService).catalog.tier(id),
  }),
  config({
    name: "llm_resolve_model",
    summary: "What an alias or a model id stands for.",
    params: [req("alias", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, alias) => resolvedDict(context.service(llmService).catalog.resolve(alias)),
  }),
  config({
    name: "llm_model_info",
    summary: "What an alias or a model id stands for, with what the model can do and costs.",
    params: [req("selector", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, selector) => {
      const { catalog } = context.service(llmService);
      const resolved = catalog.resolve(selector);
      const row = catalog.model(resolved.id);
      return resolvedDict(resolved)
        .with(
          "capabilities",
          capabilitiesDict(resolved.provider, resolved.id, catalog.capabilities(resolved.provider, resolved.id)),
        )
        .with("catalog", row === undefined ? null : modelDict(catalog, row))
        .with("qc_default_model", catalog.qualityCheckModel(resolved.provider) ?? null)
        .with("auth_available", catalog.isAvailable(resolved.provider));
    },
  }),
  config({
    name: "llm_pick_model",
    summary: "The model of a tier, an alias or an id.",
    params: [req("target", t.string), opt("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, target, options) => {
      const { catalog } = context.service(llmService);
      const provider = textAt(options, "provider");
      const ofTier = catalog.ofTier(target, provider);
      const resolved = ofTier === undefined ? catalog.resolve(target) : { id: ofTier.model, provider: ofTier.provider };
      const isTier = ["small", "mid", "frontier", "reasoning"].includes(target);
      return record({
        id: resolved.id,
        provider: provider ?? resolved.provider,
        tier: isTier ? target : catalog.tier(resolved.id),
      });
    },
  }),
  config({
    name: "llm_providers",
    summary: "The names of the catalogue's providers.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => list(context.service(llmService).catalog.providerNames()),
  }),
  config({
    name: "llm_available_providers",
    summary: "The providers that could be called now: their key is set, or they need none.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => list(availableProviders(context.service(llmService).catalog)),
  }),
  config({
    name: "llm_provider_status",
    summary: "For each provider whether it could be called, and what about its credentials.",
    params: [],
    returns: t.list,
    effect: "llm.read",
    run: (context) => {
      const { catalog } = context.service(llmService);
      return list(
        allProviderNames(catalog).map((name) => {
          const status = credentialStatus(catalog, name);
          return record({ name, available: status !== "missing", credential_status: status });
        }),
      );
    },
  }),
  config({
    name: "llm_known_models",
    summary: "The names of all aliases.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => list(context.service(llmService).catalog.aliasNames()),
  }),
  config({
    name: "llm_catalog",
    summary: "The rows of all known models.",
    params: [],
    returns: t.list,
    effect: "llm.read",
    run: (context) => {
      const { catalog } = context.service(llmService);
      return list(catalog.models().map((row) => modelDict(catalog, row)));
    },
  }),
  config({
    name: "llm_provider_catalog",
    summary: "Providers, aliases and models as one dict.",
    params: [],
    returns: t.dict,
    effect: "state",
    run: (context) => catalogDict(context.service(llmService).catalog),
  }),
  config({
    name: "llm_config",
    summary: "The row of a provider, or the rows of all by name.",
    params: [opt("provider", t.string)],
    returns: t.nilable(t.dict),
    effect: "state",
    run: (context, name) => {
      const { catalog } = context.service(llmService);
      if (name === undefined) return providerConfigs(catalog);
      const row = catalog.provider(name);
      return row === undefined ? null : providerDict(catalog, row);
    },
  }),
  config({
    name: "llm_qc_default_model",
    summary: "The cheap model of a provider for quality checks.",
    params: [req("provider", t.string)],
    returns: t.nilable(t.string),
    effect: "state",
    run: (context, provider) => context.service(llmService).catalog.qualityCheckModel(provider) ?? null,
  }),
  config({
    name: "llm_resolved_options",
    summary: "Options with the provider and the model that a call with them would use.",
    params: [req("opts", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, options) => {
      const { catalog } = context.service(llmService);
      const chosen = selectModel(catalog, selectionRequest(options));
      return withOptions(options, { provider: chosen.provider, model: chosen.model });
    },
  }),
  config({
    name: "llm_apply_reasoning_policy",
    summary: "Options with their reasoning policy turned into a thinking request.",
    params: [req("opts", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, options) => {
      const { catalog } = context.service(llmService);
      const chosen = selectModel(catalog, selectionRequest(options));
      const thinking =
        readThinking(options) ??
        applyReasoningPolicy(options, catalog.capabilities(chosen.provider, chosen.model), undefined);
      return thinking === undefined ? options : withOptions(options, { thinking: thinkingDict(thinking) });
    },
  }),
  config({
    name: "llm_rate_limit",
    summary: "Tells or sets how many requests a minute go to a provider; zero takes the limit away.",
    params: [req("provider", t.string), opt("options", t.dict)],
    effect: "state",
    run: (context, provider, options) => {
      const { limiter } = context.service(llmService);
      const perMinute = intAt(options, "rpm");
      if (perMinute === undefined && options !== undefined && options.size > 0)
        throw runtimeError("llm_rate_limit: options must include 'rpm' (integer)");
      if (perMinute === undefined) return limiter.limit(provider) ?? null;
      limiter.setLimit(provider, perMinute);
      return true;
    },
  }),
  config({
    name: "llm_model_defaults",
    summary: "The sampling that configuration gives a model when a call says nothing.",
    params: [req("model_id", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, id) => context.service(llmService).catalog.modelDefaults(id) ?? record({}),
  }),
  config({
    name: "llm_healthcheck",
    summary: "Asks a provider whether it answers and takes the key.",
    params: [opt("provider_or_options", t.union(t.string, t.dict)), opt("options", t.dict)],
    returns: t.dict,
    effect: "net",
    run: (context, subject, options) => {
      const service = context.service(llmService);
      const wish: DictValue | undefined = isDict(subject) ? subject : options;
      const provider =
        (typeof subject === "string" ? subject : textAt(wish, "provider")) ?? service.catalog.unnamedProvider();
      return context.async(() =>
        checkHealth(service, {
          provider,
          key: textAt(wish, "api_key"),
          warm: boolAt(wish, "warm") ?? false,
          model: textAt(wish, "model"),
          signal: context.signal,
        }),
      );
    },
  }),
  config({
    name: "provider_capabilities",
    summary: "What a model behind a provider can do.",
    params: [req("provider", t.string), opt("model", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, provider, model) => {
      const { catalog } = context.service(llmService);
      const id = model ?? catalog.defaultModel(provider);
      return capabilitiesDict(provider, id, catalog.capabilities(provider, id));
    },
  }),
  template({
    name: "__push_llm_render_context",
    summary:
      "Name the model that templates are rendered for until the matching pop: they see it as `llm`, `{provider, model, family, capabilities}`.",
    params: [req("provider", t.string), opt("model", t.string)],
    returns: t.bool,
    effect: "state",
    run(context, provider, model = "") {
      const { catalog } = context.service(llmService);
      const capabilities = capabilitiesDict(provider, model, catalog.capabilities(provider, model));
      const family = modelFamily(provider, model);
      context.service(renderedForKey).push(record({ provider, model, family, capabilities }));
      return true;
    },
  }),
  template({
    name: "__pop_llm_render_context",
    summary: "End the last naming of a model for templates.",
    params: [],
    returns: t.nil,
    effect: "state",
    run(context) {
      context.service(renderedForKey).pop();
      return null;
    },
  }),
  config({
    name: "provider_capabilities_install",
    summary: "Puts rules of the project, as TOML, before the built-in ones.",
    params: [req("toml_src", t.string)],
    returns: t.bool,
    effect: "state",
    run: (context, source) => {
      const parsed = context.call1(new BuiltinValue("toml_parse"), source);
      if (parsed === SUSPENDED || !isDict(parsed))
        throw thrown("provider_capabilities_install: expected TOML with [[provider.NAME]] tables");
      context.service(llmService).catalog.installCapabilities(readCapabilityRules(parsed));
      return true;
    },
  }),
  config({
    name: "provider_capabilities_clear",
    summary: "Takes the project's rules away.",
    params: [],
    returns: t.bool,
    effect: "state",
    run: (context) => {
      context.service(llmService).catalog.clearCapabilities();
      return true;
    },
  }),
  config({
    name: "provider_register",
    summary: "Makes a provider's name known, as one that speaks as OpenAI does.",
    params: [req("name", t.string)],
    returns: t.bool,
    effect: "state",
    run: (context, name) => context.service(llmService).catalog.register(name),
  }),
  tracing({
    name: "llm_info",
    summary: "What an unspecific model call would go to: `{provider, model, api_key_set}`.",
    params: [],
    returns: t.dict,
    effect: "state",
    run: (context) => {
      const { catalog } = context.service(llmService);
      const chosen = selectModel(catalog, selectionRequest(undefined));
      return record({
        provider: chosen.provider,
        model: chosen.model,
        api_key_set: catalog.key(chosen.provider) !== undefined,
      });
    },
  }),
  tracing({
    name: "llm_usage",
    summary: "Tokens, time and number of this run's model calls.",
    params: [],
    returns: t.dict,
    effect: "state",
    examples: [["llm_usage().total_calls", "0"]],
    run: (context) => context.service(llmService).ledger.usageDict(),
  }),
];
