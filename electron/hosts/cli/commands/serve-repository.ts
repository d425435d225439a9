import { graphsOfComponent } from '../../../engine/components/component.ts';
import { readManifest } from '../../../engine/packs/manifest.ts';
import { Pack } from '../../../engine/packs/pack.ts';
import {
  type ServedModel,
  servedPack,
  writeRepository,
} from '../../../engine/servers/repository.ts';
import type { ServerKind } from '../../../engine/servers/settings.ts';
import { print } from '../output.ts';
import { type GlobalOptions, type Session, withStudio } from '../session.ts';

/** Writes the heavy graphs of a pack, or of a component that a bridge is learnt from, as a model server takes them. */
export async function serveRepository(
  name: string | undefined,
  { out, kind }: { readonly out: string; readonly kind: ServerKind },
  options: GlobalOptions,
): Promise<void> {
  await withStudio(options, async (session) => {
    const model = await findModel(name, session);
    const written = await writeRepository(model, kind, out);
    const told = { ...written, for: kind, of: model.id };
    print(options.json, told, [
      `${written.folder}: ${written.models.length} graphs of ${model.id} for ${kind}. docs/servers.md says how it is served.`,
    ]);
  });
}

/** @throws StudioError `pack-not-found`, and what reading a manifest throws */
async function findModel(
  name: string | undefined,
  { packs, components }: Session,
): Promise<ServedModel> {
  const component = name === undefined ? undefined : await components.find(name);
  if (component) {
    const { manifest } = component;
    return {
      id: manifest.id,
      graphs: graphsOfComponent(manifest),
      pixelRange: manifest.kind === 'generator' ? manifest.generator.pixelRange : null,
      file: (graph) => component.file(graph),
    };
  }
  const folder = await packs.find(name);
  return servedPack(new Pack(folder, await readManifest(folder)));
}
