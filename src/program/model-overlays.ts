import { type Host, type HostFiles, settingsFilesOf } from "../builtin/index.ts";
import type { CatalogOverlay } from "../llm/index.ts";
import { type HostServices, type ProgramPlace, programPlace } from "../stdlib/host/index.ts";
import { DictValue, Raise, show } from "../value/index.ts";
import { rooms } from "./rooms.ts";

/**
 * What configuration lays over the embedded catalogue of models, lowest first: the file that `HARN_PROVIDERS_CONFIG` names,
 * else `~/.config/harn/providers.toml`; then `[llm]` and `[capabilities]` of the nearest `harn.toml`. A file that does not
 * parse is told of and left out.
 */
export function modelOverlays(host: Host, library: HostServices, warn: (message: string) => void): CatalogOverlay[] {
  const files = settingsFilesOf(host);
  if (files === undefined) return [];
  const reader = new OverlayReader(files, warn);
  const place = library.services.get(programPlace) as ProgramPlace | undefined;
  return [
    reader.providersFile(host.environment?.get("HARN_PROVIDERS_CONFIG")),
    reader.manifest(place?.sourceFolder ?? files.cwd),
  ].filter((overlay) => overlay !== undefined);
}

class OverlayReader {
  readonly #files: HostFiles;
  readonly #warn: (message: string) => void;

  constructor(files: HostFiles, warn: (message: string) => void) {
    this.#files = files;
    this.#warn = warn;
  }

  providersFile(named: string | undefined): CatalogOverlay | undefined {
    const configured = named === undefined || named === "" ? undefined : this.#parse(named);
    const home = this.#files.homeFolder;
    const root =
      configured ??
      (home === undefined ? undefined : this.#parse(this.#files.resolve(home, ".config", "harn", "providers.toml")));
    return root === undefined ? undefined : rooms.llm().readCatalogOverlay(root);
  }

  manifest(start: string): CatalogOverlay | undefined {
    for (let folder = this.#files.resolve(start); ; ) {
      const root = this.#parse(this.#files.resolve(folder, "harn.toml"));
      if (root !== undefined) return manifestOverlay(root);
      const parent = this.#files.resolve(folder, "..");
      if (parent === folder) return undefined;
      folder = parent;
    }
  }

  #parse(path: string): DictValue | undefined {
    const text = this.#read(path);
    if (text === undefined) return undefined;
    try {
      const root = rooms.toml().readToml(text);
      return root instanceof DictValue ? root : undefined;
    } catch (error) {
      if (!(error instanceof Raise)) throw error;
      this.#warn(`[llm_config] ${path}: ${show(error.value)}`);
      return undefined;
    }
  }

  /** Nothing where there is no file, or a sandbox hides it. */
  #read(path: string): string | undefined {
    try {
      return this.#files.exists(path) ? this.#files.readText(path) : undefined;
    } catch {
      return undefined;
    }
  }
}

function manifestOverlay(root: DictValue): CatalogOverlay | undefined {
  const llm = root.get("llm");
  const capabilities = root.get("capabilities");
  if (!(llm instanceof DictValue) && !(capabilities instanceof DictValue)) return undefined;
  const tables = llm instanceof DictValue ? llm : new DictValue();
  return rooms
    .llm()
    .readCatalogOverlay(capabilities === undefined ? tables : tables.with("capabilities", capabilities));
}
