/** Whether a path lies within a glob: `*` and `?` inside one name, `**` across folders. Neither leaves the folder it starts in. */
export function isWithin(path: string, glob: string): boolean {
  const normal = normalized(path);
  if (normal === undefined) return false;
  return expressionOf(normalized(glob) ?? glob).test(normal);
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

function expressionOf(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    switch (part) {
      case "**/":
        return "(?:.*/)?";
      case "**":
        return ".*";
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      default:
        return `\\${part}`;
    }
  });
  return new RegExp(`^${source}$`, "su");
}
