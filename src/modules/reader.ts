/** All that the module graph needs of the outside. Hosts and the in-memory twin implement it; paths are the host's own. */
export interface ModuleReader {
  /** The text of a file; throws with a message that says why it cannot be read. */
  read(path: string): string;
  exists(path: string): boolean;
  isFolder(path: string): boolean;
  /** The one path of a file that has several (links, `..`): the identity of a module. */
  realPath(path: string): string;
  dirname(path: string): string;
  join(...parts: string[]): string;
  /** The source of `std/<name>`. */
  stdSource(name: string): string | undefined;
}
