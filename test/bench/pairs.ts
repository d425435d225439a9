/** Draws pairs of a pack into a folder, or goes on: `node test/bench/pairs.ts PACK FOLDER COUNT`. */
import { checkPreviews, drawPairs } from '../../electron/engine/bridge/pairs.ts';
import { PairsFile } from '../../electron/engine/bridge/pairs-file.ts';
import { Clip } from '../../electron/engine/clip/clip.ts';
import { Generator } from '../../electron/engine/generator/generator.ts';
import { Inference } from '../../electron/engine/inference/inference.ts';
import { openPack } from '../../electron/engine/packs/pack.ts';

const TELL_EVERY = 160;

const [, , packFolder = '', folder = '', count = '20000'] = process.argv;
const inference = new Inference();
const pack = await openPack(packFolder, inference);
const { spaces, widths } = pack;
const [clip, generator] = await Promise.all([
  Clip.load(pack, inference),
  Generator.load(pack, inference),
]);
const models = { clip, generator, spaces, widths };
const psi = pack.manifest.defaults.truncation;
await drawPairs(models, folder, Number(count), {
  settings: { seed: 0, truncation: [Math.min(psi, 1), 1], mixed: 0 },
  onProgress: (event) => {
    if (event.kind !== 'advanced' || event.done % TELL_EVERY > 0) return;
    const minutes = (event.remainingMs ?? NaN) / 60_000;
    console.log(`${event.done} of ${event.total}, ${minutes.toFixed(1)} min left`);
  },
});
console.log(await checkPreviews(models, await PairsFile.open(folder)));
inference.close();
