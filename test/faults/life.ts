/**
 * One life of a studio: does one kind of work once, or until it is killed. Says in its fourth file, a line
 * of JSON each, what it is about to do to portraits that are there, and what it was told is done.
 */
import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Generation } from '../../electron/contract/generation.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { RenderRequest } from '../../electron/contract/timeline.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { openLibrary } from '../../electron/engine/library/library.ts';
import { openStudio } from '../../electron/engine/studio.ts';
import { TINY_PACK } from '../support/packs.ts';
import { type Change, type Line, lifeSchema, type Work } from './lines.ts';

const { library, out, packs, work, endless, isOpening, sources } = lifeSchema.parse(
  JSON.parse(process.argv[2] ?? ''),
);

/** Where the test that started this life reads afterwards. A file, unlike a pipe, takes all at once. */
const LOG = 3;

function say(line: Line): void {
  writeSync(LOG, `${JSON.stringify(line)}\n`);
}

/** Tells the test that time runs from now on. */
const begin = (): void => console.log('begun');

const FILM: RenderRequest = {
  timeline: {
    keys: ['a', 'b'].map((prompt) => ({
      anchor: { kind: 'prompt', prompt, seed: 1 },
      ...{ path: 'clip', easing: 'linear', seconds: 1 },
    })),
    ...{ loop: false, even: false, settings: {} },
  },
  fps: 24,
  output: { format: 'webp', name: 'film' },
};

/** Whoever has nothing left to do waits for the end. */
const LONG_MS = 60_000;

const folder = { kind: 'folder', folder: out } as const;

const everything = async (service: StudioService, trashed = false): Promise<Generation[]> =>
  (await service.list({ limit: 100, trashed })).items;

async function generate(service: StudioService, round: number): Promise<void> {
  await service.generate(
    { origin: { kind: 'prompt', prompt: `life ${round}` }, count: 4, settings: {} },
    {
      onEvent: (event) => {
        if (event.kind === 'portrait') say({ drawn: event.generation.id });
      },
    },
  );
}

async function exportSome(service: StudioService, round: number): Promise<void> {
  const ids = (await everything(service)).slice(0, 3).map(({ id }) => id);
  if (ids.length === 0) return generate(service, round);
  const format = (['png', 'jpeg', 'webp'] as const)[round % 3] ?? 'png';
  const as = {
    ...{
      kind: 'pictures' as const,
      format,
      pattern: `{n} ${process.pid} ${round}`,
      quality: 90,
      metadata: true,
    },
    ifExists: 'refuse' as const,
  };
  const delivery = await service.exportPortraits({
    portraits: { by: 'ids', ids },
    as,
    name: 'pictures',
    destination: folder,
  });
  if (delivery.kind === 'files') for (const file of delivery.files) say({ written: file });
}

async function animate(service: StudioService, round: number): Promise<void> {
  const output = { format: 'webp', name: `film ${process.pid} ${round}` } as const;
  const { id } = await service.render({ ...FILM, output });
  const asked = { id, ...output, ifExists: 'replace' as const, destination: folder };
  const delivery = await service.exportRender(asked);
  if (delivery.kind === 'files') for (const file of delivery.files) say({ film: file });
  await service.dropRender({ id });
}

/** Stars, trashes, puts back and removes for good, one after the other. Some stars and some trash stay after each round. */
async function curate(service: StudioService, round: number): Promise<void> {
  if ((await everything(service)).length < 8) await generate(service, round);
  const kept = await everything(service);
  await change('star', kept.slice(2, 5), (ids) => service.star({ ids, starred: true }));
  await change('trash', kept.slice(0, 3), (ids) => service.trash({ ids }));
  const trash = await everything(service, true);
  await change('restore', trash.slice(0, 1), (ids) => service.restore({ ids }));
  await change('purge', trash.slice(4), (ids) => service.purge({ ids }));
  const starred = (await everything(service)).filter((portrait) => portrait.starred);
  await change('unstar', starred.slice(2), (ids) => service.star({ ids, starred: false }));
}

async function change(
  kind: Change,
  portraits: readonly Generation[],
  act: (ids: string[]) => Promise<unknown>,
): Promise<void> {
  const ids = portraits.map(({ id }) => id);
  if (ids.length === 0) return;
  say({ begun: kind, ids });
  await act(ids);
  say({ done: kind, ids });
}

async function liveIn(round: (service: StudioService, n: number) => Promise<void>): Promise<void> {
  if (isOpening) begin();
  const studio = await openStudio({
    library,
    packRoots: [packs, path.dirname(TINY_PACK)],
    pack: TINY_PACK,
    codec: sharpCodec,
    inference: { device: 'cpu' },
  });
  if (!isOpening) begin();
  for (let n = 0; n === 0 || endless; n += 1) await round(studio.service, n);
  await studio.close();
}

async function importAll(service: StudioService): Promise<void> {
  for (const source of sources) {
    const { id } = await service.openUpload({ name: path.basename(source) });
    await service.appendUpload({ id, bytes: new Uint8Array(await readFile(source)) });
    say({ imported: (await service.importPack({ id })).folder });
  }
  if (endless) await setTimeout(LONG_MS);
}

async function migrateAll(): Promise<void> {
  begin();
  for (const source of sources) await (await openLibrary(source, sharpCodec)).close();
  if (endless) await setTimeout(LONG_MS);
}

const LIVES: Record<Work, () => Promise<void>> = {
  generate: () => liveIn(generate),
  export: () => liveIn(exportSome),
  animate: () => liveIn(animate),
  curate: () => liveIn(curate),
  import: () => liveIn(importAll),
  migrate: migrateAll,
};

await LIVES[work]();
