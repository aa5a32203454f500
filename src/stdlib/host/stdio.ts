import {
  type Builtin,
  type CallContext,
  type CatalogPart,
  declare,
  type Outcome,
  opt,
  type Param,
  req,
  rest,
  type Stop,
  type Ty,
  t,
} from "../../builtin/index.ts";
import { DictValue, runtimeError, show, type Value } from "../../value/index.ts";
import { consoleState, isOneOf, streamNames } from "./console.ts";
import { fail, need } from "./faults.ts";
import { flagOption, millisecondsOf, textOption } from "./options.ts";

const io = declare("io");

const message = [rest("values", t.any)] as const;

/** Writes the display form of the first value, as every printing builtin does; nothing when there is none. */
function shownFirst(values: readonly Value[]): string {
  const [first] = values;
  return first === undefined ? "" : show(first);
}

interface Printer {
  readonly name: string;
  readonly twin?: string;
  readonly stream: "stdout" | "stderr";
  readonly end: "" | "\n";
}

const printers: readonly Printer[] = [
  { name: "print", twin: "harness.stdio.print", stream: "stdout", end: "" },
  { name: "println", twin: "harness.stdio.println", stream: "stdout", end: "\n" },
  { name: "eprint", twin: "harness.stdio.eprint", stream: "stderr", end: "" },
  { name: "eprintln", twin: "harness.stdio.eprintln", stream: "stderr", end: "\n" },
  { name: "__io_print", stream: "stdout", end: "" },
  { name: "__io_println", stream: "stdout", end: "\n" },
  { name: "__io_eprint", stream: "stderr", end: "" },
  { name: "__io_eprintln", stream: "stderr", end: "\n" },
  { name: "__io_write_stdout", stream: "stdout", end: "" },
  { name: "__io_write_stderr", stream: "stderr", end: "" },
];

function printer({ name, twin, stream, end }: Printer): Builtin {
  return io({
    name,
    summary: `Write a value to standard ${stream === "stdout" ? "output" : "error"}${end === "" ? "" : ", and a line break"}.`,
    params: message,
    returns: t.nil,
    effect: "stdio",
    borrows: true,
    ...(twin === undefined ? {} : { deprecated: twin }),
    run(context, ...values) {
      const text = shownFirst(values) + end;
      if (stream === "stdout") context.write("stdout", text);
      else context.service(consoleState).writeError(context, text);
      return null;
    },
  });
}

const log = io({
  name: "log",
  summary: "Write a value to standard output behind `[harn] `, and a line break.",
  params: [req("message", t.any)],
  returns: t.nil,
  effect: "stdio",
  borrows: true,
  run(context, value) {
    context.write("stdout", `[harn] ${show(value)}\n`);
    return null;
  },
});

/** The next line of the mock or of standard input; `undefined` at the end. A task that is ended leaves it to whoever reads next. */
export async function nextLine(
  context: CallContext,
  builtin: string,
  stop: Stop = context.signal,
): Promise<string | undefined> {
  const state = context.service(consoleState);
  if (state.mockedInput !== undefined) return state.nextMockedLine();
  return await need(context, builtin, "input").readLine(stop);
}

const readLineOptions: Ty<DictValue> = {
  spec: {
    kind: "shape",
    fields: [
      { name: "prompt", isOptional: true, type: t.string.spec },
      { name: "timeout_ms", isOptional: true, type: t.union(t.int, t.duration).spec },
      { name: "trim", isOptional: true, type: t.bool.spec },
      { name: "echo", isOptional: true, type: t.bool.spec },
      { name: "raw", isOptional: true, type: t.bool.spec },
    ],
  },
};
const readLineKeys = new Set(["prompt", "timeout_ms", "trim", "echo", "raw"]);

/** `{ok, status, value}`: how it ended is data, because an end of input is no error. */
async function readLineEnvelope(
  context: CallContext,
  builtin: string,
  given: DictValue | null | undefined,
): Promise<Value> {
  const options = given ?? undefined;
  const unknown = (options?.keys() ?? []).filter((key) => !readLineKeys.has(key));
  if (unknown.length > 0) throw runtimeError(`std/io.read_line: unknown option(s): ${unknown.join(", ")}`);
  const timeout = millisecondsOf(options?.get("timeout_ms"));
  if (timeout !== undefined && timeout < 0) throw runtimeError("std/io.read_line: `timeout_ms` must be non-negative");
  const prompt = textOption(options, "prompt");
  if (prompt !== undefined) context.service(consoleState).writeError(context, prompt);
  const hidden = flagOption(options, "echo") === false || flagOption(options, "raw") === true;
  const line = await withTimeout(context, timeout, (stop) =>
    hidden ? nextSecret(context, builtin, "", stop) : nextLine(context, builtin, stop),
  );
  return envelope(line, flagOption(options, "trim") === true);
}

const timedOut = Symbol("timed out");

function envelope(line: string | undefined | typeof timedOut, isTrimmed: boolean): DictValue {
  if (line === timedOut) return DictValue.of({ ok: false, status: "timeout" });
  if (line === undefined) return DictValue.of({ ok: false, status: "eof" });
  return DictValue.of({ ok: true, status: "ok", value: isTrimmed ? line.trim() : line });
}

function withTimeout<T>(
  context: CallContext,
  milliseconds: number | undefined,
  act: (stop: Stop) => Promise<T>,
): Promise<T | typeof timedOut> {
  if (milliseconds === undefined) return act(context.signal);
  const stop = new AbortController();
  context.signal.addEventListener("abort", () => stop.abort(), { once: true });
  return new Promise((resolve, reject) => {
    const cancel = context.host.clock.schedule(milliseconds, () => {
      resolve(timedOut);
      stop.abort();
    });
    act(stop.signal).then(resolve, reject).finally(cancel);
  });
}

