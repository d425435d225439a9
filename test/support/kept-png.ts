import { STORY_FORMAT, STORY_VERSION } from '../../electron/contract/export.ts';
import { tellStory } from '../../electron/engine/images/metadata/story.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { createId, timeOfId } from '../../electron/engine/library/ids.ts';
import { samplePortrait } from './portraits.ts';

/** The PNG that a library keeps of a portrait. */
export async function keptPng(prompt: string): Promise<Uint8Array<ArrayBuffer>> {
  const id = createId();
  const { generation, latents, embedding, picture } = samplePortrait(7, { generation: { prompt } });
  return tellStory(await sharpCodec.encode(picture, 'png'), {
    ...{ format: STORY_FORMAT, version: STORY_VERSION },
    generation: { ...generation, id, createdAt: timeOfId(id), width: 24, height: 24 },
    ...{ latents, embedding },
  });
}
