import { type CatalogPart, handleTypeOf } from "../../builtin/index.ts";
import { HandleValue, type Value } from "../../value/index.ts";

/** One of the capabilities that `harness` hands out, such as `harness.fs`. */
export class CapabilityHandle extends HandleValue {
  readonly typeName: string;

  constructor(typeName: string) {
    super();
    this.typeName = typeName;
  }

  show(): string {
    return `<${this.typeName}>`;
  }

  override memberNames(): readonly string[] {
    return Object.keys(harnessMethods()[this.typeName] ?? {});
  }
}

/** What a program holds the world by: it is in scope everywhere, and an optional parameter of `main`. */
export class HarnessHandle extends HandleValue {
  readonly typeName = "Harness";
  /** By property name, in the order messages list them. */
  readonly members: ReadonlyMap<string, CapabilityHandle>;

  constructor(members: ReadonlyMap<string, CapabilityHandle>) {
    super();
    this.members = members;
  }

  show(): string {
    return "<Harness>";
  }

  override property(name: string): Value | undefined {
    return this.members.get(name);
  }

  override memberNames(): readonly string[] {
    return [...this.members.keys()];
  }
}

const memberNames = [
  "stdio",
  "term",
  "clock",
  "fs",
  "env",
  "random",
  "net",
  "process",
  "crypto",
  "system",
  "llm",
] as const;

/** A handle per runtime: handles have identity. */
export function createHarness(): HarnessHandle {
  return new HarnessHandle(new Map(memberNames.map((name) => [name, new CapabilityHandle(handleTypeOf(name))])));
}

/** Every spelling of a method, and the builtin behind it. */
function spelled(methods: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(methods).flatMap(([builtin, spellings]) => spellings.map((spelling) => [spelling, builtin])),
  );
}

type HandleMethods = NonNullable<CatalogPart["handleMethods"]>;
/** Made at first use: a program that is compiled already asks for none of it. */
let known: HandleMethods | undefined;

/** `harness.llm` belongs to the room of models, and the root's own methods to the lifecycle: they add their tables. */
export function harnessMethods(): HandleMethods {
  known ??= {
    HarnessStdio: spelled({
      print: ["print"],
      println: ["println"],
      eprint: ["eprint"],
      eprintln: ["eprintln"],
      __harness_stdio_read_line: ["read_line"],
      __harness_stdio_prompt: ["prompt"],
    }),
    HarnessTerm: spelled({
      term_width: ["width"],
      term_height: ["height"],
      __harness_term_read_password: ["read_password"],
    }),
    HarnessClock: spelled({
      now_ms: ["now_ms"],
      monotonic_ms: ["monotonic_ms", "elapsed"],
      __harness_clock_sleep_ms: ["sleep_ms"],
      timestamp: ["timestamp"],
    }),
    HarnessFs: spelled({
      read_file: ["read_text", "read", "read_file"],
      read_file_result: ["read_text_result", "read_result"],
      read_file_bytes: ["read_bytes", "read_file_bytes"],
      write_file: ["write_text", "write", "write_file"],
      write_file_bytes: ["write_bytes", "write_file_bytes"],
      file_exists: ["exists", "file_exists"],
      delete_file: ["delete", "delete_file", "remove"],
      append_file: ["append", "append_file"],
      list_dir: ["list_dir", "list"],
      mkdir: ["mkdir", "create_dir"],
      path_join: ["path_join"],
      copy_file: ["copy", "copy_file"],
      temp_dir: ["temp_dir"],
      mkdtemp: ["mkdtemp"],
      stat: ["stat"],
      move_file: ["rename", "move", "move_file"],
      read_lines: ["read_lines"],
      walk_dir: ["walk", "walk_dir"],
      glob: ["glob"],
    }),
    HarnessEnv: spelled({ env: ["get"], env_or: ["get_or"] }),
    HarnessRandom: spelled({
      random: ["gen_f64", "f64", "random"],
      __harness_random_gen_u64: ["gen_u64", "u64"],
      random_int: ["gen_range", "range", "random_int", "int"],
      random_choice: ["choice", "random_choice"],
      random_shuffle: ["shuffle", "random_shuffle"],
    }),
    HarnessNet: spelled(
      Object.fromEntries(
        ["get", "post", "put", "patch", "delete", "request", "download"].map((verb) => [
          `__harness_net_${verb}`,
          [verb, `http_${verb}`],
        ]),
      ),
    ),
    HarnessProcess: spelled({ spawn_captured: ["spawn_captured"] }),
    HarnessCrypto: spelled({ sha256: ["sha256"] }),
    HarnessSystem: spelled({
      platform: ["platform"],
      __harness_system_cpu: ["cpu"],
      __harness_system_memory: ["memory"],
      __harness_system_gpus: ["gpus"],
      __harness_system_temperature: ["temperature"],
      __harness_system_processes: ["processes"],
    }),
  };
  return known;
}
