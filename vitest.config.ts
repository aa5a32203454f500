import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "conformance/**/*.test.ts"],
    // Processes, not threads: a worker thread has a deeper stack than `harn run` has, and depth limits are part of what is tested.
    pool: "forks",
    // One module graph for all files of a worker. Sound because rooms keep no mutable module state, and several times faster.
    isolate: false,
    testTimeout: 60_000,
    setupFiles: ["test/property-seed.ts"],
    passWithNoTests: true,
  },
});
