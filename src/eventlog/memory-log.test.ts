import { MemoryEventLog } from "./memory-log.ts";
import { describeEventLogContract } from "./testing/contract.ts";

describeEventLogContract({
  name: "memory",
  open: (options) => new MemoryEventLog(options),
  checkpointsOnCompact: false,
});
