import { workerEvents } from "../../../lifecycle/index.ts";
import { unreachable } from "../../../text/index.ts";
import { word } from "./shape.ts";

/** What happened to a worker; unlike all else it is spelled as the reference names the variant. */
export const workerEvent = word(...workerEvents);

export type WorkerEvent = ReturnType<typeof workerEvent.read>;

/** The worker's status after the event. */
export function workerStatus(event: WorkerEvent): string {
  switch (event) {
    case "WorkerSpawned":
    case "WorkerResumed":
      return "running";
    case "WorkerProgressed":
      return "progressed";
    case "WorkerWaitingForInput":
      return "awaiting_input";
    case "WorkerSuspended":
      return "suspended";
    case "WorkerCompleted":
      return "completed";
    case "WorkerFailed":
      return "failed";
    case "WorkerCancelled":
      return "cancelled";
    default:
      return unreachable(event);
  }
}

/** Whether nothing comes after the event. */
export function isTerminalWorkerEvent(event: WorkerEvent): boolean {
  return event === "WorkerCompleted" || event === "WorkerFailed" || event === "WorkerCancelled";
}
