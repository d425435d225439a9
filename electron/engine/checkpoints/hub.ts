/**
 * CLIPs from a model hub with Hugging Face's interface. Nothing is asked of the network but what an artist asked
 * for; what is to be downloaded, and under which licence, can be shown before.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { hubNameSchema, hubRevisionSchema } from '../../contract/hub.ts';
import { MAX_PACK_BYTES, packPathSchema } from '../../contract/pack.ts';
import { type OnProgress, type ProgressTracker, trackProgress } from '../../contract/progress.ts';
import { storageErrorCode } from '../storage/errors.ts';
import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { regularSize } from '../storage/regular-file.ts';
import { UNKNOWN_LICENSE } from './clip-card.ts';
import { chooseTowers, filesOfClip, variantsOf } from './clip-files.ts';
import { get, getJson, unreachable } from './hub-http.ts';
import { unsupported } from './refusal.ts';

const HUB = 'https://huggingface.co';

const modelSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z
    .object({ license: z.string().nullish(), license_name: z.string().nullish() })
    .nullish()
    .catch(null),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().nonnegative().nullish(),
      blobId: z.string().nullish(),
      lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
    }),
  ),
});
type Sibling = z.infer<typeof modelSchema>['siblings'][number];

/** A file of a model. Large ones are known by their SHA-256, small ones by the id that git gives them. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | undefined;
  readonly gitId: string | undefined;
}

/** What would be downloaded. */
export interface HubModel {
  readonly repository: string;
  /** The commit, so that what is downloaded is what was shown. */
  readonly revision: string;
  readonly title: string;
  readonly license: string;
  /** Where an artist can read about it. */
  readonly page: string;
  readonly files: readonly HubFile[];
  readonly bytes: number;
  /** Precisions that there are, the best first (`variantsOf`). */
  readonly variants: readonly string[];
}

