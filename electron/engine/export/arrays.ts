import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ArrayName, ArraysExport } from '../../contract/export-kinds.ts';
import type { Generation } from '../../contract/generation.ts';
import type { Latents } from '../../contract/latents.ts';
import { publishFolder } from '../storage/publish.ts';
import { NpyWriter } from './npy.ts';
import { type ExportParts, forEachPortrait, type PortraitWork } from './portraits.ts';

/** One array of an export: the rows of portraits whose numbers mean the same. */
interface ArrayFile {
  readonly file: string;
  readonly holds: ArrayName;
  /** Of one row. */
  readonly shape: readonly number[];
  /** Identity of the space that the numbers are in (docs/glossary.md). */
  readonly space: string;
  /** The portrait of each row. */
  readonly ids: string[];
  readonly writer: NpyWriter;
}

/** What a portrait has to give to an array. */
interface PortraitArray {
  readonly holds: ArrayName;
  readonly shape: readonly number[];
  readonly space: string;
  readonly numbers: Float32Array;
}

/**
 * Writes portraits as NumPy arrays and an `index.json` into a folder, which appears whole or not at all. Numbers of
 * several spaces, which cannot be compared, become an array each; the first has the plain name. A portrait that cannot
 * be read is passed over and told.
 *
 * @param target path of the folder
 * @returns the folder it became
 * @throws StudioError `cancelled`, `file-exists`, `disk-full`, `access-denied`, and where no portrait could be read,
 *   why
 */
export async function exportArrays(
  ids: readonly string[],
  target: string,
  { arrays: wanted, ifExists }: Pick<ArraysExport, 'arrays' | 'ifExists'>,
  { reader, licenseOf, widthOf }: ExportParts,
  work: PortraitWork = {},
): Promise<string> {
  return publishFolder(target, ifExists, async (draft) => {
    const files: ArrayFile[] = [];
    const portraits: object[] = [];
    try {
      await forEachPortrait(
        ids,
        work,
        async (id) => {
          const generation = reader.get(id);
          const { pack } = generation;
          const [embedding, latents] = [reader.embedding(id), reader.findLatents(id)];
          const given = arraysOf(generation, embedding, latents, await widthOf?.(pack));
          return { generation, given, license: await licenseOf?.(pack) };
        },
        async ({ generation: { id, prompt, seed, pack }, given, license }) => {
          portraits.push({ id, prompt, seed, pack, license });
          for (const array of given.filter(({ holds }) => wanted.includes(holds))) {
            const file =
              files.find((other) => isAlike(other, array)) ?? (await begin(array, files, draft));
            await file.writer.add(array.numbers);
            file.ids.push(id);
          }
        },
      );
      for (const { writer } of files) await writer.finish();
    } catch (thrown) {
      await Promise.allSettled(files.map(({ writer }) => writer.close()));
      throw thrown;
    }
    const arrays = files.map(({ file, holds, shape, space, ids: rows }) => {
      return { file, holds, shape: [rows.length, ...shape], space, ids: rows };
    });
    const index = { format: 'clip-flow-studio/arrays', version: 1, arrays, portraits };
    await writeFile(path.join(draft, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  });
}

/**
 * @param width of one w; where it is not known, w⁺ cannot be told from w and stays one row of numbers
 */
function arraysOf(
  { spaces }: Generation,
  embedding: Float32Array,
  latents: Latents | null,
  width?: number,
): PortraitArray[] {
  const seen: PortraitArray = {
    ...{ holds: 'embedding', shape: [embedding.length] },
    ...{ space: spaces.embedding, numbers: embedding },
  };
  // Nothing that the studio knows has drawn it.
  if (latents === null) return [seen];
  const { w } = latents;
  const layers = w.length / (width ?? w.length);
  const latent = { space: spaces.latent, numbers: w };
  return [
    seen,
    layers === 1
      ? { holds: 'w', shape: [w.length], ...latent }
      : { holds: 'w-plus', shape: [layers, w.length / layers], ...latent },
  ];
}

function isAlike(file: ArrayFile, array: PortraitArray): boolean {
  return (
    file.holds === array.holds &&
    file.space === array.space &&
    file.shape.join() === array.shape.join()
  );
}

async function begin(
  { holds, shape, space }: PortraitArray,
  files: ArrayFile[],
  draft: string,
): Promise<ArrayFile> {
  const before = files.filter((file) => file.holds === holds).length;
  const file = `${holds}${before > 0 ? `-${before + 1}` : ''}.npy`;
  const writer = await NpyWriter.create(path.join(draft, file), shape);
  const begun = { file, holds, shape, space, ids: [], writer };
  files.push(begun);
  return begun;
}
