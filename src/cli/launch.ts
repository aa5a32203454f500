// Starts the command out of its bundled scripts.
import { openScripts } from "../host/node/scripts.ts";

openScripts(__dirname, require)("base:src/cli/main.ts");
