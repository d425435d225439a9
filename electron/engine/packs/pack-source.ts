/** A folder or an archive that files of a pack are taken from. */
export interface PackSource {
  /** Names of what stands in a folder of it, `''` for itself; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** Undefined where the source has no such file, or one that is larger than it may be. */
  read(name: string, most: number, signal?: AbortSignal): Promise<Buffer | undefined>;
  /** Does nothing where the source has no such file, or one that is larger than it may be. */
  copy(name: string, target: string, most: number, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
