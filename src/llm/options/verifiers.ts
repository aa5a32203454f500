import type { CallContext } from "../../builtin/index.ts";
import { thrown, typeName, type Value } from "../../value/index.ts";
import { intAt, isCallable, isDict, isList, record, textsAt } from "../fields.ts";
import type { ModelReply } from "../model.ts";

/** Says what is wrong with an answer, or nothing. */
export type Verifier = (context: CallContext, reply: ModelReply) => Promise<string | undefined>;

/**
 * `escalate_on`: checks whose finding sends a call on to the next link. `{kind: "lint", forbidden_patterns, required_patterns,
 * max_line_length}`, or a closure over `{text, model, provider}` that gives nil, true or false (true: go on), or what is wrong.
 */
export function readVerifiers(value: Value | undefined): readonly Verifier[] {
  if (value === undefined || value === null) return [];
  if (!isList(value))
    throw thrown(`routing_policy.escalate_on: expected a list of verifier specs, got ${typeName(value)}`);
  return value.toArray().map((spec, index) => readVerifier(spec, `routing_policy.escalate_on[${index}]`));
}

function readVerifier(spec: Value, place: string): Verifier {
  if (isCallable(spec)) return ofClosure(spec);
  if (!isDict(spec)) throw thrown(`${place}: expected a dict or a closure, got ${typeName(spec)}`);
  const kind = spec.get("kind");
  if (kind !== "lint") throw thrown(`${place}: \`kind\` must be "lint"; for other checks give a closure`);
  const forbidden = patterns(textsAt(spec, "forbidden_patterns"), place);
  const required = patterns(textsAt(spec, "required_patterns"), place);
  const longest = intAt(spec, "max_line_length");
  if (forbidden.length + required.length === 0 && longest === undefined)
    throw thrown(`${place}: "lint" needs at least one of forbidden_patterns, required_patterns, or max_line_length`);
  return async (_context, { text }) => lintFinding(text, forbidden, required, longest);
}

function patterns(sources: readonly string[] | undefined, place: string): readonly RegExp[] {
  return (sources ?? []).map((source) => {
    try {
      return new RegExp(source, "mu");
    } catch {
      throw thrown(`${place}: ${JSON.stringify(source)} is no pattern`);
    }
  });
}

function lintFinding(
  text: string,
  forbidden: readonly RegExp[],
  required: readonly RegExp[],
  longest: number | undefined,
): string | undefined {
  const bad = forbidden.find((pattern) => pattern.test(text));
  if (bad !== undefined) return `the answer must not contain ${bad.source}`;
  const missing = required.find((pattern) => !pattern.test(text));
  if (missing !== undefined) return `the answer must contain ${missing.source}`;
  const isLong = longest !== undefined && text.split("\n").some((line) => line.length > longest);
  return isLong ? `a line of the answer is longer than ${longest} characters` : undefined;
}

function ofClosure(check: Value): Verifier {
  return async (context, { text, model, provider }) => {
    const said = await context.callAsync(check, [record({ text, model, provider })]);
    if (said === null || said === false) return undefined;
    return typeof said === "string" ? said : "the answer did not pass";
  };
}
