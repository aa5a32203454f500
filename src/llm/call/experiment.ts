import type { CallContext } from "../../builtin/index.ts";
import { type DictValue, show, thrown, typeName, type Value } from "../../value/index.ts";
import { dictAt, intAt, isCallable, isDict, isList, list, merged, record, textAt } from "../fields.ts";
import type { PreparedCall } from "../options/call-options.ts";

/** A change of a prompt's structure that a call tries out: one that is known by name, or the program's own. */
interface Experiment {
  readonly name: string;
  readonly label: string;
  readonly args: DictValue;
  readonly transform: Value | undefined;
}

interface Prompt {
  readonly system: string | undefined;
  readonly messages: readonly DictValue[];
}

type Change = (prompt: Prompt, args: DictValue) => Prompt;

const draft =
  "First write a short draft of a few words a step between <draft> and </draft>. Then give the whole answer outside of these tags.";

const known: Readonly<Record<string, Change>> = {
  prompt_order_permutation: (prompt, args) =>
    withLatest(prompt, (text) => permuted(text.split(/\n{2,}/), intAt(args, "seed") ?? 0).join("\n\n")),
  doubled_prompt: (prompt) => {
    const latest = latestPrompt(prompt.messages);
    const again = latest === undefined ? [] : [record({ role: "user", content: latest.text })];
    return { ...prompt, messages: [...again, ...prompt.messages, ...again] };
  },
  inverted_system: (prompt) => {
    const latest = latestPrompt(prompt.messages);
    if (prompt.system === undefined || latest === undefined) return prompt;
    const { system } = prompt;
    return { ...withLatest(prompt, () => system), system: latest.text };
  },
  chain_of_draft: (prompt) => withLatest(prompt, (text) => `${text}\n\n${draft}`),
};

/** The call as its option `structural_experiment` changes it, and what was tried, for the records of the call. */
export async function tryExperiment(
  context: CallContext,
  prepared: PreparedCall,
  iteration: number | undefined,
): Promise<PreparedCall> {
  const experiment = readExperiment(prepared.options?.get("structural_experiment") ?? null);
  if (experiment === undefined) return prepared;
  const { request } = prepared;
  const before: Prompt = { system: request.system, messages: request.messages };
  const { prompt, metadata } =
    experiment.transform === undefined
      ? { prompt: (known[experiment.name] as Change)(before, experiment.args), metadata: experiment.args }
      : await transformed(context, experiment, experiment.transform, before, iteration);
  const { name, label, args } = experiment;
  return {
    ...prepared,
    request: { ...request, system: prompt.system, messages: prompt.messages },
    experiment: record({ name, label, args, metadata }),
  };
}

/** A name with arguments as in `name(seed: 42)`, a closure, or `{name, label, args, transform}`. */
function readExperiment(given: Value): Experiment | undefined {
  if (given === null) return undefined;
  if (isCallable(given)) return { name: "custom", label: "custom", args: record({}), transform: given };
  if (typeof given === "string") {
    const [, name = given, inner = ""] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(given) ?? [];
    const pairs = [...inner.matchAll(/(\w+)\s*:\s*(-?\d+)/g)].map(
      ([, key = "", value]) => [key, Number(value)] as const,
    );
    return checked({ name, label: given, args: record(Object.fromEntries(pairs)), transform: undefined });
  }
  if (!isDict(given))
    throw thrown(`structural_experiment: expected a name, a closure or a dict, got ${typeName(given)}`);
  const transform = given.get("transform");
  const name = textAt(given, "name") ?? "custom";
  const seed = given.get("seed");
  const args = merged(seed === undefined ? undefined : record({ seed }), dictAt(given, "args"));
  const own = isCallable(transform) ? transform : undefined;
  return checked({ name, label: textAt(given, "label") ?? name, args, transform: own });
}

function checked(experiment: Experiment): Experiment {
  if (experiment.transform === undefined && !Object.hasOwn(known, experiment.name))
    throw thrown(`unknown structural experiment \`${experiment.name}\``);
  return experiment;
}

async function transformed(
  context: CallContext,
  { name, label, args }: Experiment,
  transform: Value,
  prompt: Prompt,
  iteration: number | undefined,
): Promise<{ readonly prompt: Prompt; readonly metadata: DictValue }> {
  const about = record({
    name,
    label,
    args,
    iteration: iteration ?? null,
    messages: list(prompt.messages),
    system: prompt.system ?? null,
  });
  const answer = await context.callAsync(transform, [about]);
  if (answer === null) return { prompt, metadata: record({}) };
  if (isList(answer)) return { prompt: { ...prompt, messages: dictsOf(answer) }, metadata: record({}) };
  if (!isDict(answer)) throw thrown("structural_experiment transform must return nil, a message list, or a dict");
  const messages = answer.get("messages");
  const system = answer.get("system") ?? null;
  return {
    prompt: {
      system: system === null ? prompt.system : show(system),
      messages: isList(messages) ? dictsOf(messages) : prompt.messages,
    },
    metadata: record({ name, label, details: answer.get("metadata") }),
  };
}

function dictsOf(value: Value): DictValue[] {
  return isList(value) ? value.toArray().filter(isDict) : [];
}

function latestPrompt(messages: readonly DictValue[]): { readonly index: number; readonly text: string } | undefined {
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    const text = message?.get("role") === "user" ? textAt(message, "content") : undefined;
    if (text !== undefined) return { index, text };
  }
  return undefined;
}

function withLatest(prompt: Prompt, change: (text: string) => string): Prompt {
  const latest = latestPrompt(prompt.messages);
  if (latest === undefined) return prompt;
  const messages = prompt.messages.map((message, index) =>
    index === latest.index ? message.with("content", change(latest.text)) : message,
  );
  return { ...prompt, messages };
}

/** Shuffled, the same way for the same seed, and never as they were when there are two that differ. */
function permuted(sections: readonly string[], seed: number): string[] {
  const shuffled = [...sections];
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  for (let last = shuffled.length - 1; last > 0; last--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    const other = state % (last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other] ?? "", shuffled[last] ?? ""];
  }
  const isSame = shuffled.every((section, index) => section === sections[index]);
  return isSame ? [...shuffled.slice(1), ...shuffled.slice(0, 1)] : shuffled;
}
