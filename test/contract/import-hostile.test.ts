/** Files made to do harm, through the command line: refused with a reason, and nothing is left or run. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { NetworkModule } from '../../electron/engine/checkpoints/network.ts';
import { runCommand } from '../support/command-line.ts';
import { writeHfClip } from '../support/hf-clip.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';
import {
  type Picklable,
  PythonCall,
  PythonName,
  writeCheckpointPickle,
  writePickle,
} from '../support/pickle.ts';
import { styleGan2Network } from '../support/stylegan2-network.ts';
import { writeZip } from '../support/zip.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Of this process: other tests run at the same time. */
const MOST_CPU_MS = 1_000;

// What is loaded when it is first needed takes no part in refusing.
beforeAll(async () => {
  await import('../../electron/hosts/cli/commands/models.ts');
  await import('../../electron/engine/components/build.ts');
});

let home = '';
let components = '';
let canary = '';

beforeEach(async () => {
  home = await temporaryFolder();
  components = path.join(home, 'components');
  canary = path.join(home, 'canary');
  await mkdir(components);
  vi.stubEnv('CLIP_FLOW_LIBRARY', path.join(home, 'library'));
  vi.stubEnv('CLIP_FLOW_COMPONENTS', components);
  vi.stubEnv('CLIP_FLOW_PACK', path.resolve(TINY_PACK));
  vi.stubEnv('CLIP_FLOW_DEVICE', 'cpu');
});
afterEach(() => vi.unstubAllEnvs());

const code = (module: string, name: string, ...args: Picklable[]) =>
  pickle(new Map([['G_ema', new PythonCall(new PythonName(module, name), args)]]));

const pickle = async (value: Picklable) => {
  const file = path.join(home, 'network.pkl');
  await writePickle(file, value);
  return file;
};

const bytes = async (...parts: (string | Uint8Array)[]) => {
  const file = path.join(home, 'network.pkl');
  await writeFile(file, Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1'))));
  return file;
};

const checkpoint = async (network: NetworkModule) => {
  const file = path.join(home, 'network.pkl');
  await writeCheckpointPickle(file, network);
  return file;
};

const small = () => styleGan2Network({ resolution: 16, channels: [7, 5, 3] });

/** The same network with another tensor in the place of w̄. */
function withMean(shape: readonly number[], numbers: Float32Array): NetworkModule {
  const network = small();
  const mapping = network.children.get('mapping')!;
  const tensors = new Map(mapping.tensors).set('w_avg', {
    shape,
    read: () => Promise.resolve(numbers),
  });
  const { className, sourceHash, attributes, children } = mapping;
  const changed = { className, sourceHash, attributes, children, tensors };
  return {
    ...{ className: network.className, sourceHash: undefined, attributes: network.attributes },
    ...{ tensors: network.tensors, children: new Map(network.children).set('mapping', changed) },
  };
}

async function spoilt(change: (folder: string) => Promise<void>): Promise<string> {
  const folder = await writeHfClip('clip');
  await change(folder);
  return folder;
}

it.each<[string, string, () => Promise<string>]>([
  ['os.system', 'checkpoint-has-code', () => code('os', 'system', `touch ${canary}`)],
  ['eval', 'checkpoint-has-code', () => code('builtins', 'eval', `open(${canary}, "w")`)],
  ['getattr', 'checkpoint-has-code', () => code('builtins', 'getattr', new PythonName('os', 'x'))],
  [
    'a checkpoint cut off',
    'checkpoint-invalid',
    async () => {
      const file = await checkpoint(small());
      await truncate(file, 9_000);
      return file;
    },
  ],
  [
    'a header of 10 GB',
    'checkpoint-invalid',
    () => {
      const huge = Buffer.alloc(8);
      huge.writeBigUInt64LE(10_000_000_000n);
      return bytes('\x80\x04\x8e', huge, 'abc');
    },
  ],
  ['a bomb of memos', 'checkpoint-invalid', () => bytes('\x80\x02', 'Nq\x01'.repeat(1_500_000))],
  [
    'a false shape',
    'checkpoint-invalid',
    () => checkpoint(withMean([2 ** 40], new Float32Array(12))),
  ],
  [
    'numbers that are none',
    'checkpoint-invalid',
    () => checkpoint(withMean([12], new Float32Array(12).fill(NaN))),
  ],
  [
    'an archive that leads out',
    'pack-path-escapes',
    () => writeZip([{ name: '../../canary', data: Buffer.from('{}') }]),
  ],
  [
    'an archive of a CLIP that leads out',
    'pack-path-escapes',
    () =>
      writeZip([
        { name: 'tokenizer.json', data: Buffer.from('{}') },
        { name: '../canary', data: Buffer.from('{}') },
      ]),
  ],
  [
    'an archive that becomes 4 GB',
    'pack-not-a-pack',
    () =>
      writeZip([{ name: 'draw.onnx', data: Buffer.from('{}'), says: { unpacked: 2 ** 32 - 2 } }]),
  ],
  [
    'a CLIP of ten gigabytes',
    'checkpoint-invalid',
    () => spoilt((at) => truncate(`${at}/onnx/text_model.onnx`, 1e10)),
  ],
  [
    'a CLIP without numbers',
    'checkpoint-invalid',
    () => spoilt((at) => rm(`${at}/onnx/vision_model.onnx.data`)),
  ],
  [
    'half a graph',
    'pack-file-invalid',
    () => spoilt((at) => truncate(`${at}/onnx/text_model.onnx`, 500)),
  ],
  [
    'no graph',
    'pack-file-invalid',
    async () => {
      const file = path.join(home, 'draw.onnx');
      await writeFile(file, 'no graph');
      return file;
    },
  ],
])('%s is refused', async (_, expected, make) => {
  const source = await make();
  const before = process.cpuUsage();
  const said = await runCommand('models', 'import', source);
  const { user, system } = process.cpuUsage(before);
  expect([said.code, said.document]).toMatchObject([1, { error: { code: expected } }]);
  expect(said.document).toMatchObject({ error: { message: expect.stringMatching(/\w+.*\./s) } });
  expect((user + system) / 1_000).toBeLessThan(MOST_CPU_MS);
  expect(await readdir(components)).toEqual([]);
  expect(existsSync(canary)).toBe(false);
});
