/** The files of a new project. */
export interface Scaffold {
  readonly name: string;
  readonly summary: string;
  /** By path inside the project. `project` is its name. */
  readonly files: (project: string) => Readonly<Record<string, string>>;
}

export function manifest(project: string, more = ""): string {
  return `[package]\nname = "${project}"\nversion = "0.1.0"\n${more}`;
}
