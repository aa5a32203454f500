import { runCommandLine } from "./command-line.ts";
import { ProcessOutput } from "./output.ts";
import { onProcessSignal } from "./signals.ts";

// The one place that ends the process; everything written before leaves first.
const output = new ProcessOutput();
const status = await runCommandLine(process.argv.slice(2), {
  output,
  environment: process.env,
  cwd: process.cwd(),
  onSignal: onProcessSignal,
});
output.flush();
process.exit(status);
