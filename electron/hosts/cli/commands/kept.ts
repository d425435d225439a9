import { count } from '../../../contract/count.ts';
import type { KeptPackListing } from '../../../contract/status.ts';
import { confirm } from '../confirm.ts';
import { print, printNote } from '../output.ts';
import { type GlobalOptions, withLibrary } from '../session.ts';

/** Lists what the library keeps of packs that drew its portraits, or clears it away. */
export async function keptModels({
  clear = false,
  yes,
  ...options
}: GlobalOptions & { clear?: boolean | undefined; yes?: boolean | undefined }): Promise<void> {
  await withLibrary(options, async ({ kept, service, signal }) => {
    const models = await service.keptPacks({}, { signal });
    const { bytes } = await kept.size();
    const lines = models.map(lineOf);
    const total = `${megabytes(bytes)} in all`;
    if (!clear) return print(options.json, { models, bytes }, [...lines, total]);
    for (const line of [...lines, total, lossOf(models)]) printNote(line);
    await confirm('Clear all of it away?', { yes, signal });
    await kept.clear();
    print(options.json, { cleared: models, bytes }, [`${total} cleared away.`]);
  });
}

function lossOf(models: readonly KeptPackListing[]): string {
  const lost = models.filter(({ installed }) => !installed).map(editionOf);
  const stays = 'Portraits stay, and can be looked at, searched and exported.';
  if (lost.length === 0) return `${stays} All of these packs are installed.`;
  return `${stays} Those of ${lost.join(', ')} can be edited and drawn again only once the pack is installed again.`;
}

function lineOf({ bytes, portraits, license, installed, ...pack }: KeptPackListing): string {
  const where = installed ? 'installed too' : 'here only';
  return `${editionOf(pack)}  ${megabytes(bytes)}, ${count(portraits, 'portrait')}, ${where}, licence ${license}`;
}

function editionOf({ id, version }: Pick<KeptPackListing, 'id' | 'version'>): string {
  return `${id} ${version}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
