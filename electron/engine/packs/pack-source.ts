/** A folder or an archive that files of a pack are taken from. */
export interface PackSource {
  /** Does nothing where the source has no such file, or one that is larger than it may be. */
  copy(name: string, target: string, most: number, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