export interface FindOptions {
  /** A branch, tag or commit. */
  readonly revision?: string | undefined;
  /** Graphs of another precision than the best there is (`chooseTowers`). */
  readonly variant?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks a hub about a CLIP, and for nothing of its files.
 *
 * @param repository an owner and a name, such as `Xenova/clip-vit-base-patch32`
 * @throws StudioError `invalid-argument`, `network-unreachable`, `network-refused`, `checkpoint-invalid`,
 *   `checkpoint-unsupported`
 */
export async function findModel(
  repository: string,
  { revision = 'main', variant, signal }: FindOptions = {},
): Promise<HubModel> {
  requireNames(repository, revision);
  const url = new URL(`${endpoint()}/api/models/${repository}/revision/${revision}?blobs=true`);
  const { data } = modelSchema.safeParse(await getJson(url, { signal }));
  if (!data) throw unreachable(url, 'what answers there is no model hub');
  const siblings = data.siblings.filter(
    ({ rfilename }) => packPathSchema.safeParse(rfilename).success,
  );
  const names = siblings.map(({ rfilename }) => rfilename);
  const wanted = new Set(filesOfClip(names, chooseTowers(names, repository, variant)));
  const files = siblings.filter(({ rfilename }) => wanted.has(rfilename)).map(fileOf);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > MAX_PACK_BYTES) throw unsupported(repository, 'it is larger than a pack may be');
  const { license, license_name } = data.cardData ?? {};
  return {
    ...{ repository, revision: data.sha, title: repository, files, bytes },
    license: (license === 'other' ? license_name : license) ?? license ?? UNKNOWN_LICENSE,
    variants: variantsOf(names),
    page: `${endpoint()}/${repository}`,
  };
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Task `import`, counted in bytes. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Downloads a model. What was downloaded at an earlier try into the same folder is kept and gone on from: files
 * that are whole have their names, those that are not end in `.part`.
 *
 * @param folder where `importClip` finds it afterwards
 * @throws StudioError `network-unreachable`, `network-refused`, `network-corrupt`, and the system's errors
 */
export async function downloadModel(
  model: HubModel,
  folder: string,
  { signal, onProgress }: DownloadOptions = {},
): Promise<void> {
  const progress = trackProgress('import', model.bytes, onProgress);
  for (const file of model.files) {
    throwIfCancelled(signal);
    await downloadFile(model, file, path.join(folder, file.path), progress, signal);
  }
  progress.finish();
}

async function downloadFile(
  { repository, revision }: HubModel,
  file: HubFile,
  target: string,
  progress: ProgressTracker,
  signal: AbortSignal | undefined,
): Promise<void> {
  if ((await regularSize(target)) === file.bytes) return progress.advance(file.bytes);
  await makeFolder(path.dirname(target), PRIVATE_FOLDER);
  const part = `${target}.part`;
  const url = new URL(`${endpoint()}/${repository}/resolve/${revision}/${encodeURI(file.path)}`);
  if (((await regularSize(part)) ?? 0) > file.bytes) await rm(part);
  const before = (await regularSize(part)) ?? 0;
  progress.advance(before);
  if (before < file.bytes || file.bytes === 0)
    await fetchRest(url, part, before, file, progress, signal);
  await requireWhole(part, file, url);
  await rename(part, target);
}

/** Adds what is missing; all of it where the hub does not give parts. */
async function fetchRest(
  url: URL,
  part: string,
  before: number,
  { bytes }: HubFile,
  progress: ProgressTracker,
  signal: AbortSignal | undefined,
): Promise<void> {
  const headers: Record<string, string> = before > 0 ? { range: `bytes=${before}-` } : {};
  const response = await get(url, { headers, signal });
  const goesOn = response.statusCode === 206;
  const room = goesOn ? bytes - before : bytes;
  const counted = async function* (content: AsyncIterable<Buffer>) {
    let taken = 0;
    for await (const chunk of content) {
      taken += chunk.length;
      if (taken > room) throw corrupt(url, 'more came than the hub had said');
      if (goesOn || taken > before) progress.advance(chunk.length);
      yield chunk;
    }
  };
  try {
    const out = createWriteStream(part, { flags: goesOn ? 'a' : 'w', mode: PRIVATE_FILE });
    await pipeline(response, counted, out, { signal });
  } catch (thrown) {
    if (thrown instanceof StudioError || signal?.aborted) throw thrown;
    // Of the disk, unless it is of the connection.
    const isCut = response.errored !== null && response.errored !== undefined;
    if (!isCut && storageErrorCode(thrown)) throw thrown;
    throw unreachable(url, 'the connection was cut', thrown);
  }
}

/** What is there and wrong is removed: going on from it would never end well. */
async function requireWhole(
  part: string,
  { bytes, sha256, gitId }: HubFile,
  url: URL,
): Promise<void> {
  if ((await regularSize(part)) !== bytes) throw unreachable(url, 'the connection was cut');
  const hash = createHash(sha256 === undefined ? 'sha1' : 'sha256');
  if (sha256 === undefined) hash.update(`blob ${bytes}\0`);
  await pipeline(createReadStream(part, { highWaterMark: 1 << 20 }), hash);
  const found = hash.digest('hex');
  if (found === (sha256 ?? gitId)) return;
  await rm(part);
  throw corrupt(url, 'it is not what the hub had said');
}

function fileOf({ rfilename, size, blobId, lfs }: Sibling): HubFile {
  if (size === null || size === undefined || (!lfs && !blobId)) {
    throw unsupported(rfilename, 'the hub does not say how large it is, or what its hash is');
  }
  return { path: rfilename, bytes: size, sha256: lfs?.sha256, gitId: blobId ?? undefined };
}

function requireNames(repository: string, revision: string): void {
  if (hubNameSchema.safeParse(repository).success && hubRevisionSchema.safeParse(revision).success)
    return;
  throw new StudioError(
    'invalid-argument',
    'A model is named by its owner and its name, such as "somebody/clip", and a revision by a branch, tag or commit.',
  );
}

/** Another hub, such as one of the artist's own house. */
function endpoint(): string {
  const named = process.env['HF_ENDPOINT'];
  if (named === undefined || named === '') return HUB;
  if (/^https?:/.test(named) && URL.canParse(named)) return named.replace(/\/+$/, '');
  throw new StudioError('invalid-argument', 'HF_ENDPOINT is not the address of a model hub.');
}

function corrupt(url: URL, why: string): StudioError {
  const name = path.posix.basename(url.pathname);
  return new StudioError(
    'network-corrupt',
    `${name} did not arrive as it was sent: ${why}. It was not kept; try again, or look who is in between.`,
  );
}
