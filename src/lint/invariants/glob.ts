import { anything, literal, many, sequence, TextPattern, type Wildcards, withinName } from "../../text/index.ts";

/** Whether a path lies within a glob: `*` and `?` inside one name, `**` across folders. Neither leaves the folder it starts in. */
export function isWithin(path: string, glob: string): boolean {
  const normal = normalized(path);
  if (normal === undefined) return false;
  return patternOf(normalized(glob) ?? glob).matches(normal);
}

/** Without `.` and `..`; undefined for what leads out of the folder that it starts in. */
function normalized(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length === 0 || parts.pop() === "") return undefined;
  }
  return parts.join("/");
}

const folders: Wildcards = {
  kind: "either",
  options: [sequence(many(anything), literal("/")), sequence()],
};

function patternOf(glob: string): TextPattern {
  const parts = glob.match(/\*\*\/|\*\*|./gsu) ?? [];
  return new TextPattern(sequence(...parts.map(wildcardsOf)));
}

function wildcardsOf(part: string): Wildcards {
  switch (part) {
    case "**/":
      return folders;
    case "**":
      return many(anything);
    case "*":
      return many(withinName);
    case "?":
      return withinName;
    default:
      return literal(part);
  }
}
