/**
 * A glob as a regular expression over slash-separated relative paths: `*` and `?` stay within a segment, `**` spans them,
 * `[a-z]`, `[!a-z]`, `{a,b}` and `\` as usual. An `Error` tells what is wrong with a pattern.
 */
export function globPattern(glob: string): RegExp {
  let source = "";
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob.charAt(at);
    switch (character) {
      case "*":
        if (glob.charAt(at + 1) !== "*") source += "[^/]*";
        else {
          while (glob.charAt(at + 1) === "*") at++;
          const startsSegment = source === "" || source.endsWith("/");
          if (startsSegment && glob.charAt(at + 1) === "/") {
            source += "(?:[^/]+/)*";
            at++;
          } else source += ".*";
        }
        break;
      case "?":
        source += "[^/]";
        break;
      case "[": {
        const end = glob.indexOf("]", at + (/^[!^]/.test(glob.slice(at + 1)) ? 3 : 2));
        if (end < 0) throw new Error(`error parsing glob '${glob}': unclosed character class; missing ']'`);
        const body = glob
          .slice(at + 1, end)
          .replace(/^[!^]/, "^")
          .replace(/[\\[\]]/g, "\\$&");
        source += `[${body}]`;
        at = end;
        break;
      }
      case "{":
        depth++;
        source += "(?:";
        break;
      case "}":
        if (depth === 0)
          throw new Error(
            `error parsing glob '${glob}': unopened alternate group; missing '{' (maybe escape '}' with '[}]'?)`,
          );
        depth--;
        source += ")";
        break;
      case ",":
        source += depth > 0 ? "|" : ",";
        break;
      case "\\":
        at++;
        if (at === glob.length) throw new Error(`error parsing glob '${glob}': dangling '\\'`);
        source += escaped(glob.charAt(at));
        break;
      default:
        source += escaped(character);
    }
  }
  if (depth > 0)
    throw new Error(
      `error parsing glob '${glob}': unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)`,
    );
  return new RegExp(`^${source}$`, "su");
}

function escaped(character: string): string {
  return /[.+^$(){}|[\]\\/*?]/.test(character) ? `\\${character}` : character;
}
