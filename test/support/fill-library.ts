import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type PortraitStory, STORY_FORMAT, STORY_VERSION } from '../../electron/contract/export.ts';
import type { NewGeneration } from '../../electron/contract/generation.ts';
import type { Latents } from '../../electron/contract/latents.ts';
import { Connection } from '../../electron/engine/library/connection.ts';
import { LibraryFolder } from '../../electron/engine/library/folder.ts';
import { createId, timeOfId } from '../../electron/engine/library/ids.ts';
import { migrate } from '../../electron/engine/library/migrate.ts';
import { insertPortrait } from '../../electron/engine/library/records.ts';
import { samplePortrait, WIDTH } from './portraits.ts';

/** The files of portrait `n` of a filled library. */
export interface SampleFiles {
  readonly picture: Uint8Array;
  readonly thumbnail: Uint8Array;
  /** What its row says differently from a sample's. */
  readonly generation?: Partial<NewGeneration>;
  /** By default random ones. */
  readonly embedding?: () => Float32Array<ArrayBuffer>;
  readonly latents?: Latents;
  /** When it was made; now by default, and never before the portrait before it. */
  readonly madeAt?: number;
}

/** Rows of one transaction. */
const BATCH = 10_000;

function storyOf(n: number, id: string, files: SampleFiles): PortraitStory {
  const { generation, latents } = samplePortrait(n, { generation: files.generation ?? {} });
  return {
    format: STORY_FORMAT,
    version: STORY_VERSION,
    generation: { ...generation, id, createdAt: timeOfId(id), width: 24, height: 24 },
    latents: files.latents ?? latents,
    embedding:
      files.embedding?.() ?? Float32Array.from({ length: WIDTH }, () => Math.random() - 0.5),
  };
}

/**
 * Makes a library of many portraits in seconds: rows and files are written past the writer and its
 * waiting for the disk.
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
  const ids = Array.from({ length: count }, (_, n) => createId(filesOf(n).madeAt));
  for (let start = 0; start < count; start += BATCH) {
    connection.write(() => {
      for (let n = start; n < Math.min(start + BATCH, count); n += 1) {
        insertPortrait(connection, storyOf(n, ids[n] ?? '', filesOf(n)));
      }
    });
  }
  connection.close();
  const folders = new Set<string>();
  for (const [n, id] of ids.entries()) {
    const { picture, thumbnail } = filesOf(n);
    for (const [file, bytes] of [
      [folder.picture(id), picture],
      [folder.thumbnail(id), thumbnail],
    ] as const) {
      const at = path.dirname(file);
      if (folders.size < folders.add(at).size) mkdirSync(at, { recursive: true });
      writeFileSync(file, bytes);
    }
  }
}
