import { ByteCursor } from './byte-cursor.ts';
import { type ByteSource, requireRange } from './byte-source.ts';
import type { NumberKind } from './number-kinds.ts';
import { GlobalName, type PickleValue } from './pickle-values.ts';
import { type PickleBudget, readPickle } from './read-pickle.ts';
import { invalidCheckpoint, unsupportedCheckpoint } from './refusal.ts';
import { STORAGE_KINDS } from './torch-values.ts';
import { isZip, readStoredZip } from './torch-zip.ts';

/** Where the numbers of a storage lie in what `torch.save` wrote of it. */
export interface StorageLayout {
  readonly at: number;
  /** In bytes. */
  readonly length: number;
  readonly kind: NumberKind;
}

export interface ReadLimits {
  readonly budget: PickleBudget;
  readonly signal: AbortSignal | undefined;
}

/** What the pickle of a storage says of it. */
interface StorageTag {
  readonly key: string;
  readonly kind: NumberKind;
  readonly count: number;
}

const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;
/** In front of the numbers: how many there are. */
const COUNT_BYTES = 8;

/** True for what a pickle of `torch.save` in its old form begins with. */
export function isLegacyMagic(value: PickleValue): boolean {
  return value === LEGACY_MAGIC;
}

/**
 * Finds the numbers of one storage: in the old form of `torch.save` (pickles, then numbers) or the new one
 * (a ZIP archive that is not compressed).
 *
 * @throws StudioError `checkpoint-invalid`, `checkpoint-unsupported`, `checkpoint-has-code`
 */
export async function locateStorage(
  source: ByteSource,
  limits: ReadLimits,
): Promise<StorageLayout> {
  return (await isZip(source)) ? locateInZip(source, limits) : locateInLegacy(source, limits);
}

async function locateInLegacy(source: ByteSource, limits: ReadLimits): Promise<StorageLayout> {
  const cursor = new ByteCursor(source, limits.signal);
  if (!isLegacyMagic(await readPickle(cursor, limits))) throw malformedStorage();
  if ((await readPickle(cursor, limits)) !== LEGACY_PROTOCOL) throw malformedStorage();
  const system = await readPickle(cursor, limits);
  requireLittleEndian(system instanceof Map && system.get('little_endian') === true);
  const { key, kind, count } = await readTag(cursor, limits);
  const keys = await readPickle(cursor, limits);
  if (!Array.isArray(keys) || keys.length !== 1 || keys[0] !== key) throw malformedStorage();
  const at = cursor.position + COUNT_BYTES;
  const view = new DataView((await source.read(cursor.position, COUNT_BYTES)).buffer);
  if (view.getBigInt64(0, true) !== BigInt(count)) throw malformedStorage();
  return layoutIn(source, at, kind, count);
}

async function locateInZip(source: ByteSource, limits: ReadLimits): Promise<StorageLayout> {
  const files = await readStoredZip(source);
  const order = await files.get('byteorder')?.read(0, 3);
  requireLittleEndian(!order || Buffer.from(order).toString() === 'lit');
  const pickle = files.get('data.pkl');
  if (!pickle) throw malformedStorage();
  const { key, kind, count } = await readTag(new ByteCursor(pickle, limits.signal), limits);
  const numbers = files.get(`data/${key}`);
  if (!numbers) throw malformedStorage();
  return layoutIn(source, numbers.at, kind, count, numbers.at + numbers.size);
}

function layoutIn(
  source: ByteSource,
  at: number,
  kind: NumberKind,
  count: number,
  end = source.size,
): StorageLayout {
  const length = count * kind.bytes;
  requireRange(end, at, length);
  return { at, length, kind };
}

/** A pickle that is nothing but `('storage', class, key, device, count, view)` as a persistent id. */
async function readTag(cursor: ByteCursor, limits: ReadLimits): Promise<StorageTag> {
  const tags: StorageTag[] = [];
  await readPickle(cursor, {
    ...limits,
    persistent: (id) => {
      tags.push(parseTag(id));
      return null;
    },
  });
  const [tag] = tags;
  if (!tag || tags.length > 1) throw malformedStorage();
  return tag;
}

function parseTag(id: PickleValue): StorageTag {
  if (!Array.isArray(id)) throw malformedStorage();
  const [what, type, key, , count, view = null] = id;
  const kind = type instanceof GlobalName ? STORAGE_KINDS.get(type.path) : undefined;
  if (!kind) throw unsupportedCheckpoint('holds tensors of numbers that networks do not need');
  if (what !== 'storage' || typeof key !== 'string' || view !== null) throw malformedStorage();
  if (typeof count !== 'number' || !Number.isSafeInteger(count)) throw malformedStorage();
  return { key, kind, count };
}

function requireLittleEndian(itIs: boolean): void {
  if (!itIs) throw unsupportedCheckpoint('was written on a big-endian machine');
}

function malformedStorage(): Error {
  return invalidCheckpoint('holds numbers in a form that PyTorch does not write');
}
