import { type Builtin, declare, type HostClock, serviceKey, t } from "../../builtin/index.ts";
import { BytesValue, DictValue, ListValue, type Value } from "../../value/index.ts";
import { decodeUtf8, Utf8Error } from "../utf8.ts";

/** What a program that runs under a test bench can ask of it. */
export interface TestBench {
  /** Unix milliseconds at which the clock stands still until the program waits; absent where time is real. */
  readonly startAt: number | undefined;
  /** Told once, before the program runs, by which clock it lives. */
  began(clock: HostClock): void;
  /** What the program changed in its overlay of files, by path; empty without one. */
  changes(): readonly TestBenchChange[];
  /** Takes note that real time was seen although the clock stands still. */
  leaked(capability: string): void;
  /** What was noted so, and how often. */
  clockLeaks(): readonly { readonly capability: string; readonly count: number }[];
}

export interface TestBenchChange {
  readonly kind: "added" | "modified" | "deleted";
  readonly path: string;
  readonly after: Uint8Array | undefined;
}

export const testBench = serviceKey<{ readonly bench: TestBench | undefined }>("test_bench", () => ({
  bench: undefined,
}));

const test = declare("testbench");

export const testBenchBuiltins: readonly Builtin[] = [
  test({
    name: "testbench_is_active",
    summary: "Whether the program runs under `harn test-bench`.",
    params: [],
    returns: t.bool,
    effect: "test",
    examples: [["testbench_is_active()", "false"]],
    run: (context) => context.service(testBench).bench !== undefined,
  }),
  test({
    name: "testbench_fs_diff",
    summary:
      "What the program changed in the test bench's overlay so far: `{path, kind, content}` by path, where `kind` is added, modified or deleted, and `content` a text, bytes that are none, or nil. Empty without an overlay.",
    params: [],
    returns: t.list,
    effect: "test",
    examples: [["testbench_fs_diff()", "[]"]],
    run: (context) => new ListValue((context.service(testBench).bench?.changes() ?? []).map(changeValue)),
  }),
  test({
    name: "testbench_clock_leaks",
    summary:
      "Where real time was seen although the test bench's clock stands still: `{capability, count}`. `clock/timer` is a timeout that ran out in real time, because something real was waited for.",
    params: [],
    returns: t.list,
    effect: "test",
    examples: [["testbench_clock_leaks()", "[]"]],
    run: (context) =>
      new ListValue(
        (context.service(testBench).bench?.clockLeaks() ?? []).map(({ capability, count }) =>
          DictValue.of({ capability, count }),
        ),
      ),
  }),
];

function changeValue({ after, kind, path }: TestBenchChange): Value {
  return DictValue.of({ path, kind, content: contentOf(after) });
}

function contentOf(bytes: Uint8Array | undefined): Value {
  if (bytes === undefined) return null;
  try {
    return decodeUtf8(bytes);
  } catch (error) {
    if (error instanceof Utf8Error) return new BytesValue(bytes);
    throw error;
  }
}
