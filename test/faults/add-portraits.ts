/** Opens a library again and again and adds a portrait each time, beside whoever else uses it. */
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { openLibrary } from '../../electron/engine/library/library.ts';
import { samplePortrait } from '../support/portraits.ts';

const [folder = '', count = ''] = process.argv.slice(2);
for (let n = 0; n < Number(count); n += 1) {
  const library = await openLibrary(folder, sharpCodec);
  await library.writer.add(samplePortrait(n));
  await library.close();
}
