import { sha256 } from "@noble/hashes/sha2.js";
import { type CallContext, serviceKey } from "../../builtin/index.ts";
import {
  BuiltinValue,
  DictValue,
  handOut,
  isObject,
  ListValue,
  Raise,
  runtimeError,
  show,
  stringifyJson,
  toHex,
  type Value,
} from "../../value/index.ts";
import { timedUuid } from "../host/uuid.ts";
import { encodeUtf8 } from "../utf8.ts";
import { refusalOf, sideEffectLevelOf, sideEffectLevels } from "./manifest.ts";
import { SnippetError, snippetCompiler } from "./snippet.ts";

const defaultOperations = 50;
const defaultTimeoutMs = 30_000;
const defaultOutputBytes = 65_536;

/** The builtin behind every binding of a snippet. */
export const bindingCall = "%composition_binding";

type FailureCategory = SnippetError["category"] | "execution_error" | "timeout" | "cancelled";

interface Limits {
  readonly operations: number;
  readonly timeoutMs: number;
  readonly outputBytes: number;
}

/** One tool as a snippet sees it. */
interface Binding {
  readonly name: string;
  readonly entry: DictValue;
  readonly refusal: string | undefined;
  /** Runs the tool; absent where the caller gave nothing that does. */
  readonly handler: Value | undefined;
}

/** A snippet under way. Its calls are counted and told one by one. */
class Composition {
  readonly runId: string;
  readonly ceiling: string;
  readonly limits: Limits;
  readonly bindings: ReadonlyMap<string, Binding>;
  readonly calls: DictValue[] = [];
  readonly results: DictValue[] = [];
  wasDenied = false;

  constructor(runId: string, ceiling: string, limits: Limits, bindings: ReadonlyMap<string, Binding>) {
    this.runId = runId;
    this.ceiling = ceiling;
    this.limits = limits;
    this.bindings = bindings;
  }
}

const compositions = serviceKey<Map<string, Composition>>("compositions under way", () => new Map());

