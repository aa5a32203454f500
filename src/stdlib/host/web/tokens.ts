/** Marks and texts of HTML, leniently: whatever a browser would show, without building its tree. */
export type HtmlToken =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "open"; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: "close"; readonly name: string };

/** What is inside of these is text up to their end, whatever it looks like. */
const opaque = new Set(["script", "style", "title", "textarea"]);
const attributePattern = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const beginPattern = /<(?:!--|[!?]|(\/?)([A-Za-z][\w:-]*))/g;

export function* htmlTokens(html: string): Generator<HtmlToken> {
  const pattern = new RegExp(beginPattern);
  let at = 0;
  for (let match = pattern.exec(html); match !== null; match = pattern.exec(html)) {
    const [begin, slash, written] = match;
    const end = markEnd(html, begin, pattern.lastIndex);
    // A mark that does not end is text, as is all behind it: each character is looked at once.
    if (end < 0) break;
    if (match.index > at) yield { kind: "text", text: decodeEntities(html.slice(at, match.index)) };
    const attributes = html.slice(pattern.lastIndex, end - 1);
    at = end;
    pattern.lastIndex = end;
    if (written === undefined) continue;
    const name = written.toLowerCase();
    if (slash === "/") {
      yield { kind: "close", name };
      continue;
    }
    yield { kind: "open", name, attributes: attributesOf(attributes) };
    if (!opaque.has(name)) continue;
    at = endOf(html, name, end);
    pattern.lastIndex = at;
    const content = html.slice(end, at);
    const isRead = name === "title" || name === "textarea";
    if (content !== "") yield { kind: "text", text: isRead ? decodeEntities(content) : content };
  }
  if (at < html.length) yield { kind: "text", text: decodeEntities(html.slice(at)) };
}

/** The place behind the end of a mark whose inside begins at `from`; a comment that is left open goes to the end. */
function markEnd(html: string, begin: string, from: number): number {
  if (begin === "<!--") {
    const end = html.indexOf("-->", from);
    return end < 0 ? html.length : end + 3;
  }
  for (let at = from; at < html.length; at++) {
    const char = html[at];
    if (char === ">") return at + 1;
    if (char !== '"' && char !== "'") continue;
    at = html.indexOf(char, at + 1);
    if (at < 0) return -1;
  }
  return -1;
}

function endOf(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}`, "gi");
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", double, single, bare] of text.matchAll(attributePattern)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, decodeEntities(double ?? single ?? bare ?? ""));
  }
  return found;
}

const latin =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml".split(
    " ",
  );
/** The names of Latin-1 in the order of their code points, and those that pages use besides. */
const entities = new Map<string, string>([
  ...latin.map((name, at): [string, string] => [name, String.fromCharCode(0xa0 + at)]),
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["ndash", "–"],
  ["mdash", "—"],
  ["lsquo", "‘"],
  ["rsquo", "’"],
  ["ldquo", "“"],
  ["rdquo", "”"],
  ["bull", "•"],
  ["hellip", "…"],
  ["euro", "€"],
  ["trade", "™"],
  ["larr", "←"],
  ["rarr", "→"],
]);

export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]*));?/g,
    (whole, hex, decimal, name) => {
      if (name !== undefined) return entities.get(name) ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
        ? String.fromCodePoint(point)
        : "\ufffd";
    },
  );
}
