import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { PackRef } from '../../contract/generation.ts';
import { MANIFEST_FILE, type PackManifest } from '../../contract/pack.ts';
import { graphsOf } from '../packs/graphs.ts';
import { MAX_MANIFEST_BYTES, usedFiles } from '../packs/manifest.ts';
import type { Pack } from '../packs/pack.ts';
import { listPacks, manifestIn, type PackListing } from '../packs/registry.ts';
import { removeModel } from '../packs/remove.ts';
import { besideOf, type DrawnBy, folderOf } from '../packs/spaces.ts';
import { isSystemError, writeError } from '../storage/errors.ts';
import { makeFolder, PRIVATE_FILE, PRIVATE_FOLDER } from '../storage/make-folder.ts';
import { keepFile, withDraft } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';

/** How much a library keeps of packs. */
export interface KeptSize {
  readonly packs: number;
  /** What several of them share is counted once. */
  readonly bytes: number;
}

/** What a library keeps of one edition of a pack. */
export interface KeptPack {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly license: string;
  readonly folder: string;
  /** Of all its files, those among them that others share. */
  readonly bytes: number;
}

/** Where there are no links from one file to another, or none more. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EXDEV', 'EMLINK', 'EACCES'];

/**
 * What a library keeps of the packs that its portraits were drawn with, so that an update of one takes nothing
 * away: `models/<hash>/`, a pack with all that draws and edits, without previews, samples and documents, called
 * by the hash of its manifest. What two of them share is on the disk once, where its file system knows links.
 */
export class KeptPacks {
  readonly #folder: string;
  readonly #mayWrite: () => boolean;
  /** Those that are there, or on their way there. */
  readonly #keeping = new Map<Pack, Promise<void>>();
  #size: Promise<KeptSize> | undefined;

  /** @param library root folder of the library */
  constructor(library: string, mayWrite: () => boolean) {
    this.#folder = path.join(library, 'models');
    this.#mayWrite = mayWrite;
  }