function dictOf(value: Value | undefined): DictValue | undefined {
  return isObject(value) && value.kind === "dict" ? value : undefined;
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function copied(value: Value | undefined): Value {
  return value === undefined ? null : handOut(value);
}

/** A limit is a positive whole number; anything else counts as not said. */
function limitOf(options: DictValue, name: string, usual: number): number {
  const value = options.get(name);
  return typeof value === "number" && value > 0 ? value : usual;
}

function isCallable(value: Value | undefined): boolean {
  return isObject(value) && (value.kind === "closure" || value.kind === "builtin");
}

/** The tools of `options.tools`, a registry or a list, by their names. */
function toolsOf(options: DictValue): ReadonlyMap<string, DictValue> {
  const tools = options.get("tools");
  const listed = dictOf(tools)?.get("tools") ?? tools;
  const found = new Map<string, DictValue>();
  if (!(listed instanceof ListValue)) return found;
  for (const item of listed.view()) {
    const tool = dictOf(item);
    const name = textOf(tool?.get("name"));
    if (tool !== undefined && name !== undefined) found.set(name, tool);
  }
  return found;
}

/**
 * What a tool may do, it says itself where it is at hand: a manifest may come from a model, which can lower levels and raise the ceiling
 * in it, but not the ceiling of the options.
 */
function bindingsOf(manifest: DictValue, options: DictValue): ReadonlyMap<string, Binding> {
  const ceiling = sideEffectLevels.find((each) => each === ceilingOf(manifest, options)) ?? "none";
  const tools = toolsOf(options);
  const entries = manifest.get("bindings");
  const found = new Map<string, Binding>();
  if (!(entries instanceof ListValue)) return found;
  for (const item of entries.view()) {
    const entry = dictOf(item);
    const [name, binding] = [textOf(entry?.get("name")), textOf(entry?.get("binding"))];
    if (entry === undefined || name === undefined || binding === undefined) continue;
    if (!/^[A-Za-z_]\w*$/.test(binding)) continue;
    const tool = tools.get(name);
    const told = dictOf(tool?.get("annotations"))?.get("side_effect_level") ?? entry.get("side_effect_level");
    const policy = dictOf(entry.get("policy"));
    const stated = policy?.get("disposition") === "denied" ? (textOf(policy.get("reason")) ?? "by its manifest") : null;
    const refusal = stated ?? refusalOf(sideEffectLevelOf(told), ceiling) ?? undefined;
    const handler = tool?.get("handler");
    const runs = handler !== undefined && isCallable(handler) ? handOut(handler) : undefined;
    found.set(binding, { name, entry, refusal, handler: runs });
  }
  return found;
}

function ceilingOf(manifest: DictValue, options: DictValue): string {
  return textOf(options.get("side_effect_ceiling")) ?? textOf(manifest.get("side_effect_ceiling")) ?? "read_only";
}

function hashOf(text: string): string {
  return `sha256:${toHex(sha256(encodeUtf8(text)))}`;
}

/** Runs a snippet and gives a report; a snippet that fails is a report too. */
export async function executeComposition(
  context: CallContext,
  snippet: string,
  manifest: DictValue,
  options: DictValue,
): Promise<Value> {
  const runId = textOf(options.get("run_id")) ?? timedUuid(context);
  const ceiling = ceilingOf(manifest, options);
  const limits: Limits = {
    operations: limitOf(options, "max_operations", defaultOperations),
    timeoutMs: limitOf(options, "timeout_ms", defaultTimeoutMs),
    outputBytes: limitOf(options, "max_output_bytes", defaultOutputBytes),
  };
  const composition = new Composition(runId, ceiling, limits, bindingsOf(manifest, options));
  const running = context.service(compositions);
  if (running.has(runId)) throw runtimeError(`composition_execute: a composition '${runId}' is under way already`);
  running.set(runId, composition);
  const startedAt = context.host.clock.monotonic();
  try {
    const ended = await outcomeOf(context, snippet, composition, options);
    const facts = {
      run_id: runId,
      language: "harn",
      snippet_hash: hashOf(snippet),
      binding_manifest_hash: hashOf(stringifyJson(manifest)),
      requested_side_effect_ceiling: ceiling,
      duration_ms: Math.round(context.host.clock.monotonic() - startedAt),
      metadata: metadataOf(options),
    };
    return report(composition, DictValue.of(facts), ended);
  } finally {
    running.delete(runId);
  }
}

function metadataOf(options: DictValue): DictValue {
  const session = textOf(options.get("session_id"));
  return DictValue.of(session === undefined ? {} : { session_id: session });
}

type Ended =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "failure"; readonly category: FailureCategory; readonly message: string };

async function outcomeOf(
  context: CallContext,
  snippet: string,
  composition: Composition,
  options: DictValue,
): Promise<Ended> {
  const names = [...composition.bindings.keys()];
  const dispatch = options.get("dispatch");
  const own = dispatch !== undefined && isCallable(dispatch) ? [handOut(dispatch)] : [];
  const timer = new AbortController();
  const isLate = { value: false };
  const cancelTimer = context.host.clock.schedule(composition.limits.timeoutMs, () => {
    isLate.value = true;
    timer.abort();
  });
  try {
    const run = await context.service(snippetCompiler).compile(snippet, names);
    const bound = names.map(
      (name) => new BuiltinValue(bindingCall, [composition.runId, name, new ListValue([...own])]),
    );
    const value = await context.callAsync(run, bound, timer.signal);
    const size = encodeUtf8(stringifyJson(value)).length;
    if (size <= composition.limits.outputBytes) return { kind: "value", value };
    const message = `composition output exceeded max_output_bytes=${composition.limits.outputBytes}`;
    return { kind: "failure", category: "execution_error", message };
  } catch (error) {
    if (error instanceof SnippetError) return { kind: "failure", category: error.category, message: error.message };
    if (!(error instanceof Raise)) throw error;
    if (isLate.value) return { kind: "failure", category: "timeout", message: "Deadline exceeded" };
    if (error.kind === "cancelled") throw error;
    const category = composition.wasDenied ? "policy_denied" : "execution_error";
    return { kind: "failure", category, message: show(error.value) };
  } finally {
    cancelTimer();
  }
}

