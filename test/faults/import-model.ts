/** Imports a model: `node import-model.ts SOURCE ROOT`. Says so when it begins. */
import { Components } from '../../electron/engine/components/components.ts';
import { Inference } from '../../electron/engine/inference/inference.ts';
import { PackInUse } from '../../electron/engine/loading/pack-in-use.ts';

const [source = '', root = ''] = process.argv.slice(2);
const inference = new Inference({ device: 'cpu' });
const packs = new PackInUse({ inference, roots: [`${root}-packs`], wanted: undefined });
console.log('importing');
await new Components({ root, inference, packs }).import(source, {});
inference.close();
