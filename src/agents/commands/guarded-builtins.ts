/** The builtins that command policies look at. Apart from the guard, so that naming them loads nothing of this room. */
export const guardedBuiltins: ReadonlySet<string> = new Set(["exec", "exec_at", "shell", "shell_at", "host_call"]);
