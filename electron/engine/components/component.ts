import path from 'node:path';
import { z } from 'zod';
import {
  COMPONENT_FILE,
  type ComponentInfo,
  type ComponentKind,
  type ComponentManifest,
  componentManifestSchema,
  type ComponentOf,
} from '../../contract/component.ts';
import { StudioError } from '../../contract/errors.ts';
import { checkGraph } from '../packs/graph.ts';
import { clipGraphs, generatorGraphs, type ModelGraph, upscalerGraphs } from '../packs/graphs.ts';
import { MAX_MANIFEST_BYTES } from '../packs/manifest.ts';
import { ModelFolder } from '../packs/model-folder.ts';
import type { Pack } from '../packs/pack.ts';
import { readRegular } from '../storage/regular-file.ts';

/** A CLIP, a StyleGAN or an upscaler alone, in a folder of its own or in that of a pack. */
export class Component<K extends ComponentKind> extends ModelFolder {
  readonly manifest: ComponentOf<K>;

  constructor(folder: string, manifest: ComponentOf<K>) {
    super(folder);
    this.manifest = manifest;
  }
}

/** What a bridge is learnt from. */
export type Learnable = Component<'clip'> | Component<'generator'>;
export type AnyComponent = Learnable | Component<'upscaler'>;

export function componentIn(folder: string, manifest: ComponentManifest): AnyComponent {
  switch (manifest.kind) {
    case 'clip':
      return new Component<'clip'>(folder, manifest);
    case 'generator':
      return new Component<'generator'>(folder, manifest);
    case 'upscaler':
      return new Component<'upscaler'>(folder, manifest);
  }
}

export function isClip(component: AnyComponent): component is Component<'clip'> {
  return component.manifest.kind === 'clip';
}

export function isGenerator(component: AnyComponent): component is Component<'generator'> {
  return component.manifest.kind === 'generator';
}

export function isUpscaler(component: AnyComponent): component is Component<'upscaler'> {
  return component.manifest.kind === 'upscaler';
}

/**
 * Reads `component.json`.
 *
 * @throws StudioError `pack-not-a-pack` for what is none
 */
export async function readComponent(folder: string): Promise<ComponentManifest> {
  try {
    const file = path.join(folder, COMPONENT_FILE);
    const text = (await readRegular(file, MAX_MANIFEST_BYTES)).toString('utf8');
    const manifest = componentManifestSchema.parse(JSON.parse(text));
    requireListed(manifest);
    return manifest;
  } catch (cause) {
    const why = cause instanceof z.ZodError ? `\n${z.prettifyError(cause)}` : '';
    throw new StudioError(
      'pack-not-a-pack',
      `${folder} has no ${COMPONENT_FILE} that fits the format. Remove it and import the model again.${why}`,
      { cause },
    );
  }
}

/** The graphs of a component, in the order in which they are checked. */
export function graphsOfComponent(manifest: ComponentManifest): ModelGraph[] {
  switch (manifest.kind) {
    case 'clip':
      return clipGraphs(manifest);
    case 'generator':
      return generatorGraphs(manifest);
    case 'upscaler':
      return upscalerGraphs(manifest);
  }
}

/** The files of bare float32 numbers that a component uses, and how many numbers each holds. */
export function numbersOfComponent(manifest: ComponentManifest): { file: string; count: number }[] {
  if (manifest.kind === 'generator') {
    return [{ file: manifest.generator.meanW, count: manifest.widths.w }];
  }
  if (manifest.kind === 'upscaler') return [];
  const { shift } = manifest.clip.gap;
  return shift === undefined ? [] : [{ file: shift, count: manifest.widths.clip }];
}

/** What an artist may know of a component. */
export function componentInfo(folder: string, manifest: ComponentManifest): ComponentInfo {
  const { id, title, description, license, attributions } = manifest;
  const head = { id, title, description, license, attributions, folder };
  switch (manifest.kind) {
    case 'clip': {
      const { widths, clip } = manifest;
      return { ...head, kind: 'clip', width: widths.clip, resolution: clip.image.size };
    }
    case 'generator': {
      const { widths, generator } = manifest;
      const { resolution, classes } = generator;
      const facts = { width: widths.w, resolution, ...(classes && { classes }) };
      return { ...head, kind: 'generator', ...facts };
    }
    case 'upscaler': {
      const { factor, tile, original } = manifest.upscaler;
      return { ...head, kind: 'upscaler', factor, tile, original };
    }
  }
}

export interface PartsOfPack {
  readonly clip: Component<'clip'>;
  readonly generator: Component<'generator'>;
}

/**
 * The CLIP and the StyleGAN of a pack as components; their files stay where they are.
 *
 * @throws StudioError as `checkGraph` does
 */
export async function componentsOf(pack: Pack): Promise<PartsOfPack> {
  const { widths, clip, generator } = pack.manifest;
  const { formatVersion, id, title, description, license, attributions } = pack.manifest;
  const head = { formatVersion, id, title, description, license, attributions, files: {} };
  const bare = {
    clip: { ...head, kind: 'clip', widths: { clip: widths.clip }, clip },
    generator: { ...head, kind: 'generator', widths: { z: widths.z, w: widths.w }, generator },
  } as const;
  const [clipFiles, generatorFiles] = await Promise.all([
    filesOf(pack, bare.clip),
    filesOf(pack, bare.generator),
  ]);
  return {
    clip: new Component<'clip'>(pack.folder, { ...bare.clip, files: clipFiles }),
    generator: new Component<'generator'>(pack.folder, {
      ...bare.generator,
      files: generatorFiles,
    }),
  };
}

/** Of the files of a pack those that a part of it uses, weights beside graphs among them. */
async function filesOf(pack: Pack, part: ComponentManifest): Promise<ComponentManifest['files']> {
  const used = new Set(namedFiles(part));
  for (const { graph } of graphsOfComponent(part)) {
    checkGraph(await pack.readGraph(graph), graph, (file) => {
      used.add(file);
      return true;
    });
  }
  return Object.fromEntries(Object.entries(pack.manifest.files).filter(([name]) => used.has(name)));
}

/** Every file that the manifest names by what it is for. */
function namedFiles(manifest: ComponentManifest): string[] {
  return [
    ...graphsOfComponent(manifest).map(({ graph }) => graph),
    ...numbersOfComponent(manifest).map(({ file }) => file),
    ...(manifest.kind === 'clip' ? [manifest.clip.text.tokenizer] : []),
  ];
}

function requireListed(manifest: ComponentManifest): void {
  const unlisted = namedFiles(manifest).find((file) => !Object.hasOwn(manifest.files, file));
  if (unlisted === undefined) return;
  throw new StudioError('pack-not-a-pack', `It uses "${unlisted}" without listing it.`);
}
