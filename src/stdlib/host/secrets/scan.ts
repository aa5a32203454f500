import { sha256 } from "@noble/hashes/sha2.js";
import { type Builtin, type CallContext, declare, rest, t } from "../../../builtin/index.ts";
import { DictValue, ListValue, runtimeError, scalarLength, show, toHex } from "../../../value/index.ts";
import { encodeUtf8 } from "../../utf8.ts";
import { regexCache } from "../regex.ts";
import { type Detector, detectors, privateKeyBlock } from "./detectors.ts";

const secrets = declare("secret-scan");

/** A key that is assigned to: its value counts if it looks random. */
const assignment: Detector = {
  id: "high-entropy-assignment",
  source: "detect-secrets",
  title: "High-entropy secret assignment",
  pattern: String.raw`(?im)(?:secret|token|api[_-]?key|access[_-]?key|password|passwd|pwd|client[_-]?secret|private[_-]?key)[^\n:=]{0,32}[:=]\s*["']([A-Za-z0-9+/=_.-]{20,})["']`,
};
const privateKey: Detector = {
  id: "private-key-block",
  source: "detect-secrets",
  title: "Private key block",
  pattern: privateKeyBlock,
};
/** Bits a character. */
const leastEntropy = 3.5;

interface Finding {
  readonly detector: Detector;
  /** UTF-16 offset. */
  readonly start: number;
  readonly text: string;
}

/** Every finding of a detector, from left to right: matches come without their places, so each is looked for behind the last. */
function findingsOf(
  context: CallContext,
  detector: Detector,
  content: string,
  isAssignment: boolean,
): readonly Finding[] {
  const findings: Finding[] = [];
  let from = 0;
  for (const match of context.service(regexCache).get(detector.pattern).matches(content)) {
    const at = content.indexOf(match.text, from);
    from = at + match.text.length;
    const text = isAssignment
      ? (match.groups.find((group) => group !== undefined && group !== match.text) ?? "")
      : match.text;
    if (isAssignment && entropy(text) < leastEntropy) continue;
    findings.push({ detector, start: isAssignment ? at + match.text.lastIndexOf(text) : at, text });
  }
  return findings;
}

/** Bits a character, by Shannon. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

function scan(context: CallContext, content: string): readonly Finding[] {
  const found = [
    ...[...detectors, privateKey].flatMap((detector) => findingsOf(context, detector, content, false)),
    ...findingsOf(context, assignment, content, true),
  ].sort((a, b) => a.start - b.start);
  // What a detector with a name has found is not told again as something random.
  return found.filter(
    (finding) =>
      finding.detector !== assignment || !found.some((other) => other !== finding && isWithin(other, finding)),
  );
}

function isWithin(inner: Finding, outer: Finding): boolean {
  return inner.start >= outer.start && inner.start + inner.text.length <= outer.start + outer.text.length;
}

/** Enough of a secret to recognise it by, and not more. */
function redacted(text: string): string {
  if (text.startsWith("-----BEGIN ")) return `${text.split("\n", 1)[0]} …`;
  const chars = [...text];
  return chars.length <= 8 ? "*".repeat(chars.length) : `${chars.slice(0, 4).join("")}…${chars.slice(-4).join("")}`;
}

/** Findings with their places: lines and columns from 1 in characters, offsets in bytes of UTF-8. */
function located(content: string, findings: readonly Finding[]): ListValue {
  let [at, offset, line, lineStart] = [0, 0, 1, 0];
  return new ListValue(
    findings.map(({ detector, start, text }) => {
      const before = content.slice(at, start);
      offset += encodeUtf8(before).length;
      line += before.split("\n").length - 1;
      if (before.includes("\n")) lineStart = at + before.lastIndexOf("\n") + 1;
      at = start;
      const column = scalarLength(content.slice(lineStart, start)) + 1;
      return DictValue.of({
        detector: detector.id,
        source: detector.source,
        title: detector.title,
        line,
        column_start: column,
        column_end: column + scalarLength(text),
        start_offset: offset,
        end_offset: offset + encodeUtf8(text).length,
        redacted: redacted(text),
        fingerprint: toHex(sha256(encodeUtf8(text))).slice(0, 16),
      });
    }),
  );
}

export const secretScanBuiltins: readonly Builtin[] = [
  secrets({
    name: "secret_scan",
    summary: "The secrets in a text, each with its place, a shortened form and a fingerprint.",
    params: [rest("args", t.any)],
    returns: t.list,
    run(context, content) {
      if (content === undefined || content === null) throw runtimeError("secret_scan: content is required");
      const text = show(content);
      return located(text, scan(context, text));
    },
  }),
];
