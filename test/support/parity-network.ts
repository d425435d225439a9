/** Networks of `test/fixtures/parity`: weights by a formula, pictures as the official code draws them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type {
  NetworkModule,
  PlainValue,
  StoredTensor,
} from '../../electron/engine/checkpoints/network.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/parity');
const Z_ROWS = 3;

const metaSchema = z.object({
  class: z.int().nullable(),
  z_dim: z.int(),
  w_dim: z.int(),
  num_ws: z.int(),
  resolution: z.int(),
  /** Shapes by dotted name. */
  tensors: z.record(z.string(), z.array(z.int())),
  /** Numbers that no formula gives. */
  kept: z.record(z.string(), z.array(z.number())),
  /** By dotted name. */
  attributes: z.record(z.string(), z.json()),
  cases: z.array(z.object({ file: z.string(), n: z.int(), psi: z.number().optional() })),
});
export type ParityMeta = z.infer<typeof metaSchema>;

export interface ParityNetwork {
  readonly meta: ParityMeta;
  readonly network: NetworkModule;
  /** Rows of z, [z width] each. */
  readonly z: Float32Array[];
  /** Float32 numbers of a file of the case. */
  read(file: string): Float32Array;
}

/** @param name folder in `test/fixtures/parity` */
export function parityNetwork(name: string): ParityNetwork {
  const folder = path.join(FIXTURES, name);
  const read = (file: string) => {
    const { buffer, byteOffset, length } = readFileSync(path.join(folder, file));
    return new Float32Array(buffer.slice(byteOffset, byteOffset + length));
  };
  const meta = metaSchema.parse(JSON.parse(readFileSync(path.join(folder, 'meta.json'), 'utf8')));
  const noise = formulaNumbers('z', Z_ROWS * meta.z_dim, { scale: 1.7, offset: 0 });
  return {
    meta,
    network: networkOf(meta),
    z: Array.from({ length: Z_ROWS }, (_, i) => noise.slice(i * meta.z_dim, (i + 1) * meta.z_dim)),
    read,
  };
}

/** What a network is made of. */
interface NetworkParts extends Pick<ParityMeta, 'tensors' | 'kept'> {
  readonly attributes: Record<string, PlainValue>;
}

/** A network of these shapes and attributes, its numbers by the formula. */
export function networkOf(meta: NetworkParts): NetworkModule {
  const root = new Draft('Generator');
  for (const [name, shape] of Object.entries(meta.tensors)) {
    const [module, own] = root.at(name);
    module.tensors.set(
      own,
      stored(shape, () => numbersOf(meta, name)),
    );
  }
  for (const [name, value] of Object.entries(meta.attributes)) {
    const [module, own] = root.at(name);
    module.attributes.set(own, value);
  }
  return root;
}

export function stored(shape: readonly number[], numbers: () => Float32Array): StoredTensor {
  return { shape, read: () => Promise.resolve(numbers()) };
}

function numbersOf({ tensors, kept }: Pick<ParityMeta, 'tensors' | 'kept'>, name: string) {
  const fixed = kept[name];
  if (fixed) return Float32Array.from(fixed);
  const count = (tensors[name] ?? []).reduce((product, dim) => product * dim, 1);
  return formulaNumbers(name, count, scaleOf(name));
}

/** The table of the fixtures' formula. */
function scaleOf(name: string): { scale: number; offset: number } {
  const isMapping = name.startsWith('mapping.');
  if (name.endsWith('noise_strength')) return { scale: 0.3, offset: 0 };
  if (name.endsWith('magnitude_ema')) return { scale: 0.4, offset: 1 };
  if (name.endsWith('w_avg')) return { scale: 0.3, offset: 0 };
  if (name.endsWith('affine.bias')) return { scale: 0.2, offset: 1 };
  if (name.endsWith('bias')) return { scale: isMapping ? 15 : 0.2, offset: 0 };
  const isMappingWeight = isMapping && name.endsWith('weight') && !name.includes('embed');
  return { scale: isMappingWeight ? 170 : 1.7, offset: 0 };
}

/** `scale · number(name, i) + offset` for i below `count`; number is in [−1, 1). */
export function formulaNumbers(
  name: string,
  count: number,
  { scale, offset }: { scale: number; offset: number },
): Float32Array {
  const start = fnv1a(name);
  return Float32Array.from({ length: count }, (_, i) => {
    let x = (start + Math.imul(i, 2_654_435_761)) >>> 0;
    for (const factor of [0x7feb352d, 0x846ca68b]) x = Math.imul(x ^ (x >>> 16), factor) >>> 0;
    x = (x ^ (x >>> 16)) >>> 0;
    return scale * (x / 2 ** 31 - 1) + offset;
  });
}

/** FNV-1a of 32 bits (Fowler, Noll & Vo). */
function fnv1a(text: string): number {
  return Buffer.from(text).reduce(
    (hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0,
    0x811c9dc5,
  );
}

/** A module while its parts are put together. */
class Draft implements NetworkModule {
  readonly className: string;
  readonly sourceHash = undefined;
  readonly attributes = new Map<string, PlainValue>();
  readonly tensors = new Map<string, StoredTensor>();
  readonly children = new Map<string, Draft>();

  constructor(className: string) {
    this.className = className;
  }

  /** The module that `name` belongs to, made on the way, and its own name there. */
  at(name: string): [Draft, string] {
    const parts = name.split('.');
    const own = parts.pop() ?? '';
    const module = parts.reduce<Draft>((parent, part) => parent.child(part), this);
    return [module, own];
  }

  child(name: string): Draft {
    const found = this.children.get(name) ?? new Draft(classNameOf(name));
    this.children.set(name, found);
    return found;
  }
}

/** What the official code calls the class of a module of this name. */
function classNameOf(name: string): string {
  if (name === 'mapping') return 'MappingNetwork';
  if (name === 'synthesis') return 'SynthesisNetwork';
  if (name === 'input') return 'SynthesisInput';
  if (/^b\d+$/.test(name)) return 'SynthesisBlock';
  if (/^(conv\d|L\d+_.*)$/.test(name)) return 'SynthesisLayer';
  if (name === 'torgb') return 'ToRGBLayer';
  if (name === 'skip') return 'Conv2dLayer';
  return 'FullyConnectedLayer';
}
