import type { Generation } from '../../../contract/generation.ts';
import {
  type Branch,
  branchesOf,
  type Change,
  changeSchema,
  MAX_FAMILY,
} from '../../../contract/lineage.ts';
import { deliverDrawn, type DeliveryOptions } from '../drawn.ts';
import { print } from '../output.ts';
import { type GlobalOptions, withLibrary, withStudio } from '../session.ts';

export interface ReplayOptions extends DeliveryOptions, Omit<Change, 'of'> {
  readonly on?: string | undefined;
  /** Takes other words as they stand. */
  readonly plain?: true | undefined;
}

/** Makes a portrait again, as it was made or with something changed. */
export async function replay(id: string, options: ReplayOptions): Promise<void> {
  await withStudio(options, async (session) => {
    const markup = options.prompt === undefined ? undefined : !options.plain;
    const change = changeSchema.parse({ ...options, markup, of: options.on });
    await deliverDrawn(session, options, (stream) =>
      session.service.replay({ id, change }, stream),
    );
  });
}

/** Shows the tree that a portrait is part of. */
export async function lineage(id: string, options: GlobalOptions): Promise<void> {
  await withLibrary(options, async ({ service }) => {
    const family = await service.family({ id, limit: MAX_FAMILY });
    const portraits = family.portraits.map(({ id, parents, source, prompt, seed, trashedAt }) => ({
      ...{ id, parents, source, prompt, seed, trashed: trashedAt !== null },
    }));
    print(options.json, { id, portraits, gone: family.gone, more: family.more }, [
      ...treeLines(branchesOf(family.portraits), id),
      ...(family.more ? [`… and more than ${MAX_FAMILY.toLocaleString('en')} portraits.`] : []),
    ]);
  });
}

/** One line a portrait, indented under the first of its parents. */
function treeLines(branches: readonly Branch[], id: string, depth = 0): string[] {
  return branches.flatMap(({ portrait, children }) => [
    `${'  '.repeat(depth)}${portrait.id === id ? '*' : '-'} ${portraitLine(portrait)}`,
    ...treeLines(children, id, depth + 1),
  ]);
}

function portraitLine({ id, source, prompt, trashedAt }: Generation): string {
  const words = prompt === '' ? '' : `  ${prompt}`;
  return `${id}  ${source.kind}${words}${trashedAt === null ? '' : '  (in the trash)'}`;
}
