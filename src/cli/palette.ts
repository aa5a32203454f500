import { ansiPalette, type Palette, plainPalette } from "../diagnostics/index.ts";
import type { CommandContext } from "./context.ts";
import type { StandardStream } from "./output.ts";

/** Colours where a person reads and did not ask for none. */
export function paletteFor(context: CommandContext, stream: StandardStream = "stderr"): Palette {
  return isColoured(context, stream) ? ansiPalette : plainPalette;
}

export function isColoured({ output, environment }: CommandContext, stream: StandardStream): boolean {
  return output.isTerminal(stream) && (environment.NO_COLOR ?? "") === "";
}
