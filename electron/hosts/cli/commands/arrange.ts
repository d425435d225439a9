import type { BoardListing, Changed } from '../../../contract/arrange.ts';
import { count } from '../../../contract/count.ts';
import { StudioError, throwIfCancelled } from '../../../contract/errors.ts';
import { MAX_IDS } from '../../../contract/library.ts';
import type { StudioService } from '../../../contract/service.ts';
import { confirm } from '../confirm.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withLibrary } from '../session.ts';

/** Does something to portraits, and says how many were changed and how that is taken back. */
export async function change(
  options: GlobalOptions,
  act: (service: StudioService) => Promise<Changed>,
): Promise<void> {
  await withLibrary(options, async ({ service }) => printChanged(await act(service), options));
}

/** Removes for good what is in the trash. */
export async function emptyTrash({
  yes,
  ...options
}: GlobalOptions & { readonly yes?: boolean | undefined }): Promise<void> {
  await withLibrary(options, async ({ service, signal }) => {
    const inTrash = () => service.listIds({ trashed: true, limit: MAX_IDS });
    let page = await inTrash();
    const { total } = page;
    if (total > 0) await confirm(`Remove ${count(total, 'portrait')} for good?`, { yes, signal });
    let changed = 0;
    for (; page.ids.length > 0; page = await inTrash()) {
      throwIfCancelled(signal);
      changed += (await service.purge({ ids: page.ids })).changed;
    }
    print(options.json, { changed }, [`${count(changed, 'portrait')} removed for good`]);
  });
}

export async function listTags(options: GlobalOptions): Promise<void> {
  await withLibrary(options, async ({ service }) => {
    const tags = await service.tags({});
    const lines = tags.map(({ tag, count }) => `${tag}  ${count}`);
    print(options.json, { tags }, lines);
  });
}

export async function listBoards(options: GlobalOptions): Promise<void> {
  await withLibrary(options, async ({ service }) => {
    const boards = await service.boards({});
    const lines = boards.map(({ id, name, parent, count }) => {
      return `${id}  ${parent === null ? '' : '  '}${name}  ${count}`;
    });
    print(options.json, { boards }, lines);
  });
}

export async function createBoard(
  name: string,
  parent: string | undefined,
  options: GlobalOptions,
): Promise<void> {
  await withLibrary(options, async ({ service }) => {
    const within = parent === undefined ? null : await boardOf(service, parent);
    const made = await service.createBoard({ name, parent: within });
    print(options.json, made, [made.board.id]);
  });
}

/** Does something to one board, by its name or id. */
export async function changeBoard(
  which: string,
  options: GlobalOptions,
  act: (service: StudioService, id: string) => Promise<Changed>,
): Promise<void> {
  await withLibrary(options, async ({ service }) => {
    printChanged(await act(service, await boardOf(service, which)), options);
  });
}

interface Place {
  readonly parent?: string | undefined;
  readonly before?: string | undefined;
  readonly cover?: string | undefined;
}

export async function moveBoard(
  which: string,
  { parent, before, cover }: Place,
  options: GlobalOptions,
): Promise<void> {
  await changeBoard(which, options, async (service, id) => {
    const named = async (name: string | undefined) => {
      if (name === undefined) return undefined;
      return name === '' ? null : boardOf(service, name);
    };
    return service.moveBoard({
      id,
      parent: await named(parent),
      before: await named(before),
      cover,
    });
  });
}

function printChanged({ changed, undo }: Changed, { json }: GlobalOptions): void {
  const taken = undo === undefined ? '' : `  (undo ${undo})`;
  // Of a board it is no portrait that was changed.
  const what = changed === 0 && undo !== undefined ? 'Done' : `${changed} changed`;
  print(json, { changed, undo }, [what + taken]);
}

/**
 * @returns the id of the board of that id or name
 * @throws StudioError `not-found`, `invalid-argument` where several have the name
 */
export async function boardOf(service: StudioService, which: string): Promise<string> {
  const boards = await service.boards({});
  const named = boards.filter((board) => isCalled(board, which));
  const [only] = named;
  if (only && named.length === 1) return only.id;
  if (only) {
    throw new StudioError(
      'invalid-argument',
      `Several boards are called "${which}". Name one by its id; "clip-flow board list" shows them.`,
    );
  }
  throw new StudioError(
    'not-found',
    `There is no board "${which}"; "clip-flow board list" shows which there are. Nothing was changed.`,
  );
}

function isCalled({ id, name }: BoardListing, which: string): boolean {
  return id === which || name.toLowerCase() === which.normalize('NFC').toLowerCase();
}
