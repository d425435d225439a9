import { readManifest } from '../../../engine/packs/manifest.ts';
import { Pack } from '../../../engine/packs/pack.ts';
import { writeRepository } from '../../../engine/servers/repository.ts';
import type { ServerKind } from '../../../engine/servers/settings.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

/** Writes the drawing graphs of a pack as a model server takes them. */
export async function serveRepository(
  name: string | undefined,
  { out, kind }: { readonly out: string; readonly kind: ServerKind },
  options: GlobalOptions,
): Promise<void> {
  await withStudio(options, async ({ packs }) => {
    const folder = await packs.find(name);
    const pack = new Pack(folder, await readManifest(folder));
    const { id, version } = pack.manifest;
    const written = await writeRepository(pack, kind, out);
    const models = `${written.models.length} graphs of ${id} ${version}`;
    print(options.json, { ...written, for: kind, pack: { id, version } }, [
      `${written.folder}: ${models} for ${kind}. docs/servers.md says how it is served.`,
    ]);
  });
}
