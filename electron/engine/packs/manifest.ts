import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import {
  MANIFEST_FILE,
  PACK_FORMAT_VERSION,
  packManifestSchema,
  type PackManifest,
  PATH_ESCAPES,
} from '../../contract/pack.ts';
import { LruCache } from '../jobs/lru-cache.ts';
import { storageErrorCode } from '../storage/errors.ts';
import { FileTooLargeError, NotAFileError, readRegular } from '../storage/regular-file.ts';
import { graphsOf } from './graphs.ts';
import { parseJson } from './json.ts';
import { upgradeManifest } from './upgrade.ts';

/** Thirty times that of the pack with the most to say. */
export const MAX_MANIFEST_BYTES = 1_000_000;
/** A manifest in which everything is wrong is told by its first problems. */
const PROBLEMS_TOLD = 10;

/** Of as many packs as somebody may have. */
const REMEMBERED = 32;

/**
 * Manifests that were checked last, by their folder and the hash of their bytes: while a studio opens one is asked for ten times, and
 * checking it takes longer than everything else there.
 */
const checked = new LruCache<PackManifest>(REMEMBERED);

/**
 * Reads and checks `pack.json` in `folder`, of the newest format or an earlier one.
 *
 * @throws StudioError `pack-not-a-pack`, `pack-newer-format` or `pack-path-escapes`
 */
export async function readManifest(folder: string): Promise<PackManifest> {
  return readingPack(folder, async () => {
    const bytes = await readRegular(path.join(folder, MANIFEST_FILE), MAX_MANIFEST_BYTES);
    const hash = createHash('sha256').update(bytes).digest('base64');
    return checked.get(`${hash} ${folder}`, async () => checkManifest(parseJson(bytes), folder));
  });
}

function checkManifest(document: unknown, folder: string): PackManifest {
  refuseNewerFormat(document, folder);
  const parsed = packManifestSchema.safeParse(upgradeManifest(document));
  if (!parsed.success) throw refusal(parsed.error, folder);
  refuseUnlistedFiles(parsed.data, folder);
  return parsed.data;
}

/** Every file that the parts of the pack use, as named in the manifest. */
export function usedFiles(manifest: PackManifest): string[] {
  const { clip, flow, vocabulary, styles } = manifest;
  return [
    ...graphsOf(manifest).map(({ graph }) => graph),
    ...usedNumbers(manifest).map(({ file }) => file),
    clip.text.tokenizer,
    ...(flow.bank === undefined ? [] : [flow.bank.embeddings]),
    ...(vocabulary === undefined ? [] : [vocabulary]),
    ...styles.map(({ sample }) => sample),
  ];
}

/** The files of bare float32 numbers among them, and how many numbers each holds. */
export function usedNumbers({
  widths,
  clip,
  flow,
  generator,
  directions,
  attributes,
}: PackManifest): { file: string; count: number }[] {
  const latents = [generator.meanW, ...directions.map(({ vector }) => vector)];
  return [
    ...(clip.gap.shift ? [{ file: clip.gap.shift, count: widths.clip }] : []),
    ...(flow.bank ? [{ file: flow.bank.textMean, count: widths.clip }] : []),
    ...latents.map((file) => ({ file, count: widths.w })),
    ...(attributes?.cooccurrence
      ? [{ file: attributes.cooccurrence, count: attributes.count ** 2 }]
      : []),
  ];
}

async function readingPack<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StudioError) throw cause;
    throw new StudioError(
      'pack-not-a-pack',
      `${folder} is no model pack: its pack.json ${whyUnread(cause)}.`,
      { cause },
    );
  }
}

/** Nothing of the file itself is told: it may be one that somebody else must not read. */
function whyUnread(cause: unknown): string {
  if (cause instanceof SyntaxError) return 'is not JSON';
  if (cause instanceof NotAFileError) return 'is no file';
  if (cause instanceof FileTooLargeError) return `has more than ${MAX_MANIFEST_BYTES} bytes`;
  return storageErrorCode(cause) === 'access-denied' ? 'may not be read' : 'is missing';
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
    `The pack ${folder} has a pack.json that does not fit the format:\n${problemsOf(issues)}`,
  );
}

function problemsOf(issues: z.core.$ZodIssue[]): string {
  return z.prettifyError(new z.ZodError(issues.slice(0, PROBLEMS_TOLD)));
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
