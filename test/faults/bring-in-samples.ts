import { BringIn } from '../../electron/engine/bring-in/bring-in.ts';
import type { BroughtIn } from '../../electron/contract/bring-in.ts';
import type { ImageCodec } from '../../electron/engine/images/codec.ts';
import { JobQueue } from '../../electron/engine/jobs/queue.ts';
import type { Library } from '../../electron/engine/library/library.ts';
import { LibraryWatcher } from '../../electron/engine/library/watcher.ts';
import type { PackInUse } from '../../electron/engine/loading/pack-in-use.ts';
import { PortraitPictures } from '../../electron/engine/session/portrait-pictures.ts';
import { sampleVector } from '../support/portraits.ts';

/** Brings a folder in with a CLIP that needs no model, onto the first board there is. */
export async function bringInSamples(
  library: Library,
  codec: ImageCodec,
  offered: string,
): Promise<BroughtIn> {
  const models = {
    pack: { spaces: { embedding: 'stub', latent: 'stub', flow: 'stub' } },
    clip: { embedPictures: async () => [sampleVector(1)] },
  };
  const packs = { models: async () => models } as unknown as PackInUse;
  const watcher = new LibraryWatcher(library, () => undefined);
  const [board] = library.reader.boards();
  const bringing = new BringIn({
    ...{ library, codec, packs, watcher, pictures: new PortraitPictures(library, codec) },
    ...{ jobs: new JobQueue(), onEnd: () => undefined },
  });
  const wishes = board ? { board: board.id, tags: ['river'] } : {};
  const brought = await bringing.bringIn([offered], wishes);
  watcher.close();
  return brought;
}
