import { constants, copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { BridgeRequest } from '../../contract/bridge.ts';
import { throwIfCancelled } from '../../contract/errors.ts';
import { MANIFEST_FILE, PACK_FORMAT_VERSION, type PackManifest } from '../../contract/pack.ts';
import type { Learnable } from '../components/component.ts';
import { listFiles } from '../packs/list-files.ts';
import { makeFolder, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { keepFile } from '../storage/publish.ts';
import { writeDurably } from '../storage/durable.ts';
import type { PackedBank } from './bank.ts';
import type { BridgeComponents } from './load-models.ts';

const VERSION = '1.0.0';
const MAX_SHORT_TEXT = 200;

/**
 * Pairs are drawn at several truncations, so what the flow gives is truncated already. Above this temperature portraits
 * lose what their neighbours show of the words.
 */
export const DEFAULTS = { truncation: 1, temperature: 0.5 };

export interface PackParts extends BridgeComponents {
  readonly id: string;
  readonly request: BridgeRequest;
  /** Of graphs that the draft has. */
  readonly flow: PackManifest['flow'];
  readonly bank: PackedBank;
  readonly measured: NonNullable<PackManifest['measured']>;
}

/** Makes a pack (docs/pack-format.md) of a draft that holds its flow. `pack.json` comes last. */
export async function assemblePack(
  draft: string,
  parts: PackParts,
  signal: AbortSignal,
): Promise<void> {
  const { clip, generator, bank } = parts;
  const ownClip = await copyInto(draft, clip, clip.manifest.clip, signal);
  const ownGenerator = await copyInto(draft, generator, generator.manifest.generator, signal);
  for (const [name, bytes] of Object.entries(bank.files)) {
    await writeDurably(path.join(draft, name), bytes);
  }
  const manifest = {
    ...headOf(parts),
    widths: { ...clip.manifest.widths, ...generator.manifest.widths },
    clip: { ...ownClip, gap: { ...ownClip.gap, shift: bank.shift, default: 'neighbours' } },
    flow: { ...parts.flow, bank: bank.bank },
    generator: ownGenerator,
    files: await listFiles(draft, signal),
  };
  await keepFile(path.join(draft, MANIFEST_FILE), JSON.stringify(manifest, null, 2));
}

/** What the pack is called: as asked for, else after its models. */
export function titleOf({ title }: BridgeRequest, { clip, generator }: BridgeComponents): string {
  return (title ?? `${generator.manifest.title}, ${clip.manifest.title}`).slice(0, MAX_SHORT_TEXT);
}

function headOf(parts: PackParts) {
  const { id, request, clip, generator, measured } = parts;
  const models = [generator.manifest, clip.manifest];
  return {
    ...{ formatVersion: PACK_FORMAT_VERSION, id, version: VERSION },
    title: titleOf(request, parts),
    description: `${generator.manifest.title} drawn by the words of ${clip.manifest.title}: a flow between the two, learnt from ${String(measured['pairs'])} pairs.`,
    license: licenceOf(parts),
    attributions: models.flatMap(({ attributions }) => attributions),
    defaults: DEFAULTS,
    prompts: {
      ...(request.about !== undefined && { neutral: request.about }),
      examples: request.prompts.filter(({ length }) => length <= MAX_SHORT_TEXT),
    },
    measured,
  };
}

/** Both models are in the pack: what both licences allow. */
function licenceOf({ clip, generator }: BridgeComponents): string {
  const [of, ofClip] = [generator.manifest.license, clip.manifest.license];
  if (of === ofClip) return of;
  return `${of} (generator), ${ofClip} (CLIP)`.slice(0, MAX_SHORT_TEXT);
}

/**
 * Copies the files of a model below a folder of its kind.
 *
 * @returns `part` of its manifest, with the files it names where they are now
 */
async function copyInto<T>(
  draft: string,
  { manifest, ...component }: Learnable,
  part: T,
  signal: AbortSignal,
): Promise<T> {
  const moved = (name: string) => `${manifest.kind}/${name}`;
  for (const name of Object.keys(manifest.files)) {
    throwIfCancelled(signal);
    const target = path.join(draft, moved(name));
    await makeFolder(path.dirname(target), PRIVATE_FOLDER);
    await copyFile(path.join(component.folder, name), target, constants.COPYFILE_FICLONE);
  }
  const text = JSON.stringify(part, (_, value: unknown) =>
    typeof value === 'string' && Object.hasOwn(manifest.files, value) ? moved(value) : value,
  );
  return JSON.parse(text) as T;
}
