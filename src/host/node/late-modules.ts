import * as fileLock from "./file-log/lock.ts";

/** What stands on SQLite, evaluated at first use: few programs share a file with others that write it. */
export const late = { fileLock: () => fileLock };
