/**
 * A bridge from nothing, by the command line alone, between models of real size and random numbers: a StyleGAN2 of 256 px
 * (the 256 px configuration of stylegan2-ada-pytorch) and a CLIP like ViT-B/32. `node test/bench/bridge.ts [PAIRS] [FOLDER]`
 */
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeCheckpointPickle } from '../support/pickle.ts';
import { styleGan2Network } from '../support/stylegan2-network.ts';
import { writeVitClip } from '../support/vit-clip.ts';
import { runCommand } from './command.ts';

const CHANNELS = [512, 512, 512, 512, 256, 128, 64];

const [, , pairs = '300', base = mkdtempSync(path.join(tmpdir(), 'clip-flow-bridge-'))] =
  process.argv;
mkdirSync(base, { recursive: true });
const env = {
  ...process.env,
  ...{ CLIP_FLOW_LIBRARY: path.join(base, 'library'), CLIP_FLOW_PACKS: path.join(base, 'packs') },
};

const clipFlow = (...args: string[]) => runCommand(args, env);

const checkpoint = path.join(base, 'random-256.pkl');
if (!existsSync(checkpoint)) {
  const sizes = { z: 512, w: 512, mappingLayers: 8, clamp: 256 };
  const network = styleGan2Network({ resolution: 256, channels: CHANNELS, ...sizes });
  await writeCheckpointPickle(checkpoint, network);
  await clipFlow('models', 'import', checkpoint, '--id', 'random-256');
  await clipFlow('models', 'import', await writeVitClip(base), '--id', 'random-vit');
}
const models = ['--clip', 'random-vit', '--generator', 'random-256'];
const asked = ['--pairs', pairs, '--about', 'a picture', '--prompt', 'a red cat'];
console.log(await clipFlow('models', 'train-bridge', ...models, '--estimate', '--pairs', pairs));
console.log(await clipFlow('models', 'train-bridge', ...models, ...asked, '--title', 'Random'));
console.log(await clipFlow('generate', 'a red cat', '--pack', 'random', '--count', '2'));
