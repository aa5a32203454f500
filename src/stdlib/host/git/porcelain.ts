import { DictValue, ListValue, type Value } from "../../../value/index.ts";

/** `XY` of paths that a merge left to be resolved. */
const conflictKinds: Readonly<Record<string, string>> = {
  DD: "both_deleted",
  AU: "added_by_us",
  UD: "deleted_by_them",
  UA: "added_by_them",
  DU: "deleted_by_us",
  AA: "both_added",
  UU: "both_modified",
};

export interface StatusEntry {
  readonly xy: string;
  readonly path: string;
  /** Where a renamed or copied file came from. */
  readonly origin: string | undefined;
  readonly conflict: string | undefined;
}

/** The lines of `git status --porcelain=v1`, without the one about the branch. */
export function statusEntries(output: string): readonly StatusEntry[] {
  return output
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("## "))
    .map((line) => {
      const xy = line.slice(0, 2);
      const [first = "", second] = pathsOf(line.slice(3));
      return { xy, path: second ?? first, origin: second && first, conflict: conflictKinds[xy] };
    });
}

/** The branch that the `## ` line names; `undefined` away from every branch. */
export function branchOf(output: string): string | undefined {
  const line = /^## (.*)$/m.exec(output)?.[1];
  if (line === undefined || line.startsWith("HEAD (no branch)")) return undefined;
  return line.replace(/^(?:No commits yet|Initial commit) on /, "").replace(/(?:\.\.\.\S.*| \[.*)$/, "");
}

export function statusValue(entry: StatusEntry): Value {
  return DictValue.of({
    xy: entry.xy,
    index: entry.xy.charAt(0),
    worktree: entry.xy.charAt(1),
    path: entry.path,
    conflict_kind: entry.conflict ?? null,
    ...(entry.origin !== undefined && { original_path: entry.origin }),
  });
}

export function conflictsValue(output: string): ListValue {
  return new ListValue(
    statusEntries(output)
      .filter(({ conflict }) => conflict !== undefined)
      .map(({ xy, path, conflict }) => DictValue.of({ kind: conflict ?? null, path, xy })),
  );
}

/** One path, or `old -> new`; quoted ones as in C, with bytes in octal. */
function pathsOf(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  for (;;) {
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(rest);
    const arrow = rest.indexOf(" -> ");
    const plain = arrow < 0 ? rest : rest.slice(0, arrow);
    parts.push(quoted === null ? plain : unquoted(quoted[1] ?? ""));
    const after = rest.slice(quoted === null ? plain.length : quoted[0].length);
    if (!after.startsWith(" -> ")) return parts;
    rest = after.slice(4);
  }
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

function unquoted(text: string): string {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const piece of text.match(/\\[0-7]{3}|\\.|[^\\]+/gs) ?? []) {
    const escaped = piece.charAt(1);
    if (!piece.startsWith("\\")) bytes.push(...encoder.encode(piece));
    else if (piece.length === 4) bytes.push(Number.parseInt(piece.slice(1), 8));
    else bytes.push(escapes[escaped] ?? escaped.charCodeAt(0));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
