/** Pickles as Python writes them, and checkpoints of StyleGAN in them. */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type {
  NetworkModule,
  PlainValue,
  StoredTensor,
} from '../../electron/engine/checkpoints/network.ts';

export type Protocol = 2 | 3 | 4;

export type Picklable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PythonName
  | PythonCall
  | PythonTuple
  | PythonDict
  | LaterBytes
  | Picklable[]
  | Map<Picklable, Picklable>;

/** Something in a module of Python. */
export class PythonName {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }
}

/** `callee(*args)`, or an object of a class with `isNew`; then `object.__setstate__(state)` if there is one. */
export class PythonCall {
  readonly callee: Picklable;
  readonly args: readonly Picklable[];
  readonly more: { readonly state?: Picklable; readonly isNew?: boolean };

  constructor(callee: Picklable, args: readonly Picklable[], more: PythonCall['more'] = {}) {
    this.callee = callee;
    this.args = args;
    this.more = more;
  }
}

export class PythonTuple {
  readonly items: readonly Picklable[];

  constructor(...items: readonly Picklable[]) {
    this.items = items;
  }
}

/** A dictionary of a class of its own, made empty and then filled. */
export class PythonDict {
  readonly type: PythonName;
  readonly entries: ReadonlyMap<Picklable, Picklable>;

  constructor(type: PythonName, entries: ReadonlyMap<Picklable, Picklable>) {
    this.type = type;
    this.entries = entries;
  }
}

/** Bytes that are asked for when it is their turn, so that a large file can be written. */
export class LaterBytes {
  readonly read: () => Promise<Uint8Array>;

  constructor(read: () => Promise<Uint8Array>) {
    this.read = read;
  }
}

const FLUSH_BYTES = 1_000_000;
/** As many items as Python puts into a dictionary or list at once. */
const BATCH = 1_000;

/** Writes values as Python's own writer does, texts and names once. */
export class PickleWriter {
  readonly #protocol: Protocol;
  readonly #emit: (bytes: Buffer) => Promise<void>;
  readonly #memo = new Map<string, number>();
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(protocol: Protocol, emit: (bytes: Buffer) => Promise<void>) {
    this.#protocol = protocol;
    this.#emit = emit;
  }

  async dump(value: Picklable): Promise<void> {
    this.#raw(Buffer.from([0x80, this.#protocol]));
    await this.#put(value);
    this.#op('.');
    await this.#flush();
  }

  async #put(value: Picklable): Promise<void> {
    if (this.#pendingBytes > FLUSH_BYTES) await this.#flush();
    if (value === null) this.#op('N');
    else if (typeof value === 'boolean') this.#raw(Buffer.from([value ? 0x88 : 0x89]));
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#long(value);
    else if (typeof value === 'string') this.#remembered(`t${value}`, () => this.#text(value));
    else if (value instanceof Uint8Array) await this.#bytes(value);
    else if (value instanceof LaterBytes) await this.#bytes(await value.read());
    else if (value instanceof PythonName) this.#name(value);
    else if (value instanceof PythonCall) await this.#call(value);
    else if (value instanceof PythonTuple) await this.#tuple(value.items);
    else if (value instanceof PythonDict) {
      await this.#call(new PythonCall(value.type, []));
      await this.#fill('u', [...value.entries].flat());
    } else if (Array.isArray(value)) {
      this.#op(']');
      await this.#fill('e', value);
    } else {
      this.#op('}');
      await this.#fill('u', [...value].flat());
    }
  }

