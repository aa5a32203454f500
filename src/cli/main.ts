import { internalError, runCommandLine } from "./command-line.ts";
import { ProcessOutput } from "./output.ts";
import { onProcessIdle, onProcessSignal } from "./signals.ts";

const output = new ProcessOutput();

/** The one place that ends the process; everything written before leaves first. */
function end(status: number): never {
  output.flush();
  process.exit(status);
}

/** A fault that nobody waited for is as fatal as any other. */
function endWithFault(error: unknown): never {
  output.write("stderr", internalError(error, process.env.HARN_DEBUG === "1"));
  end(1);
}

process.on("uncaughtException", endWithFault);
process.on("unhandledRejection", endWithFault);

// Not awaited at the top level: an unfinished module would keep `onIdle` from being called.
runCommandLine(process.argv.slice(2), {
  output,
  environment: process.env,
  cwd: process.cwd(),
  onSignal: onProcessSignal,
  onIdle: onProcessIdle,
}).then(end, endWithFault);
