import { EXPORT_DEFAULTS, type PortraitExport } from '../../electron/contract/export-kinds.ts';
import { Exports, type ExportsParts } from '../../electron/engine/export/exports.ts';
import type { IdsQuery } from '../../electron/contract/library.ts';
import type { ImageCodec } from '../../electron/engine/images/codec.ts';
import { JobQueue } from '../../electron/engine/jobs/queue.ts';
import type { Library } from '../../electron/engine/library/library.ts';

const { pictures, gallery, table } = EXPORT_DEFAULTS;
/** One after the other: files, a folder, a file and an archive, which take the place of what is there where they may. */
const ORDERS: readonly { as: PortraitExport; name: string; zip?: true }[] = [
  { as: { ...pictures, pattern: '{n}', ifExists: 'replace' }, name: 'pictures' },
  { as: { ...gallery, ifExists: 'rename' }, name: 'gallery' },
  { as: { ...table, format: 'json', ifExists: 'replace' }, name: 'table' },
  { as: { ...pictures, pattern: '{n}', ifExists: 'replace' }, name: 'all', zip: true },
];

/** Hands all of a library over into a folder, in several ways. No pack is asked for. */
export async function exportSamples(
  { reader }: Library,
  codec: ImageCodec,
  folder: string,
): Promise<void> {
  const unknown = { manifestOf: () => Promise.resolve(undefined) };
  const finding = { listIds: (query: IdsQuery) => reader.listIds(query) };
  const parts = { packs: unknown, kept: unknown, finding } as unknown as ExportsParts;
  const exports = new Exports({ ...parts, reader, codec, jobs: new JobQueue() });
  for (const order of ORDERS) {
    const portraits = { by: 'list' } as const;
    await exports.portraits({ ...order, portraits, destination: { kind: 'folder', folder } });
  }
  await exports.close();
}
