import { sha1 } from "@noble/hashes/legacy.js";
import { type Builtin, type CallContext, declare, req, t } from "../../builtin/index.ts";
import { runtimeError, toHex } from "../../value/index.ts";
import { concatenated } from "../byte-arrays.ts";

const io = declare("io");

const nilUuid = "00000000-0000-0000-0000-000000000000";

/** The name spaces of RFC 9562, by the names programs use for them. */
const namespaces: ReadonlyMap<string, string> = new Map([
  ["dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"],
  ["url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"],
  ["oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"],
  ["x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"],
]);

function fromBytes(bytes: Uint8Array, version: number): string {
  const marked = bytes.slice(0, 16);
  marked[6] = ((marked[6] as number) & 0x0f) | (version << 4);
  marked[8] = ((marked[8] as number) & 0x3f) | 0x80;
  return hyphenated(toHex(marked));
}

function hyphenated(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Hyphenated, plain, braced or as a URN; the canonical lower-case form or `undefined`. */
export function parseUuid(text: string): string | undefined {
  const bare = text.replace(/^urn:uuid:/i, "").replace(/^\{(.*)\}$/, "$1");
  const hex = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i.test(bare) ? bare : undefined;
  return hex === undefined ? undefined : hyphenated(hex.replaceAll("-", "").toLowerCase());
}

function bytesOf(uuid: string): Uint8Array {
  const hex = uuid.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

export function randomUuid(context: CallContext): string {
  const bytes = new Uint8Array(16);
  context.host.random.fill(bytes);
  return fromBytes(bytes, 4);
}

/** Time in the first 48 bits, so that later ones sort behind earlier ones. */
export function timedUuid(context: CallContext): string {
  const bytes = new Uint8Array(16);
  context.host.random.fill(bytes);
  let time = Math.max(0, Math.floor(context.host.clock.now()));
  for (let at = 5; at >= 0; at--) {
    bytes[at] = time % 256;
    time = Math.floor(time / 256);
  }
  return fromBytes(bytes, 7);
}

function namedUuid(namespace: string, name: string): string {
  const space = namespaces.get(namespace.toLowerCase().replace(/^namespace_/, "")) ?? parseUuid(namespace);
  if (space === undefined) throw runtimeError("uuid_v5: namespace must be a UUID or one of dns/url/oid/x500");
  return fromBytes(sha1(concatenated(bytesOf(space), new TextEncoder().encode(name))), 5);
}

export const uuidBuiltins: readonly Builtin[] = [
  io({
    name: "uuid",
    summary: "A random UUID (version 4).",
    params: [],
    returns: t.string,
    effect: "random",
    examples: [["len(uuid())", "36"]],
    run: randomUuid,
  }),
  io({
    name: "uuid_v7",
    summary: "A UUID that sorts by its time (version 7).",
    params: [],
    returns: t.string,
    effect: "random",
    run: timedUuid,
  }),
  io({
    name: "uuid_v5",
    summary: "The UUID of a name in a name space (version 5): the same for the same name.",
    params: [req("namespace", t.string), req("name", t.string)],
    returns: t.string,
    examples: [['uuid_v5("dns", "harn.dev")', 'uuid_v5("DNS", "harn.dev")']],
    run: (_context, namespace, name) => namedUuid(namespace, name),
  }),
  io({
    name: "uuid_parse",
    summary: "The canonical form of a UUID's text, or nil.",
    params: [req("value", t.any)],
    run: (_context, value) => (typeof value === "string" ? (parseUuid(value) ?? null) : null),
    examples: [['uuid_parse("6BA7B8109DAD11D180B400C04FD430C8")', '"6ba7b810-9dad-11d1-80b4-00c04fd430c8"']],
  }),
  io({
    name: "uuid_nil",
    summary: "The UUID of zeros.",
    params: [],
    returns: t.string,
    run: () => nilUuid,
  }),
];
