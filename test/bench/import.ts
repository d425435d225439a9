/**
 * Time and memory of importing a large checkpoint: `node test/bench/import.ts [FILE]`. Without a file, one of
 * random numbers and the size of config-f at 1,024 px is written first. Linux only.
 */
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stored } from '../support/parity-network.ts';
import { writeCheckpointPickle } from '../support/pickle.ts';
import { styleGan2Network } from '../support/stylegan2-network.ts';
import type { NetworkModule, StoredTensor } from '../../electron/engine/checkpoints/network.ts';
import { runCommand } from './command.ts';
import { print } from './report.ts';

/** Karras et al. 2020, table 1, configuration F: coarse to fine. */
const CHANNELS = [512, 512, 512, 512, 512, 256, 128, 64, 32];
/** The mapping network learns at a hundredth of the rate, and its weights are as much larger. */
const MAPPING_SCALE = 100;

const folder = await mkdtemp(path.join(tmpdir(), 'clip-flow-bench-'));
try {
  const file = process.argv[2] ?? (await writeLarge(path.join(folder, 'config-f.pkl')));
  print('checkpoint', `${Math.round(statSync(file).size / 1e6)} MB`);
  const env = {
    ...process.env,
    CLIP_FLOW_LIBRARY: path.join(folder, 'library'),
    CLIP_FLOW_COMPONENTS: path.join(folder, 'components'),
  };
  await runCommand(['models', 'import', file], env);
} finally {
  await rm(folder, { recursive: true });
}

async function writeLarge(file: string): Promise<string> {
  const network = styleGan2Network({
    ...{ resolution: 1_024, channels: CHANNELS, z: 512, w: 512, mappingLayers: 8, clamp: 256 },
    filter: [1, 3, 3, 1].map((a) => a / 8),
  });
  // Files hold three networks of about this size.
  await writeCheckpointPickle(file, cheap(network), { names: ['G', 'D', 'G_ema'] });
  return file;
}

/** The same network with numbers that are made quickly, all of them different. */
function cheap(module: NetworkModule, scale = 1): NetworkModule {
  const tensors = [...module.tensors].map(
    ([name, tensor]) => [name, quick(name, tensor, scale)] as const,
  );
  const children = [...module.children].map(
    ([name, child]) => [name, cheap(child, name === 'mapping' ? MAPPING_SCALE : scale)] as const,
  );
  return { ...plainOf(module), tensors: new Map(tensors), children: new Map(children) };
}

function plainOf({ className, sourceHash, attributes }: NetworkModule) {
  return { className, sourceHash, attributes };
}

function quick(name: string, tensor: StoredTensor, scale: number): StoredTensor {
  const count = tensor.shape.reduce((product, side) => product * side, 1);
  if (name === 'resample_filter') return tensor;
  return stored(tensor.shape, () => {
    let x = count;
    // Numerical Recipes' linear congruential generator
    const next = () => {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
      return (scale * x) / 2 ** 31;
    };
    return Float32Array.from({ length: count }, next);
  });
}
