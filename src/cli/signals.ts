const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Takes over the signals that ask a process to stop; the result gives them back. */
export function onProcessSignal(handler: (signal: string) => void): () => void {
  for (const signal of stopSignals) process.on(signal, handler);
  return () => {
    for (const signal of stopSignals) process.off(signal, handler);
  };
}

/** Node says so when its event loop is empty. */
export function onProcessIdle(handler: () => void): () => void {
  process.on("beforeExit", handler);
  return () => void process.off("beforeExit", handler);
}
