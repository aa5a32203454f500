import { HostError } from "../../builtin/index.ts";

/** The operating system's own sentences, which programs match on; Node's are abbreviated and in lower case. */
const sentences: Readonly<Record<string, string>> = {
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  EIO: "Input/output error",
  E2BIG: "Argument list too long",
  EBADF: "Bad file descriptor",
  EAGAIN: "Resource temporarily unavailable",
  ENOMEM: "Cannot allocate memory",
  EACCES: "Permission denied",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  EXDEV: "Invalid cross-device link",
  ENODEV: "No such device",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EINVAL: "Invalid argument",
  ENFILE: "Too many open files in system",
  EMFILE: "Too many open files",
  ETXTBSY: "Text file busy",
  EFBIG: "File too large",
  ENOSPC: "No space left on device",
  EROFS: "Read-only file system",
  EMLINK: "Too many links",
  EPIPE: "Broken pipe",
  ENAMETOOLONG: "File name too long",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Too many levels of symbolic links",
  EADDRINUSE: "Address already in use",
  EADDRNOTAVAIL: "Cannot assign requested address",
  ENETUNREACH: "Network is unreachable",
  ECONNABORTED: "Software caused connection abort",
  ECONNRESET: "Connection reset by peer",
  ETIMEDOUT: "Connection timed out",
  ECONNREFUSED: "Connection refused",
  EHOSTUNREACH: "No route to host",
};

/** `No such file or directory (os error 2)` for whatever Node threw. */
export function hostError(cause: unknown): HostError {
  if (cause instanceof HostError) return cause;
  const { code, errno, message } = describe(cause);
  // The only value that Node refuses of what programs can give.
  if (code === "ERR_INVALID_ARG_VALUE" && message.includes("without null bytes"))
    return new HostError("EINVAL", "the name contains a NUL byte", { cause });
  if (code === undefined) return new HostError("EUNKNOWN", message, { cause });
  const sentence = sentences[code] ?? systemSentence(errno) ?? message;
  const suffix = errno === undefined ? "" : ` (os error ${Math.abs(errno)})`;
  return new HostError(code, `${sentence}${suffix}`, { cause });
}

/** Runs one call of a Node module and translates what it throws. */
export function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw hostError(error);
  }
}

function describe(cause: unknown): { code?: string; errno?: number; message: string } {
  if (!(cause instanceof Error)) return { message: String(cause) };
  const { code, errno } = cause as NodeJS.ErrnoException;
  return {
    message: cause.message,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof errno === "number" ? { errno } : {}),
  };
}

function systemSentence(errno: number | undefined): string | undefined {
  const entry = errno === undefined ? undefined : process.getBuiltinModule("node:util").getSystemErrorMap().get(errno);
  if (entry === undefined) return undefined;
  const [, text] = entry;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
