import { type Builtin, type CallContext, declare, req, serviceKey, t } from "../../../builtin/index.ts";
import { messageOf } from "../../../text/index.ts";
import { DictValue, ListValue, runtimeError, sortTexts } from "../../../value/index.ts";
import { encodeUtf8 } from "../../utf8.ts";
import { regexCache } from "../regex.ts";
import { redactionPatterns } from "./detectors.ts";

const redaction = declare("redaction");

interface Redaction {
  readonly custom: (readonly [name: string, pattern: string])[];
  audit: DictValue[];
}

/** What audit entries are filed under; no finding about a program has this code. */
const auditCode = "HARN-OAU-001";

const state = serviceKey<Redaction>("token redaction", () => ({ custom: [], audit: [] }));
/** The oldest entries give way, so that a long run does not grow for ever. */
const longestAudit = 10_000;

function redact(context: CallContext, text: string): string {
  const { custom, audit } = context.service(state);
  const sizesByName = new Map<string, number[]>();
  let shown = withoutLogin(text);
  for (const [name, pattern] of [...redactionPatterns, ...custom]) {
    const compiled = context.service(regexCache).get(pattern);
    const matches = compiled.findAll(shown).filter((match) => match !== "");
    if (matches.length === 0) continue;
    const sizes = matches.map((match) => encodeUtf8(match).length);
    shown = replaced(shown, matches, (at) => `<redacted:${name}:${sizes[at]}>`);
    sizesByName.set(name, [...(sizesByName.get(name) ?? []), ...sizes]);
  }
  for (const name of sortTexts([...sizesByName.keys()])) audit.push(entryOf(name, sizesByName.get(name) ?? []));
  if (audit.length > longestAudit) audit.splice(0, audit.length - longestAudit);
  return shown;
}

function entryOf(pattern: string, sizes: readonly number[]): DictValue {
  const bytes_redacted = sizes.reduce((sum, size) => sum + size, 0);
  return DictValue.of({ code: auditCode, pattern, match_count: sizes.length, bytes_redacted });
}

/** A text that is one URL loses its name and password. */
function withoutLogin(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\/\S+@\S+$/i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  url.username = "";
  url.password = "";
  return url.href;
}

/** `matches` are in the order in which they stand in the text. */
function replaced(text: string, matches: readonly string[], replacement: (at: number) => string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const [at, match] of matches.entries()) {
    const start = text.indexOf(match, from);
    pieces.push(text.slice(from, start), replacement(at));
    from = start + match.length;
  }
  return pieces.join("") + text.slice(from);
}

function register(context: CallContext, name: string, pattern: string): null {
  if (name === "") throw runtimeError("__token_redaction_register_pattern: `name` must not be empty");
  try {
    context.service(regexCache).get(pattern);
  } catch (error) {
    const reason = messageOf(error);
    throw runtimeError(`token_redaction.register_pattern: invalid regex: ${reason}`);
  }
  context.service(state).custom.push([name, pattern]);
  return null;
}

function names(patterns: readonly (readonly [name: string, pattern: string])[]): ListValue {
  return new ListValue(patterns.map(([name]) => name));
}

export const tokenRedactionBuiltins: readonly Builtin[] = [
  redaction({
    name: "__token_redaction_redact",
    summary: "The text with `<redacted:PATTERN:BYTES>` in the place of its tokens.",
    params: [req("text", t.string)],
    returns: t.string,
    run: (context, text) => redact(context, text),
  }),
  redaction({
    name: "__token_redaction_register_pattern",
    summary: "Redact what matches a further pattern.",
    params: [req("name", t.string), req("regex", t.string)],
    returns: t.nil,
    run: (context, name, pattern) => register(context, name, pattern),
  }),
  redaction({
    name: "__token_redaction_default_patterns",
    summary: "The names of the patterns that are always redacted.",
    params: [],
    returns: t.list,
    run: () => names(redactionPatterns),
  }),
  redaction({
    name: "__token_redaction_custom_patterns",
    summary: "The names of the patterns that the program has registered.",
    params: [],
    returns: t.list,
    run: (context) => names(context.service(state).custom),
  }),
  redaction({
    name: "__token_redaction_clear_custom_patterns",
    summary: "Forget the patterns that the program has registered.",
    params: [],
    returns: t.nil,
    run(context) {
      context.service(state).custom.length = 0;
      return null;
    },
  }),
  redaction({
    name: "__token_redaction_drain_audit",
    summary: "What was redacted since the last call, `{code, pattern, match_count, bytes_redacted}`.",
    params: [],
    returns: t.list,
    run(context) {
      const memory = context.service(state);
      const { audit } = memory;
      memory.audit = [];
      return new ListValue(audit);
    },
  }),
];
