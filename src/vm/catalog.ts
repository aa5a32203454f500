import type { CatalogPart } from "../builtin/index.ts";
import { next, yieldValue } from "./concurrency/generators.ts";

/** The builtins and methods that are the machine's own: tasks, generators, channels, locks, deadlines. */
export const machineCatalog: CatalogPart = {
  builtins: [yieldValue],
  methods: { generator: [next], stream: [next] },
};
