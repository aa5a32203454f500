/**
 * Names every unnamed capture group of a pattern, so that groups which took no part in a match can be told apart by name.
 * `prefix` must not start any name in the pattern. What counts as a group opening depends on whether `#` starts a comment
 * (verbose mode); the caller compares the outcome with what the engine says about the pattern.
 */
export function nameGroups(pattern: string, prefix: string, hasComments: boolean): string {
  let named = "";
  let count = 0;
  let classDepth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    named += character;
    if (character === "\\") named += pattern.charAt(++at);
    else if (character === "[") {
      classDepth++;
      // `[]a]` and `[^]a]`: a bracket right behind the opening is a member.
      if (pattern.charAt(at + 1) === "^") named += pattern.charAt(++at);
      if (pattern.charAt(at + 1) === "]") named += pattern.charAt(++at);
    } else if (character === "]" && classDepth > 0) classDepth--;
    else if (classDepth > 0) continue;
    else if (hasComments && character === "#") {
      while (at + 1 < pattern.length && pattern.charAt(at + 1) !== "\n") named += pattern.charAt(++at);
    } else if (character === "(") {
      const opening = /^\?(?:P?<)?/.exec(pattern.slice(at + 1))?.[0] ?? "";
      if (opening === "?") continue;
      count++;
      if (opening === "") named += `?P<${prefix}${count}>`;
    }
  }
  return named;
}
