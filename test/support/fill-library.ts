import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type PortraitStory, STORY_FORMAT, STORY_VERSION } from '../../electron/contract/export.ts';
import type { NewGeneration } from '../../electron/contract/generation.ts';
import type { Latents } from '../../electron/contract/latents.ts';
import { Connection } from '../../electron/engine/library/connection.ts';
import { LibraryFolder } from '../../electron/engine/library/folder.ts';
import { createId, timeOfId } from '../../electron/engine/library/ids.ts';
import { migrate } from '../../electron/engine/library/migrate.ts';
import { insertPortrait } from '../../electron/engine/library/records.ts';
import { mendSchema } from '../../electron/engine/library/schema.ts';
import { sampleGeneration, sampleVector } from './portraits.ts';

/** The files of portrait `n` of a filled library. Pictures that are the same array are one file with many names. */
export interface SampleFiles {
  readonly picture: Uint8Array;
  readonly thumbnail: Uint8Array;
  /** What its row says differently from a sample's. */
  readonly generation?: Partial<NewGeneration>;
  /** By default some on a circle. */
  readonly embedding?: Float32Array<ArrayBuffer>;
  readonly latents?: Latents;
  /** When it was made; now by default, and never before the portrait before it. */
  readonly madeAt?: number;
}

/** Rows of one transaction. */
const BATCH = 10_000;

/** Fewer names than any file system lets a file have. */
const MOST_NAMES = 1_000;

const W = sampleVector(3);

function storyOf(n: number, files: SampleFiles): PortraitStory {
  const id = createId(files.madeAt);
  const size = { width: 24, height: 24 };
  const generation = sampleGeneration(n, files.generation);
  return {
    format: STORY_FORMAT,
    version: STORY_VERSION,
    generation: { ...generation, ...size, id, createdAt: timeOfId(id) },
    latents: files.latents ?? { z: null, condition: null, w: W },
    embedding: files.embedding ?? sampleVector(n),
  };
}

/**
 * Makes a library of many portraits in little time: rows and files are written past the writer and its waiting
 * for the disk, and what follows from rows is made at the end.
 *
 * @param root a folder without a library
 * @param filesOf what lies in the folders for portrait `n`
 */
export async function fillLibrary(
  root: string,
  count: number,
  filesOf: (n: number) => SampleFiles,
): Promise<void> {
  const folder = new LibraryFolder(root);
  await folder.create();
  const connection = new Connection(folder, 'write');
  migrate(connection, folder);
  dropDerived(connection);
  const files = new SampleFolder();
  for (let start = 0; start < count; start += BATCH) {
    connection.write(() => {
      for (let n = start; n < Math.min(start + BATCH, count); n += 1) {
        const sample = filesOf(n);
        const story = storyOf(n, sample);
        insertPortrait(connection, story);
        files.write(folder.picture(story.generation.id), sample.picture);
        files.write(folder.thumbnail(story.generation.id), sample.thumbnail);
      }
    });
  }
  mendSchema(connection, folder);
  connection.close();
}

/** What is sooner made at once than row by row. */
function dropDerived(connection: Connection): void {
  const names = connection.all(
    `SELECT 'DROP ' || type || ' ' || name AS sql FROM sqlite_schema
     WHERE (type = 'trigger' AND (name LIKE 'words%' OR name LIKE 'counted%'))
       OR (type = 'index' AND name LIKE 'gallery%')`,
  ) as { sql: string }[];
  for (const { sql } of names) connection.script(sql);
}

class SampleFolder {
  readonly #made = new Set<string>();
  readonly #last = new Map<Uint8Array, { file: string; names: number }>();

  write(file: string, bytes: Uint8Array): void {
    const at = path.dirname(file);
    if (this.#made.size < this.#made.add(at).size) mkdirSync(at, { recursive: true });
    const last = this.#last.get(bytes);
    if (last !== undefined && last.names < MOST_NAMES) {
      linkSync(last.file, file);
      last.names += 1;
    } else {
      writeFileSync(file, bytes);
      this.#last.set(bytes, { file, names: 1 });
    }
  }
}