function report(composition: Composition, run: DictValue, ended: Ended): DictValue {
  const failed = ended.kind === "failure" ? ended : undefined;
  const facts = new Map<string, Value>([
    ...run.entries(),
    ["artifacts", new ListValue([])],
    ["stdout", null],
    ["stderr", null],
    ["result", ended.kind === "value" ? ended.value : null],
    ["error", failed?.message ?? null],
    ["failure_category", failed?.category ?? null],
  ]);
  return DictValue.of({
    schema_version: 1,
    ok: failed === undefined,
    summary: failed?.message ?? `composition completed with ${composition.calls.length} child operation(s)`,
    run: new DictValue(facts),
    child_calls: new ListValue(composition.calls),
    child_results: new ListValue(composition.results),
  });
}

/** One call of a snippet: told, judged, counted, and only then made. */
export async function callBinding(
  context: CallContext,
  runId: string,
  bindingName: string,
  dispatch: Value | undefined,
  args: readonly Value[],
): Promise<Value> {
  const composition = context.service(compositions).get(runId);
  const binding = composition?.bindings.get(bindingName);
  if (composition === undefined || binding === undefined)
    throw runtimeError(`composition '${runId}' has ended: its bindings cannot be called`);
  if (args.length > 1)
    throw runtimeError(`composition binding '${bindingName}' takes one dict, got ${args.length} arguments`);
  const input = args[0] ?? DictValue.of({});
  const index = composition.calls.length;
  const identity = {
    run_id: runId,
    tool_call_id: `${runId}:${index}`,
    tool_name: binding.name,
    operation_index: index,
  };
  composition.calls.push(callOf(composition, binding, identity, input));
  const startedAt = context.host.clock.monotonic();
  const finish = (fields: Readonly<Record<string, Value>>): void => {
    const duration = Math.round(context.host.clock.monotonic() - startedAt);
    const timing = { duration_ms: duration, execution_duration_ms: duration };
    const kind = binding.handler === undefined ? "dispatch" : "harn_builtin";
    const executor = DictValue.of({ kind });
    composition.results.push(DictValue.of({ ...identity, ...timing, executor, ...fields }));
  };
  const refusal = whyNot(composition, binding, bindingName, index);
  const failWith = (category: string, error: unknown): never => {
    const message = error instanceof Raise ? show(error.value) : String(error);
    finish({ status: "failed", raw_output: null, error: message, error_category: category });
    throw error;
  };
  if (refusal !== undefined) {
    composition.wasDenied = true;
    return failWith("permission_denied", runtimeError(refusal));
  }
  try {
    const output = await executed(context, binding, bindingName, dispatch, input);
    finish({ status: "completed", raw_output: handOut(output), error: null, error_category: null });
    return output;
  } catch (error) {
    return failWith("tool_error", error);
  }
}

function whyNot(composition: Composition, binding: Binding, name: string, index: number): string | undefined {
  if (binding.refusal !== undefined) return `composition binding '${name}' denied: ${binding.refusal}`;
  if (index < composition.limits.operations) return undefined;
  return `composition exceeded max_operations=${composition.limits.operations}`;
}

function executed(
  context: CallContext,
  binding: Binding,
  name: string,
  dispatch: Value | undefined,
  input: Value,
): Promise<Value> {
  if (binding.handler !== undefined) return context.callAsync(binding.handler, [handOut(input)]);
  if (dispatch !== undefined) return context.callAsync(dispatch, [binding.name, handOut(input)]);
  throw runtimeError(
    `composition binding '${name}' has nothing that runs it: give composition_execute the option \`tools\` (tools with handlers) or \`dispatch(name, args)\``,
  );
}

function callOf(
  composition: Composition,
  { entry, refusal }: Binding,
  identity: Readonly<Record<string, Value>>,
  input: Value,
): DictValue {
  return DictValue.of({
    ...identity,
    annotations: copied(entry.get("annotations")),
    requested_side_effect_level: copied(entry.get("side_effect_level")),
    policy_context: DictValue.of({
      ceiling: composition.ceiling,
      disposition: refusal === undefined ? "allowed" : "denied",
      reason: refusal ?? null,
    }),
    raw_input: handOut(input),
  });
}
