import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "conformance/**/*.test.ts"],
    // Processes, not threads: a worker thread has a deeper stack than `harn run` has, and depth limits are part of what is tested.
    pool: "forks",
    // One module graph for all files of a worker. Sound because rooms keep no mutable module state, and several times faster.
    isolate: false,
    // So nothing that a test puts in the place of something global may outlive it: which files share a worker is chance.
    restoreMocks: true,
    unstubGlobals: true,
    unstubEnvs: true,
    // A limit ends what hangs. What only takes long, because the machine is slow or busy, has to be far from it.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: ["test/property-seed.ts"],
    // Tests wait for processes and disks as much as they compute: two of them share a machine of two processors well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    passWithNoTests: true,
  },
});
