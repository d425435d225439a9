import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { keepFile } from '../../storage/publish.ts';
import { readRegular } from '../../storage/regular-file.ts';
import { remove } from '../../storage/remove.ts';
import { Segment } from './segment.ts';

const STATE = 'state.json';
const CODES = '.codes';
/** Another format of files, or of what stands in them, is another version. */
const VERSION = 3;
/** Files that no state names are cleared away after this time: before, another process may just be about to. */
const SPARED_MS = 600_000;

const anchorSchema = z.object({ number: z.number(), id: z.string() });
const spaceSchema = z.object({
  space: z.string(),
  width: z.int().positive(),
  spread: z.object({
    mean: z.array(z.number()),
    deviation: z.array(z.number()),
    of: z.int().nonnegative(),
  }),
  segments: z.array(z.object({ start: z.number(), file: z.string().regex(/^[\w-]+\.codes$/) })),
});
const stateSchema = z.object({
  version: z.literal(VERSION),
  /** The highest number of an embedding that was looked at. */
  upTo: z.number(),
  /** The last entry of `embedding_changes` that was followed. */
  changesUpTo: z.number(),
  /** Some embeddings with the portraits they are of: another library's have others. */
  anchors: z.array(anchorSchema),
  spaces: z.array(spaceSchema),
});
export type IndexState = z.infer<typeof stateSchema>;
export type Anchor = z.infer<typeof anchorSchema>;

/**
 * The vector index on the disk, beside the database that it is made from. Files of codes are never changed: each
 * is written whole under a name of its own, and then the state that names them, so that whatever a crash or
 * another process leaves is an older index or none.
 */
export class IndexFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Null where there is none that can be used. */
  async state(): Promise<IndexState | null> {
    try {
      const text = (await readRegular(path.join(this.#folder, STATE))).toString();
      return stateSchema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  /**
   * Null where it is lost or damaged.
   *
   * @param memory that the file is read into if there is room, and that can be used again then
   */
  async segment(
    file: string,
    start: number,
    width: number,
    memory?: Buffer<ArrayBuffer>,
  ): Promise<Segment | null> {
    const at = path.join(this.#folder, file);
    const bytes = await readRegular(at, undefined, memory).catch(() => null);
    return bytes && Segment.from(bytes, start, width);
  }

  /** @returns the name it got */
  async keepSegment(space: string, segment: Segment): Promise<string> {
    const name = createHash('sha256').update(space).digest('hex').slice(0, 16);
    const file = `${name}-${segment.start}-${randomBytes(4).toString('hex')}${CODES}`;
    await keepFile(path.join(this.#folder, file), segment.toBytes());
    return file;
  }

  async keepState(state: Omit<IndexState, 'version'>): Promise<void> {
    const text = JSON.stringify({ version: VERSION, ...state });
    await keepFile(path.join(this.#folder, STATE), text);
    await this.#sweep(
      new Set(state.spaces.flatMap(({ segments }) => segments.map(({ file }) => file))),
    );
  }

  async #sweep(named: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith(CODES) || named.has(name)) continue;
      const file = path.join(this.#folder, name);
      const { mtimeMs } = await stat(file);
      if (Date.now() - mtimeMs > SPARED_MS) await remove(file);
    }
  }
}
