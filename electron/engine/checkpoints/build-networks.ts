import { createHash } from 'node:crypto';
import type { ByteSource } from './byte-source.ts';
import type { NetworkModule, PlainValue, StoredTensor } from './network.ts';
import { plainArray } from './numpy-values.ts';
import {
  PickledArray,
  PickledObject,
  PickledTensor,
  type PickleValue,
  StoredText,
} from './pickle-values.ts';
import { invalidCheckpoint } from './refusal.ts';
import type { TensorReader } from './stored-tensor.ts';
import { requireNoHooks } from './torch-values.ts';

/** Modules in modules, and values in values. Official networks have five. */
const MAX_DEPTH = 32;
/** Of all networks together, counted again wherever something is referred to again. */
const MAX_PARTS = 500_000;
const MAX_SOURCE_BYTES = 4_000_000;
const HASH_CHUNK_BYTES = 65_536;

/** What `torch.nn.Module` keeps among the attributes of a module. */
const PARTS = { parameters: '_parameters', buffers: '_buffers', modules: '_modules' };
/** Attributes that are kept although their names begin as those of PyTorch's own do. */
const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['_init_args', 'init_args'],
  ['_init_kwargs', 'init_kwargs'],
]);

/** Makes networks of what a pickle has built. */
export class NetworkBuilder {
  readonly #tensors: TensorReader;
  readonly #hashes = new Map<string | StoredText, string>();
  #parts = 0;

  constructor(tensors: TensorReader) {
    this.#tensors = tensors;
  }

  /**
   * The modules among the values of a dictionary, by name.
   *
   * @throws StudioError `checkpoint-invalid` for tensors that cannot be, and for what is nested without end
   */
  async networks(entries: Map<PickleValue, PickleValue>): Promise<Map<string, NetworkModule>> {
    const networks = new Map<string, NetworkModule>();
    for (const [name, value] of entries) {
      if (typeof name === 'string' && isModule(value)) {
        networks.set(name, await this.#module(value, 1));
      }
    }
    return networks;
  }

  async #module(object: PickledObject, depth: number): Promise<NetworkModule> {
    this.#count(depth);
    const state = dictionary(object.state);
    requireNoHooksIn(state);
    const children = new Map<string, NetworkModule>();
    for (const [name, child] of entriesOf(state.get(PARTS.modules))) {
      if (isModule(child)) children.set(name, await this.#module(child, depth + 1));
    }
    return {
      className: object.className,
      sourceHash: object.source === undefined ? undefined : await this.#hash(object.source),
      attributes: this.#attributes(state),
      tensors: await this.#storedTensors(state),
      children,
    };
  }

  async #storedTensors(state: Map<PickleValue, PickleValue>): Promise<Map<string, StoredTensor>> {
    const tensors = new Map<string, StoredTensor>();
    for (const part of [PARTS.parameters, PARTS.buffers]) {
      for (const [name, value] of entriesOf(state.get(part))) {
        this.#count(0);
        // One that was registered as none is null.
        if (value instanceof PickledTensor) tensors.set(name, await this.#tensors.stored(value));
        else if (value !== null) throw invalidCheckpoint(`has no tensor where "${name}" should be`);
      }
    }
    return tensors;
  }

  #attributes(state: Map<PickleValue, PickleValue>): Map<string, PlainValue> {
    const attributes = new Map<string, PlainValue>();
    for (const [key, value] of entriesOf(state)) {
      const name = key.startsWith('_') ? ARGUMENTS.get(key) : key;
      const plain = name === undefined ? undefined : this.#plain(value, 1);
      if (name !== undefined && plain !== undefined) attributes.set(name, plain);
    }
    return attributes;
  }

  /** Undefined for what is no plain value; inside of containers it is left out. */
  #plain(value: PickleValue, depth: number): PlainValue | undefined {
    this.#count(depth);
    if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) {
      return value as PlainValue;
    }
    if (typeof value === 'bigint') return Number(value);
    if (value instanceof PickledArray) return plainArray(value);
    if (Array.isArray(value) || value instanceof Set) {
      const items = [...value].map((item) => this.#plain(item, depth + 1));
      return items.filter((item) => item !== undefined);
    }
    if (!(value instanceof Map)) return undefined;
    const entries = entriesOf(value)
      .map(([name, item]) => [name, this.#plain(item, depth + 1)] as const)
      .filter((entry): entry is readonly [string, PlainValue] => entry[1] !== undefined);
    // Not by assignment: a key may be `__proto__`.
    return Object.fromEntries(entries);
  }

  /** Values that refer to themselves, or to others again and again, run into these limits. */
  #count(depth: number): void {
    this.#parts += 1;
    if (depth > MAX_DEPTH) throw invalidCheckpoint('is nested deeper than any network');
    if (this.#parts > MAX_PARTS) throw invalidCheckpoint('is larger than any network');
  }

  async #hash(source: string | StoredText): Promise<string> {
    const known = this.#hashes.get(source);
    if (known !== undefined) return known;
    const hash = source instanceof StoredText ? await hashOf(source.source) : sha256(source);
    this.#hashes.set(source, hash);
    return hash;
  }
}

function isModule(value: PickleValue): value is PickledObject {
  return (
    value instanceof PickledObject &&
    value.state instanceof Map &&
    value.state.get(PARTS.modules) instanceof Map
  );
}

/** Those entries whose keys are texts. */
function entriesOf(value: PickleValue | undefined): [string, PickleValue][] {
  return [...dictionary(value ?? null)].filter(
    (entry): entry is [string, PickleValue] => typeof entry[0] === 'string',
  );
}

function dictionary(value: PickleValue): Map<PickleValue, PickleValue> {
  if (value === null) return new Map();
  if (!(value instanceof Map)) throw invalidCheckpoint('holds a module that is none');
  return value;
}

function requireNoHooksIn(state: Map<PickleValue, PickleValue>): void {
  for (const [name, value] of entriesOf(state)) {
    if (name.startsWith('_') && /hooks(?:_|$)/.test(name)) requireNoHooks(value);
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function hashOf(source: ByteSource): Promise<string> {
  if (source.size > MAX_SOURCE_BYTES) {
    throw invalidCheckpoint('carries more source text than any network has');
  }
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += HASH_CHUNK_BYTES) {
    hash.update(await source.read(at, Math.min(HASH_CHUNK_BYTES, source.size - at)));
  }
  return hash.digest('hex');
}
