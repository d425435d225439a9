import path from 'node:path';
import { type Board, tagKey } from '../../contract/arrange.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import type { PortraitStory } from '../../contract/export.ts';
import type { Merged } from '../../contract/library.ts';
import { trackProgress } from '../../contract/progress.ts';
import { readStory } from '../images/metadata/story.ts';
import { filesBelow } from '../storage/files-below.ts';
import { keepFile } from '../storage/publish.ts';
import { readRegular } from '../storage/regular-file.ts';
import { type Arranged, lastPlaceOn, UNARRANGED } from './arranged.ts';
import type { WorkOptions } from './backup.ts';
import type { Connection } from './connection.ts';
import { doubleOf } from './doubles.ts';
import { KEPT_BESIDE } from './folder.ts';
import type { LibraryReader } from './reader.ts';
import type { LibraryWriter } from './writer.ts';

/** The library that takes another one in. */
export interface MergeParts {
  readonly root: string;
  readonly connection: Connection;
  readonly reader: LibraryReader;
  readonly writer: LibraryWriter;
}

/** The other one, which is only read. */
export interface MergeSource {
  readonly root: string;
  readonly reader: LibraryReader;
}

/**
 * Takes in what another library holds and this one does not, with how it is arranged: ratings, labels, notes,
 * tags, stars, the trash and boards. Boards of one name are one. Of a portrait that both have, by its id or
 * because it is made of the same, this library's stays, and is given what the other's has and it lacks: tags and
 * boards, a rating, a label, a note or a star where it has none, and its picture where it is gone or damaged. Each portrait is taken in whole or not at all;
 * done again, it goes on where it was broken off. The other library is not changed.
 */
export async function merge(
  parts: MergeParts,
  source: MergeSource,
  { signal, onProgress }: WorkOptions,
): Promise<Merged> {
  parts.writer.requireWritable();
  if (parts.root === source.root) throw isItself(parts.root);
  await bringBeside(parts, source);
  const boards = takeBoards(parts, source);
  const merged = {
    ...{ added: 0, doubles: 0, mended: 0, boards: boards.made },
    missed: new Array<string>(),
  };
  const ids = source.reader.ids();
  const progress = trackProgress('merge', ids.length, onProgress);
  for (const id of ids) {
    throwIfCancelled(signal);
    const theirs = boards.placed(source.reader.arranged(id) ?? UNARRANGED);
    const outcome = await takeOne(id, theirs, parts, source);
    if (outcome === 'missed') merged.missed.push(id);
    else merged[outcome] += 1;
    // What was mended was here already.
    if (outcome === 'mended') merged.doubles += 1;
    progress.advance();
  }
  progress.finish();
  return merged;
}

async function takeOne(
  id: string,
  theirs: Arranged,
  parts: MergeParts,
  source: MergeSource,
): Promise<'added' | 'doubles' | 'mended' | 'missed'> {
  const { writer } = parts;
  const { reader } = source;
  if (parts.reader.has(id)) {
    writer.arranger.complete(id, theirs, false);
    return (await mend(id, parts, source)) ? 'mended' : 'doubles';
  }
  const picture = await reader.picture(id).catch(() => null);
  const story = picture && storyOf(picture, id);
  if (!picture || !story) return 'missed';
  const double = doubleOf(parts.connection, story);
  if (double !== null) {
    writer.arranger.complete(double, theirs, false);
    return 'doubles';
  }
  const thumbnail = await reader.thumbnail(id).catch(() => null);
  await writer.takeIn(story, picture, thumbnail, theirs);
  return 'added';
}

/** Puts the other library's picture where this one's is gone or damaged. */
async function mend(id: string, parts: MergeParts, source: MergeSource): Promise<boolean> {
  if (await wholePicture(id, parts.reader)) return false;
  const picture = await wholePicture(id, source.reader);
  if (!picture) return false;
  await parts.writer.putBack(id, picture);
  return true;
}

/** Null where there is none that can be read, or that of another portrait. */
async function wholePicture(id: string, reader: LibraryReader): Promise<Uint8Array | null> {
  const bytes = await reader.picture(id).catch(() => null);
  return bytes && storyOf(bytes, id) ? bytes : null;
}

/** References, models and the like, under the names they have there. What is here already stays. */
async function bringBeside(parts: MergeParts, source: MergeSource): Promise<void> {
  for (const beside of KEPT_BESIDE) {
    const [from, to] = [path.join(source.root, beside), path.join(parts.root, beside)];
    const here = new Set((await filesBelow(to)).files.map((file) => path.relative(to, file)));
    for (const file of (await filesBelow(from)).files) {
      const name = path.relative(from, file);
      if (!here.has(name)) await keepFile(path.join(to, name), await readRegular(file));
    }
  }
}

/** Makes the boards that are not here yet, those that hold others first. */
function takeBoards({ connection, reader, writer }: MergeParts, source: MergeSource) {
  const places = new Map<string, { readonly here: string; readonly from: number }>();
  let made = 0;
  for (const board of source.reader.boards()) {
    const parent = board.parent === null ? null : (places.get(board.parent)?.here ?? null);
    const known = sameBoard(reader.boards(), board, parent);
    const here = known ?? writer.arranger.createBoard({ name: board.name, parent }).board;
    if (!known) {
      made += 1;
      if (board.cover !== null) writer.arranger.moveBoard({ id: here.id, cover: board.cover });
    }
    places.set(board.id, { here: here.id, from: lastPlaceOn(connection, here.id) });
  }
  /** Theirs come after what lies on a board here, in their order. */
  const placed = (theirs: Arranged): Arranged => {
    const all = Object.entries(theirs.places).flatMap(([board, position]) => {
      const place = places.get(board);
      return place ? [[place.here, place.from + Math.max(position, 0)] as const] : [];
    });
    return { ...theirs, places: Object.fromEntries(all) };
  };
  return { made, placed };
}

function sameBoard(here: readonly Board[], board: Board, parent: string | null): Board | undefined {
  return here.find((one) => one.parent === parent && tagKey(one.name) === tagKey(board.name));
}

/** Null for what is damaged, or another portrait's. */
function storyOf(picture: Uint8Array, id: string): PortraitStory | null {
  try {
    const story = readStory(picture);
    return story?.generation.id === id ? story : null;
  } catch {
    return null;
  }
}

function isItself(root: string): StudioError {
  return new StudioError(
    'invalid-argument',
    `${root} is this library itself. Nothing was changed; name another one.`,
  );
}
