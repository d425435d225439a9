import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { STORY_FORMAT, STORY_VERSION } from '../../electron/contract/export.ts';
import type { NewGeneration } from '../../electron/contract/generation.ts';
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
  const ids = Array.from({ length: count }, () => createId());
  connection.write(() => {
    for (const [n, id] of ids.entries()) {
      const { generation, latents } = samplePortrait(n, {
        generation: filesOf(n).generation ?? {},
      });
      insertPortrait(connection, {
        format: STORY_FORMAT,
        version: STORY_VERSION,
        generation: { ...generation, id, createdAt: timeOfId(id), width: 24, height: 24 },
        latents,
        embedding: Float32Array.from({ length: WIDTH }, () => Math.random() - 0.5),
      });
    }
  });
  connection.close();
  for (const [n, id] of ids.entries()) {
    const { picture, thumbnail } = filesOf(n);
    for (const [file, bytes] of [
      [folder.picture(id), picture],
      [folder.thumbnail(id), thumbnail],
    ] as const) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
  }
}