/** A line that the terminal does not show. Mocked input and a host without a terminal give an ordinary one. */
async function nextSecret(
  context: CallContext,
  builtin: string,
  prompt: string,
  stop: Stop,
): Promise<string | undefined> {
  const state = context.service(consoleState);
  const terminal = context.host.terminal;
  if (state.mockedInput === undefined && terminal !== undefined) return await terminal.readPassword(prompt, stop);
  if (prompt !== "") state.writeError(context, prompt);
  return await nextLine(context, builtin, stop);
}

/** Without options a line or nil; with options the envelope. */
function readLine(name: string, twin?: string): Builtin {
  return io({
    name,
    summary: "Read a line from standard input, nil at its end.",
    params: [opt("options", t.nilable(readLineOptions))],
    effect: "stdio.read",
    ...(twin === undefined ? {} : { deprecated: twin }),
    run: (context, options) =>
      context.async(async () =>
        options === undefined
          ? ((await nextLine(context, name)) ?? null)
          : await readLineEnvelope(context, name, options),
      ),
  });
}

const readLineResult = io({
  name: "__io_read_line",
  summary: "Read a line from standard input as `{ok, status, value}`.",
  params: [opt("options", t.nilable(readLineOptions))],
  returns: t.dict,
  effect: "stdio.read",
  run: (context, options) => context.async(() => readLineEnvelope(context, "read_line", options)),
});

function prompter(name: string, twin?: string): Builtin {
  return io({
    name,
    summary: "Write a question to standard output and read the answer's line.",
    params: [opt("message", t.any)],
    returns: t.string,
    effect: "stdio.read",
    ...(twin === undefined ? {} : { deprecated: twin }),
    run(context, question): Outcome {
      if (question !== undefined) context.write("stdout", show(question));
      return context.async(async () => (await nextLine(context, name))?.trimEnd() ?? "");
    },
  });
}

const passwordParams: readonly [
  Param<string | undefined> & { readonly mode: "optional" },
  Param<Value | undefined> & { readonly mode: "optional" },
] = [opt("prompt", t.string), opt("timeout_ms", t.any)];

const readPassword = io({
  name: "__harness_term_read_password",
  summary: "Ask on the terminal for a line that is not shown.",
  params: passwordParams,
  returns: t.dict,
  effect: "stdio.read",
  run: (context, prompt, timeout) =>
    context.async(async () =>
      envelope(
        await withTimeout(context, millisecondsOf(timeout), (stop) =>
          nextSecret(context, "read_password", prompt ?? "", stop),
        ),
        false,
      ),
    ),
});

const readStdin = io({
  name: "read_stdin",
  summary: "Read the rest of standard input.",
  params: [],
  returns: t.string,
  effect: "stdio.read",
  run(context) {
    const state = context.service(consoleState);
    if (state.mockedInput === undefined) return context.async(() => need(context, "read_stdin", "input").readAll());
    const text = state.mockedInput;
    state.mockedInput = "";
    return text;
  },
});

function terminalQuestion(stream: "stdin" | "stdout" | "stderr"): Builtin {
  return io({
    name: `is_${stream}_tty`,
    summary: `Whether ${stream} is a terminal.`,
    params: [],
    returns: t.bool,
    effect: "env",
    run: (context) => context.service(consoleState).isTerminal(context, stream),
  });
}

const mocks: readonly Builtin[] = [
  io({
    name: "mock_stdin",
    summary: "Let a text stand for standard input.",
    params: [req("text", t.any)],
    returns: t.nil,
    effect: "test",
    run(context, text) {
      context.service(consoleState).mockedInput = show(text);
      return null;
    },
  }),
  io({
    name: "unmock_stdin",
    summary: "Read from the real standard input again.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      context.service(consoleState).mockedInput = undefined;
      return null;
    },
  }),
  io({
    name: "mock_tty",
    summary: "Say whether a standard stream is a terminal.",
    params: [req("stream", t.string), opt("is_tty", t.any)],
    returns: t.nil,
    effect: "test",
    run(context, stream, isTerminal) {
      if (!isOneOf(streamNames, stream)) throw unknownStream("mock_tty", stream);
      context.service(consoleState).mockedTerminals.set(stream, isTerminal === true);
      return null;
    },
  }),
  io({
    name: "unmock_tty",
    summary: "Ask the host about terminals again.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      context.service(consoleState).mockedTerminals.clear();
      return null;
    },
  }),
  io({
    name: "capture_stderr_start",
    summary: "Keep what is written to standard error instead of writing it.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      context.service(consoleState).startCapture();
      return null;
    },
  }),
  io({
    name: "capture_stderr_take",
    summary: "Stop keeping standard error and give what was kept.",
    params: [],
    returns: t.string,
    effect: "test",
    run: (context) => context.service(consoleState).takeCapture(),
  }),
];

export function unknownStream(builtin: string, stream: string): unknown {
  return fail(`${builtin}: invalid stream '${stream}'. Expected 'stdin', 'stdout', or 'stderr'.`);
}

/** Apart from the rest of the library: the smallest program prints. */
export const stdioCatalog: CatalogPart = {
  builtins: [
    ...printers.map(printer),
    log,
    readLine("read_line", "harness.stdio.read_line"),
    readLine("__harness_stdio_read_line"),
    readLineResult,
    prompter("prompt_user", "harness.stdio.prompt"),
    prompter("__harness_stdio_prompt"),
    readPassword,
    readStdin,
    ...streamQuestions(),
    ...mocks,
  ],
};

function streamQuestions(): readonly Builtin[] {
  return streamNames.map(terminalQuestion);
}
