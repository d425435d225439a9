/** Pictures that are offered to the library, by what stands at some paths: files, folders and ZIP archives. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isPicturePath } from '../../contract/bring-in.ts';
import { StudioError } from '../../contract/errors.ts';
import { fileBytes, fileHead, fileSize } from '../images/picture-file.ts';
import { HEAD_BYTES, kindOf } from '../images/signatures.ts';
import { LibraryFolder } from '../library/folder.ts';
import { isLibrary } from '../library/library.ts';
import { readError, storageErrorCode } from '../storage/errors.ts';
import { filesBelow } from '../storage/files-below.ts';
import { offerArchive } from './archive.ts';
import { faultAt, type Offer, requireSize } from './offered.ts';

/**
 * Looks through paths, without reading pictures. What is in the way of one file is told of that file.
 *
 * @throws StudioError `file-not-found`, `access-denied` for a path of its own at which nothing can be read
 */
export async function openOffer(paths: readonly string[]): Promise<Offer> {
  const offers: Offer[] = [];
  const close = async () => {
    for (const offer of offers) await offer.close();
  };
  try {
    for (const one of paths) offers.push(await offerAt(path.resolve(one)));
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    pictures: offers.flatMap(({ pictures }) => pictures),
    unreadable: offers.flatMap(({ unreadable }) => unreadable),
    passedOver: offers.reduce((sum, { passedOver }) => sum + passedOver, 0),
    close,
  };
}

async function offerAt(at: string): Promise<Offer> {
  const status = await stat(at).catch((thrown: unknown) => {
    if (storageErrorCode(thrown) !== 'file-not-found') throw readError(thrown, at);
    throw new StudioError('file-not-found', `There is nothing at ${at}. Nothing was brought in.`);
  });
  if (status.isDirectory()) return offerFolder(at);
  const isZip = kindOf(await fileHead(at, HEAD_BYTES))?.format === 'zip';
  return isZip ? offerArchive(at) : offerFiles(path.dirname(at), [at]);
}

/** Of a library the portraits; their thumbnails and the like are no pictures of their own. */
async function offerFolder(folder: string): Promise<Offer> {
  const root = (await isLibrary(folder)) ? new LibraryFolder(folder).pictures : folder;
  const { files, unreadable } = await filesBelow(root);
  const pictures = files.filter((file) => isPicturePath(nameIn(root, file)));
  return {
    ...offerFiles(root, pictures.toSorted()),
    unreadable: unreadable.map((below) => {
      const fault = new StudioError('access-denied', `${below} cannot be looked into.`);
      return faultAt(nameIn(root, below), fault);
    }),
    passedOver: files.length - pictures.length,
  };
}

function offerFiles(root: string, files: readonly string[]): Offer {
  return {
    pictures: files.map((file) => ({
      name: nameIn(root, file),
      read: async () => {
        requireSize(file, await fileSize(file));
        return fileBytes(file);
      },
    })),
    ...{ unreadable: [], passedOver: 0 },
    close: () => Promise.resolve(),
  };
}

function nameIn(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join('/');
}
