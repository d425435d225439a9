import { createHash } from 'node:crypto';
import type { PackRef } from '../../contract/generation.ts';
import type { PackManifest } from '../../contract/pack.ts';
import type { PackSpaces, Spaces } from '../../contract/spaces.ts';
import { usedFiles } from './manifest.ts';
import type { PackListing } from './registry.ts';

/**
 * The spaces of a pack, each by the hash of what makes it: two packs, or two editions of one, that embed,
 * draw or decode alike share the space, whatever else they differ in.
 */
export function spacesOf(manifest: PackManifest): Spaces {
  const { clip, flow, generator, widths } = manifest;
  const { graph, size, mean, std, interpolation, fit, resize } = clip.image;
  // Left out of the hash where it is what it was before there was a choice.
  const fitted = [...(fit === 'crop' ? [] : [fit]), ...(resize === undefined ? [] : [resize])];
  const { synthesis, projection, layers, pixelRange } = generator;
  const file = (name: string | undefined) => (name === undefined ? [] : contentOf(name, manifest));
  return {
    embedding: hashOf(['embedding', file(graph), size, mean, std, interpolation, ...fitted]),
    latent: hashOf(['latent', file(synthesis), file(projection), layers, widths.w, pixelRange]),
    flow: hashOf(['flow', flow.kind, file(flow.decode), file(flow.encode)]),
  };
}

/** Which pack drew a portrait, and in which spaces. */
export interface DrawnBy {
  readonly pack: PackRef;
  readonly spaces: Spaces;
}

/** The folder of the pack that drew something, of that edition and drawing the same; null where none is sound. */
export function folderOf(
  { pack, spaces }: DrawnBy,
  listings: readonly PackListing[],
): string | null {
  const found = listings.find(
    ({ manifest, problem }) =>
      problem === null &&
      manifest?.id === pack.id &&
      manifest.version === pack.version &&
      spacesOf(manifest).latent === spaces.latent,
  );
  return found?.folder ?? null;
}

/** What a pack tells of its spaces and of those of its earlier editions. */
export function spacesToldBy(manifest: PackManifest): PackSpaces[] {
  const { id, version, predecessors = [] } = manifest;
  return [
    { id, version, spaces: spacesOf(manifest) },
    ...predecessors.map((earlier) => ({ id, ...earlier })),
  ];
}

/**
 * The hash of a graph, and of what it may keep its numbers in: the files of its folder that nothing else in
 * the manifest names.
 */
function contentOf(graph: string, manifest: PackManifest): string[] {
  const names = [graph, ...besideOf(graph, manifest)];
  return names.flatMap((name) => manifest.files[name]?.sha256 ?? []);
}

/** The files of a pack in which a graph may keep its numbers, in the order of their names. */
export function besideOf(graph: string, manifest: PackManifest): string[] {
  const folder = graph.slice(0, graph.lastIndexOf('/') + 1);
  const named = new Set(usedFiles(manifest));
  return Object.keys(manifest.files)
    .filter((name) => name.startsWith(folder) && !named.has(name))
    .sort();
}

/** JSON says the same of the same values: numbers and texts in lists, nothing in an order of its own. */
function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
