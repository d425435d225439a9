import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import {
  PACK_FORMAT_VERSION,
  packManifestSchema,
  type PackManifest,
  PATH_ESCAPES,
} from '../../contract/pack.ts';

export const MANIFEST_FILE = 'pack.json';

/**
 * Reads and checks `pack.json` in `folder`.
 *
 * @throws StudioError `pack-not-a-pack`, `pack-newer-format` or `pack-path-escapes`
 */
export async function readManifest(folder: string): Promise<PackManifest> {
  const document = await readJson(path.join(folder, MANIFEST_FILE), folder);
  refuseNewerFormat(document, folder);
  const parsed = packManifestSchema.safeParse(document);
  if (!parsed.success) throw refusal(parsed.error, folder);
  refuseUnlistedFiles(parsed.data, folder);
  return parsed.data;
}

/** Every file that the parts of the pack use, as named in the manifest. */
export function usedFiles({ clip, flow, generator, directions, changes }: PackManifest): string[] {
  return [
    ...usedGraphs({ clip, flow, generator, changes }),
    ...usedNumbers({ clip, generator, directions, changes }).map(({ file }) => file),
    clip.text.tokenizer,
  ];
}

/** The files of bare float32 numbers among them, and how many numbers each holds. */
export function usedNumbers({
  clip,
  generator,
  directions,
  changes,
}: Pick<PackManifest, 'clip' | 'generator' | 'directions' | 'changes'>): {
  file: string;
  count: number;
}[] {
  const widths = widthsOf({ clip, generator });
  const latents = [generator.meanW, ...directions.map(({ vector }) => vector)];
  return [
    ...(clip.gap.shift ? [{ file: clip.gap.shift, count: widths.clip }] : []),
    ...latents.map((file) => ({ file, count: widths.w })),
    ...(changes?.cooccurrence
      ? [{ file: changes.cooccurrence, count: changes.attributes ** 2 }]
      : []),
  ];
}

/** The ONNX graphs among them. */
export function usedGraphs({
  clip,
  flow,
  generator,
  changes,
}: Pick<PackManifest, 'clip' | 'flow' | 'generator' | 'changes'>): string[] {
  return [
    clip.text.graph,
    clip.image.graph,
    ...(clip.gap.prior ? [clip.gap.prior] : []),
    flow.decode,
    flow.encode,
    generator.mapping,
    ...(generator.firming ? [generator.firming] : []),
    generator.synthesis,
    ...(generator.preview ? [generator.preview.graph] : []),
    ...(changes ? [changes.graph] : []),
  ];
}

/** How many numbers the vectors of each space have. */
export interface PackWidths {
  /** CLIP embeddings. */
  readonly clip: number;
  /** The mapping network's z. */
  readonly z: number;
  readonly w: number;
}

export function widthsOf({
  clip,
  generator,
}: Pick<PackManifest, 'clip' | 'generator'>): PackWidths {
  const { latentDim } = generator;
  return { clip: clip.embeddingDim, z: latentDim, w: latentDim };
}

async function readJson(file: string, folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    // A parser's own words quote what it read.
    const reason = cause instanceof SyntaxError ? 'is not JSON' : 'is missing';
    throw new StudioError(
      'pack-not-a-pack',
      `${folder} is no model pack: its pack.json ${reason}.`,
      {
        cause,
      },
    );
  }
}

function refuseNewerFormat(document: unknown, folder: string): void {
  const version = z.object({ formatVersion: z.int() }).safeParse(document).data?.formatVersion;
  if (version !== undefined && version > PACK_FORMAT_VERSION) {
    throw new StudioError(
      'pack-newer-format',
      `The pack ${folder} has format ${version}; this studio reads formats up to ${PACK_FORMAT_VERSION}. ` +
        'Update the studio to use it.',
      { details: { formatVersion: version } },
    );
  }
}

function refusal(error: z.ZodError, folder: string): StudioError {
  const issues = error.issues.flatMap((issue) =>
    issue.code === 'invalid_key' ? issue.issues : issue,
  );
  const escaping = issues.find(
    (issue) => issue.code === 'custom' && issue.params?.['reason'] === PATH_ESCAPES,
  );
  if (escaping) {
    return new StudioError(
      'pack-path-escapes',
      `The pack ${folder} names a file outside its folder (at ${escaping.path.join('.')}). Nothing was loaded.`,
    );
  }
  return new StudioError(
    'pack-not-a-pack',
    `The pack ${folder} has a pack.json that does not fit the format:\n${z.prettifyError(error)}`,
  );
}

function refuseUnlistedFiles(manifest: PackManifest, folder: string): void {
  const unlisted = usedFiles(manifest).find((file) => !Object.hasOwn(manifest.files, file));
  if (unlisted) {
    throw new StudioError(
      'pack-not-a-pack',
      `The pack ${folder} uses "${unlisted}" without listing its size and hash under "files".`,
    );
  }
}
