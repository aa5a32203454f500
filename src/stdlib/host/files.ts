import type { Builtin } from "../../builtin/index.ts";
import { looking } from "./files/looking.ts";
import { reading } from "./files/reading.ts";
import { walking } from "./files/walking.ts";
import { writing } from "./files/writing.ts";

export const fileBuiltins: readonly Builtin[] = [...reading, ...writing, ...looking, ...walking];
