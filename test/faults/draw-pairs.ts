/** Draws pairs of a pack into a folder: `node draw-pairs.ts PACK FOLDER COUNT`. Says so once it begins. */
import { drawPairs } from '../../electron/engine/bridge/pairs.ts';
import { Clip } from '../../electron/engine/clip/clip.ts';
import { Generator } from '../../electron/engine/generator/generator.ts';
import { Inference } from '../../electron/engine/inference/inference.ts';
import { openPack } from '../../electron/engine/packs/pack.ts';

const [packFolder = '', folder = '', count = ''] = process.argv.slice(2);
const inference = new Inference({ device: 'cpu' });
const pack = await openPack(packFolder, inference);
const [clip, generator] = await Promise.all([
  Clip.load(pack, inference),
  Generator.load(pack, inference),
]);
console.log('drawing');
const { spaces, widths } = pack;
await drawPairs({ clip, generator, spaces, widths }, folder, Number(count));
inference.close();