  #number(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0)) {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(value);
      this.#op('G', bytes);
    } else if (value >= 0 && value < 256) this.#op('K', Buffer.from([value]));
    else if (Math.abs(value) >= 2 ** 31) this.#long(BigInt(value));
    else this.#op('J', int32(value));
  }

  #long(value: bigint): void {
    const length = Math.ceil((value.toString(2).length + 1) / 8);
    const digits = BigInt.asUintN(length * 8, value)
      .toString(16)
      .padStart(length * 2, '0');
    this.#raw(Buffer.from([0x8a, length]), Buffer.from(digits, 'hex').reverse());
  }

  #text(value: string): void {
    const bytes = Buffer.from(value);
    const isShort = this.#protocol >= 4 && bytes.length < 256;
    if (isShort) this.#raw(Buffer.from([0x8c, bytes.length]), bytes);
    else this.#op('X', int32(bytes.length), bytes);
  }

  async #bytes(value: Uint8Array): Promise<void> {
    if (this.#protocol === 2) {
      await this.#put(
        new PythonCall(new PythonName('_codecs', 'encode'), [
          Buffer.from(value).toString('latin1'),
          'latin1',
        ]),
      );
    } else if (value.length < 256) this.#op('C', Buffer.from([value.length]), Buffer.from(value));
    else this.#op('B', int32(value.length), value);
  }

  #name({ module, name }: PythonName): void {
    this.#remembered(`n${module} ${name}`, () => {
      if (this.#protocol < 4) return this.#op('c', Buffer.from(`${module}\n${name}\n`));
      this.#remembered(`t${module}`, () => this.#text(module));
      this.#remembered(`t${name}`, () => this.#text(name));
      this.#raw(Buffer.from([0x93]));
    });
  }

  async #call({ callee, args, more }: PythonCall): Promise<void> {
    await this.#put(callee);
    await this.#tuple(args);
    this.#raw(Buffer.from([more.isNew ? 0x81 : 0x52]));
    if (more.state === undefined) return;
    await this.#put(more.state);
    this.#op('b');
  }

  async #tuple(items: readonly Picklable[]): Promise<void> {
    const isMarked = items.length > 3;
    if (isMarked) this.#op('(');
    for (const item of items) await this.#put(item);
    if (isMarked) this.#op('t');
    else this.#raw(Buffer.from([[0x29, 0x85, 0x86, 0x87][items.length] ?? 0]));
  }

  /** Into the list or dictionary that was put last. */
  async #fill(fill: string, items: readonly Picklable[]): Promise<void> {
    for (let i = 0; i < items.length; i += BATCH) {
      this.#op('(');
      for (const item of items.slice(i, i + BATCH)) await this.#put(item);
      this.#op(fill);
    }
  }

  /** Written the first time, referred to afterwards. */
  #remembered(key: string, write: () => void): void {
    const known = this.#memo.get(key);
    if (known !== undefined) return this.#op('j', int32(known));
    write();
    // What was written may have remembered others.
    const index = this.#memo.size;
    this.#memo.set(key, index);
    if (this.#protocol >= 4) this.#raw(Buffer.from([0x94]));
    else this.#op('r', int32(index));
  }

  #op(code: string, ...rest: Uint8Array[]): void {
    this.#raw(Buffer.from(code, 'latin1'), ...rest);
  }

  #raw(...parts: Uint8Array[]): void {
    for (const part of parts) {
      this.#pending.push(Buffer.from(part));
      this.#pendingBytes += part.length;
    }
  }

  async #flush(): Promise<void> {
    await this.#emit(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** One pickle in memory. */
export async function pickled(value: Picklable, protocol: Protocol = 4): Promise<Buffer> {
  const parts: Buffer[] = [];
  await new PickleWriter(protocol, async (bytes) => void parts.push(bytes)).dump(value);
  return Buffer.concat(parts);
}

export interface CheckpointOptions {
  readonly protocol?: Protocol;
  /** Form of `torch.save` for the numbers. */
  readonly storage?: 'legacy' | 'zip';
  /** Names that the network is written under, one copy each. */
  readonly names?: readonly string[];
  /** What stands for the source text of all modules. */
  readonly source?: string;
  /** Writes lists of numbers and fractions as those of numpy, under this name of its module. */
  readonly numpy?: 'numpy.core' | 'numpy._core';
}

/** A `.pkl` as stylegan2-ada-pytorch and stylegan3 write it. A tensor at a time is in memory. */
export async function writeCheckpointPickle(
  file: string,
  network: NetworkModule,
  options: CheckpointOptions = {},
): Promise<void> {
  const root = new Map<Picklable, Picklable>([['training_set_kwargs', easyDict({ xflip: false })]]);
  for (const name of options.names ?? ['G_ema']) root.set(name, persistentModule(network, options));
  root.set('augment_pipe', null);
  await writePickle(file, root, options.protocol);
}

/** Writes any value, whether or not a checkpoint may hold it. */
export async function writePickle(
  file: string,
  value: Picklable,
  protocol: Protocol = 4,
): Promise<void> {
  const handle: FileHandle = await open(file, 'w');
  try {
    await new PickleWriter(protocol, async (bytes) => void (await handle.write(bytes))).dump(value);
  } finally {
    await handle.close();
  }
}

/** A module as `torch_utils.persistence` reduces it. */
export function persistentModule(
  module: NetworkModule,
  options: CheckpointOptions = {},
): PythonCall {
  const children = [...module.children].map(
    ([name, child]) => [name, persistentModule(child, options)] as const,
  );
  const tensors = [...module.tensors].map(
    ([name, tensor]) => [name, parameter(tensor, options)] as const,
  );
  const attributes = [...module.attributes].map(([name, value]) => {
    const own = name === 'init_args' || name === 'init_kwargs' ? `_${name}` : name;
    return [own, plain(value, options)] as const;
  });
  const state = new Map<Picklable, Picklable>([
    ['training', false],
    ['_parameters', orderedDict(tensors)],
    ['_buffers', orderedDict([])],
    ['_backward_hooks', orderedDict([])],
    ['_modules', orderedDict(children)],
    ...attributes,
  ]);
  const meta = new Map<Picklable, Picklable>([
    ['type', 'class'],
    ['version', 6],
    ['module_src', options.source ?? '# the source text of a test\n'],
    ['class_name', module.className],
    ['state', state],
  ]);
  return new PythonCall(PERSISTENT, [meta]);
}

