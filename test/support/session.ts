import type { Inference } from '../../electron/engine/inference/inference.ts';
import type { LibraryReader } from '../../electron/engine/library/reader.ts';
import { loadModels } from '../../electron/engine/loading/load-models.ts';
import type { Models } from '../../electron/engine/models/models.ts';
import type { PortraitPictures } from '../../electron/engine/session/portrait-pictures.ts';
import { openSession, type Session } from '../../electron/engine/session/session.ts';

/**
 * A session for what needs neither references nor principal directions.
 *
 * @param pack its folder, or its models
 * @param reader of the library that portraits are read from
 */
export async function openTestSession(
  pack: string | Models,
  inference: Inference,
  reader = {} as LibraryReader,
): Promise<Session> {
  const models = typeof pack === 'string' ? await loadModels(pack, inference) : pack;
  const unused = {} as never;
  const pictures = {
    embedding: async (id: string) => reader.embedding(id),
  } as unknown as PortraitPictures;
  return openSession(models, {
    ...{ inference, reader, pictures },
    ...{ references: unused, principal: unused },
  });
}
