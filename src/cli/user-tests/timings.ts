import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { UserTest } from "./discover.ts";

/** How long each test took when it last ran, so that quick answers come first. Losing the file costs nothing but the order. */
export class TestTimings {
  readonly #path: string;
  readonly #known: Map<string, number>;

  constructor(stateFolder: string) {
    this.#path = join(stateFolder, "test-timings.json");
    this.#known = readTimings(this.#path);
  }

  /** Ascending; tests that never ran keep their place at the front. */
  inOrder(tests: readonly UserTest[]): readonly UserTest[] {
    return [...tests].sort((a, b) => this.#durationOf(a) - this.#durationOf(b));
  }

  note(test: UserTest, durationMs: number): void {
    this.#known.set(keyOf(test), durationMs);
  }

  save(): void {
    const sorted = [...this.#known].sort(([a], [b]) => (a < b ? -1 : 1));
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(this.#path, `${JSON.stringify({ version: 1, tests: Object.fromEntries(sorted) }, null, 2)}\n`);
    } catch {
      // A folder that cannot be written to has its tests run in file order.
    }
  }

  #durationOf(test: UserTest): number {
    return this.#known.get(keyOf(test)) ?? 0;
  }
}

function keyOf({ file, name }: UserTest): string {
  return `${file}::${name}`;
}

function readTimings(path: string): Map<string, number> {
  try {
    const stored = JSON.parse(readFileSync(path, "utf8")) as { readonly tests?: Readonly<Record<string, unknown>> };
    return new Map(
      Object.entries(stored.tests ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    );
  } catch {
    return new Map();
  }
}