  /**
   * Keeps what the portraits of a pack need to be drawn again, once.
   *
   * @throws StudioError `disk-full`, `access-denied`
   */
  keep(pack: Pack): Promise<void> {
    if (!this.#mayWrite() || pack.folder.startsWith(this.#folder + path.sep)) {
      return Promise.resolve();
    }
    const known = this.#keeping.get(pack);
    if (known) return known;
    const keeping = this.#keep(pack).catch((thrown: unknown) => {
      this.#keeping.delete(pack);
      throw writeError(thrown, 'What the portraits need of their pack');
    });
    this.#keeping.set(pack, keeping);
    return keeping;
  }

  /** Waits for what is being kept, however that ends. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#keeping.values());
  }

  /** The folder of the kept pack that drew something; null where there is none that is whole. */
  async find(portrait: DrawnBy): Promise<string | null> {
    await this.settled();
    return folderOf(portrait, await listPacks([this.#folder]));
  }

  /** What a kept pack says of itself; undefined for one that is not there. */
  async manifestOf(pack: PackRef): Promise<PackManifest | undefined> {
    await this.settled();
    return manifestIn(await listPacks([this.#folder]), pack);
  }

  async list(): Promise<KeptPack[]> {
    await this.settled();
    const kept = await listPacks([this.#folder]);
    return kept.flatMap(({ folder, manifest }) => {
      if (!manifest) return [];
      const { id, version, title, license, files } = manifest;
      const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
      return [{ id, version, title, license, folder, bytes }];
    });
  }

  /**
   * Removes all that is kept. Portraits that are drawn from now on have it kept again.
   *
   * @throws StudioError `library-read-only`, `access-denied`
   */
  async clear(): Promise<void> {
    this.#requireWritable();
    await this.settled();
    this.#keeping.clear();
    this.#size = undefined;
    for (const { folder } of await listPacks([this.#folder])) await removeModel(folder);
  }

  size(): Promise<KeptSize> {
    this.#size ??= this.#measure();
    return this.#size;
  }

  #requireWritable(): void {
    if (this.#mayWrite()) return;
    throw new StudioError(
      'library-read-only',
      'The library may only be read. Nothing was removed; allow writing to its folder and try again.',
    );
  }

  async #measure(): Promise<KeptSize> {
    const kept = await listPacks([this.#folder]);
    const files = kept.flatMap(({ manifest }) => Object.values(manifest?.files ?? {}));
    const bytes = new Map(files.map((file) => [file.sha256, file.bytes]));
    return { packs: kept.length, bytes: [...bytes.values()].reduce((sum, one) => sum + one, 0) };
  }

  async #keep(pack: Pack): Promise<void> {
    const manifest = await keptManifest(pack);
    const text = JSON.stringify(manifest);
    const folder = path.join(this.#folder, createHash('sha256').update(text).digest('hex'));
    const kept = await listPacks([this.#folder]);
    const there = kept.find((one) => one.folder === folder);
    if (there?.problem === null) return;
    if (there) await rm(folder, { recursive: true });
    await makeFolder(this.#folder, PRIVATE_FOLDER);
    await withDraft(folder, async (draft) => {
      await mkdir(draft, PRIVATE_FOLDER);
      for (const [name, { sha256 }] of Object.entries(manifest.files)) {
        const target = path.join(draft, name);
        await makeFolder(path.dirname(target), PRIVATE_FOLDER);
        await bring(target, pack.file(name), fileOf(sha256, kept));
      }
      await keepFile(path.join(draft, MANIFEST_FILE), text);
      await rename(draft, folder).catch(unlessThere);
    });
    this.#size = undefined;
  }
}

const documentSchema = z.looseObject({
  generator: z.looseObject({}),
  files: z.record(z.string(), z.looseObject({ sha256: z.string() })),
});

/** A pack's manifest without what portraits do not need. */
async function keptManifest(pack: Pack): Promise<z.infer<typeof documentSchema>> {
  const bytes = await readRegular(pack.file(MANIFEST_FILE), MAX_MANIFEST_BYTES);
  const document = documentSchema.parse(JSON.parse(bytes.toString('utf8')));
  const needed = neededFiles(pack.manifest);
  const files = Object.entries(document.files).filter(([name]) => needed.has(name));
  return { ...withoutPreview(document), files: Object.fromEntries(files) };
}

function withoutPreview<T extends { generator: { preview?: unknown } }>(manifest: T): T {
  const { generator } = manifest;
  return { ...manifest, generator: { ...generator, preview: undefined } };
}

function neededFiles(whole: PackManifest): Set<string> {
  const manifest = withoutPreview(whole);
  const beside = graphsOf(manifest).flatMap(({ graph }) => besideOf(graph, manifest));
  const needed = new Set([...usedFiles(manifest), ...beside]);
  // Not used, and therefore taken for numbers of the graph beside it.
  if (whole.generator.preview) needed.delete(whole.generator.preview.graph);
  return needed;
}

/** A file of that content in the library. */
function fileOf(sha256: string, kept: readonly PackListing[]): string | undefined {
  for (const { folder, manifest, problem } of kept) {
    if (!manifest || problem !== null) continue;
    const [name] = Object.entries(manifest.files).find(([, file]) => file.sha256 === sha256) ?? [];
    if (name !== undefined) return path.join(folder, name);
  }
  return undefined;
}

/**
 * Links a file that the library has; else copies the pack's, sharing its blocks where the file system can. A
 * link to a file outside would share its owner and its rights, which are not the library's to change.
 */
async function bring(target: string, source: string, own: string | undefined): Promise<void> {
  if (own !== undefined && (await linked(own, target))) return;
  await copyFile(own ?? source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await chmod(target, PRIVATE_FILE);
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (isSystemError(thrown, ...NO_LINKS)) return false;
    throw thrown;
  }
}

/** Another process may have kept the same meanwhile. */
function unlessThere(thrown: unknown): void {
  if (isSystemError(thrown, 'ENOTEMPTY', 'EEXIST')) return;
  throw thrown;
}
