import { type CallContext, serviceKey } from "../../builtin/index.ts";

export const streamNames = ["stdin", "stdout", "stderr"] as const;
export type StreamName = (typeof streamNames)[number];

export const colorModes = ["auto", "always", "never"] as const;
export type ColorMode = (typeof colorModes)[number];

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What a program has said about its standard streams: mocks, colours, the log level. One per runtime. */
export class ConsoleState {
  colorMode: ColorMode = "auto";
  logLevel: LogLevel = "debug";
  /** Mocked input that is still unread. */
  mockedInput: string | undefined;
  readonly mockedTerminals = new Map<StreamName, boolean>();
  #captured: string | undefined;

  startCapture(): void {
    this.#captured = "";
  }

  takeCapture(): string {
    const captured = this.#captured ?? "";
    this.#captured = undefined;
    return captured;
  }

  writeError(context: CallContext, text: string): void {
    if (this.#captured === undefined) context.write("stderr", text);
    else this.#captured += text;
  }

  isTerminal(context: CallContext, stream: StreamName): boolean {
    return this.mockedTerminals.get(stream) ?? context.host.terminal?.isInteractive(stream) ?? false;
  }

  /** Whether text for `stream` may carry escape sequences. */
  isColored(context: CallContext, stream: StreamName): boolean {
    if (this.colorMode !== "auto") return this.colorMode === "always";
    const environment = context.host.environment;
    if (environment?.get("FORCE_COLOR") !== undefined) return true;
    if (environment?.get("NO_COLOR") !== undefined) return false;
    return this.isTerminal(context, stream);
  }

  /** The next line of the mock, without its break; `undefined` at its end. */
  nextMockedLine(): string | undefined {
    const text = this.mockedInput ?? "";
    if (text === "") return undefined;
    const end = text.indexOf("\n");
    this.mockedInput = end === -1 ? "" : text.slice(end + 1);
    const line = end === -1 ? text : text.slice(0, end);
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}

export const consoleState = serviceKey<ConsoleState>("console", () => new ConsoleState());

export function isOneOf<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}