const PERSISTENT = new PythonName('torch_utils.persistence', '_reconstruct_persistent_obj');

function parameter({ shape, read }: StoredTensor, options: CheckpointOptions): PythonCall {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const bytes = new LaterBytes(async () => torchSave(await read(), options.storage));
  const tensor = tensorOf(bytes, { offset: 0, shape, strides });
  return new PythonCall(new PythonName('torch._utils', '_rebuild_parameter'), [
    tensor,
    false,
    orderedDict([]),
  ]);
}

/** A view, possible or not, of what `torch.save` wrote. */
export function tensorOf(
  saved: Uint8Array | LaterBytes,
  view: { offset: number; shape: readonly number[]; strides: readonly number[] },
): PythonCall {
  const storage = new PythonCall(new PythonName('torch.storage', '_load_from_bytes'), [saved]);
  return new PythonCall(new PythonName('torch._utils', '_rebuild_tensor_v2'), [
    storage,
    view.offset,
    new PythonTuple(...view.shape),
    new PythonTuple(...view.strides),
    false,
    orderedDict([]),
  ]);
}

/** Numbers as `torch.save` writes a storage of them. */
export async function torchSave(
  numbers: Float32Array,
  form: 'legacy' | 'zip' = 'legacy',
): Promise<Buffer> {
  const data = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const tag = (key: string) => storageTag(key, numbers.length);
  if (form === 'zip') {
    return storedZip([
      ['archive/data.pkl', tag('0')],
      ['archive/byteorder', Buffer.from('little')],
      ['archive/data/0', data],
      ['archive/version', Buffer.from('3\n')],
    ]);
  }
  const system = new Map<Picklable, Picklable>([
    ['protocol_version', 1001],
    ['little_endian', true],
  ]);
  const count = Buffer.alloc(8);
  count.writeBigInt64LE(BigInt(numbers.length));
  const [magic, version, info, keys] = await Promise.all(
    [0x1950a86a20f9469cfc6cn, 1001, system, ['94']].map((value) => pickled(value, 2)),
  );
  return Buffer.concat([magic, version, info, tag('94'), keys, count, data] as Buffer[]);
}

/** The pickle of a storage: nothing but a persistent id. */
export function storageTag(key: string, count: number, type = 'torch\nFloatStorage'): Buffer {
  const text = (value: string) => [Buffer.from('X'), int32(value.length), Buffer.from(value)];
  return Buffer.concat([
    Buffer.from([0x80, 2]),
    Buffer.from('('),
    ...text('storage'),
    Buffer.from(`c${type}\n`),
    ...text(key),
    ...text('cpu'),
    Buffer.from('J'),
    int32(count),
    Buffer.from('NtQ.'),
  ]);
}

/** An archive without compression; sizes and names as given. */
export function storedZip(
  files: readonly (readonly [name: string, data: Uint8Array])[],
  method = 0,
): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, data] of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    bodies.push(body);
    directory.push(Buffer.from('PK\x01\x02\x14\x03'), common, place, Buffer.from(name));
    at += body.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, central, end]);
}

function plain(value: PlainValue, options: CheckpointOptions): Picklable {
  const { numpy } = options;
  if (numpy && typeof value === 'number' && !Number.isInteger(value)) {
    const scalar = new PythonName(`${numpy}.multiarray`, 'scalar');
    return new PythonCall(scalar, [dtype(), doubles([value])]);
  }
  if (Array.isArray(value)) {
    const isOfNumbers = value.length > 0 && value.every((item) => typeof item === 'number');
    return numpy && isOfNumbers ? array(value, numpy) : value.map((item) => plain(item, options));
  }
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? easyDict(value as Readonly<Record<string, PlainValue>>) : (value as Picklable);
}

function array(values: readonly number[], numpy: string): PythonCall {
  const name = new PythonName(`${numpy}.multiarray`, '_reconstruct');
  const args = [new PythonName('numpy', 'ndarray'), new PythonTuple(0), Buffer.from('b')];
  const state = new PythonTuple(1, new PythonTuple(values.length), dtype(), false, doubles(values));
  return new PythonCall(name, args, { state });
}

const dtype = () =>
  new PythonCall(new PythonName('numpy', 'dtype'), ['f8', false, true], {
    state: new PythonTuple(3, '<', null, null, null, -1, -1, 0),
  });

const doubles = (values: readonly number[]) => Buffer.from(Float64Array.from(values).buffer);

const orderedDict = (entries: readonly (readonly [string, Picklable])[]) =>
  new PythonDict(new PythonName('collections', 'OrderedDict'), new Map(entries));

const easyDict = (value: Readonly<Record<string, PlainValue>>) =>
  new PythonDict(
    new PythonName('dnnlib.util', 'EasyDict'),
    new Map(Object.entries(value).map(([key, item]) => [key, plain(item, {})])),
  );

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
