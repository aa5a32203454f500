import { type Builtin, declare, opt, req, t } from "../../builtin/index.ts";
import { colorModes, consoleState, isOneOf, streamNames } from "./console.ts";
import { fail } from "./faults.ts";
import { unknownStream } from "./stdio.ts";

const io = declare("io");

const foreground = new Map([
  ["black", 30],
  ["red", 31],
  ["green", 32],
  ["yellow", 33],
  ["blue", 34],
  ["magenta", 35],
  ["cyan", 36],
  ["white", 37],
  ["gray", 90],
  ["grey", 90],
  ["bright_black", 90],
  ["bright_red", 91],
  ["bright_green", 92],
  ["bright_yellow", 93],
  ["bright_blue", 94],
  ["bright_magenta", 95],
  ["bright_cyan", 96],
  ["bright_white", 97],
]);

function wrapped(text: string, code: number): string {
  return `\u001b[${code}m${text}\u001b[0m`;
}

function emphasis(name: string, code: number): Builtin {
  return io({
    name,
    summary: `Wrap a text in the escape sequence for ${name} when standard output shows colours.`,
    params: [req("text", t.string)],
    returns: t.string,
    effect: "state",
    run: (context, text) => (context.service(consoleState).isColored(context, "stdout") ? wrapped(text, code) : text),
  });
}

export const styleBuiltins: readonly Builtin[] = [
  io({
    name: "color",
    summary:
      "Wrap a text in the escape sequence of a colour when standard output shows colours; unknown colours do nothing.",
    params: [req("text", t.string), req("color", t.string)],
    returns: t.string,
    effect: "state",
    examples: [['color("x", "red")', "x"]],
    run(context, text, color) {
      const code = foreground.get(color);
      return code !== undefined && context.service(consoleState).isColored(context, "stdout")
        ? wrapped(text, code)
        : text;
    },
  }),
  emphasis("bold", 1),
  emphasis("dim", 2),
  io({
    name: "set_color_mode",
    summary: "Show colours always, never, or where the stream is a terminal (`auto`).",
    params: [req("mode", t.string)],
    returns: t.nil,
    effect: "state",
    run(context, mode) {
      if (!isOneOf(colorModes, mode)) {
        throw fail(`set_color_mode: invalid mode '${mode}'. Expected 'auto', 'always', or 'never'.`);
      }
      context.service(consoleState).colorMode = mode;
      return null;
    },
  }),
  io({
    name: "__ansi_enabled",
    summary: "Whether a stream shows colours.",
    params: [opt("stream", t.string)],
    returns: t.bool,
    effect: "env",
    run(context, stream = "stdout") {
      if (!isOneOf(streamNames, stream)) throw unknownStream("__ansi_enabled", stream);
      return context.service(consoleState).isColored(context, stream);
    },
  }),
];
