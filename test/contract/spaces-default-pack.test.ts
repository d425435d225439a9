/** A library made under edition 3.6 of the default pack, opened under the edition that the project brings. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Edit } from '../../electron/contract/edit.ts';
import { tamper } from '../support/database.ts';
import { distance, draw, pixelsOf, words } from '../support/drawing.ts';
import { temporaryFolder } from '../support/library.ts';
import { DEFAULT_PACK } from '../support/packs.ts';
import { openTestStudio } from '../support/studio.ts';

const PACK = 'native-models/illustrated-portraits';
const ROOT = path.resolve(import.meta.dirname, '../..');
const EDITION = '3.6.0';

const git = (...args: string[]) =>
  execFileSync('git', ['-C', ROOT, ...args], {
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** The last commit with that edition; null where there is no history, or one that was cut off. */
function commitOfEdition(): string | null {
  try {
    const commits = git('log', '--format=%H', '--', `${PACK}/pack.json`).toString().split('\n');
    const isOfEdition = (commit: string) =>
      JSON.parse(git('show', `${commit}:${PACK}/pack.json`).toString()).version === EDITION;
    return commits.find((commit) => commit !== '' && isOfEdition(commit)) ?? null;
  } catch {
    return null;
  }
}

it('is searched, edited, replayed to the same bytes, and carried over', async ({ skip }) => {
  const commit = commitOfEdition();
  if (commit === null) {
    console.warn(
      `NOT TESTED: the history of ${PACK} is not here, and edition ${EDITION} not in it.`,
    );
    return skip();
  }
  const folder = await temporaryFolder();
  const [packRoot, library] = [path.join(folder, 'packs'), path.join(folder, 'library')];
  const pack = path.join(packRoot, 'illustrated-portraits');
  mkdirSync(packRoot);
  execFileSync('tar', ['-x', '-C', folder], {
    input: git('archive', '--format=tar', commit, PACK),
  });
  cpSync(path.join(folder, PACK), pack, { recursive: true });

  const before = await openTestStudio({ library, packRoot, pack });
  const SMILE: Edit = {
    ...{ kind: 'slide', direction: { kind: 'named', id: 'smile' }, amount: 1 },
    layers: [0, 11],
  };
  const [drawn] = await draw(before, words('an old man with a grey beard'));
  const [edited] = await draw(before, { kind: 'edit', of: drawn!, edits: [SMILE] }, 1, {});
  const pixels = await pixelsOf(before, [drawn!, edited!]);
  await before.close();

  rmSync(pack, { recursive: true });
  cpSync(DEFAULT_PACK, pack, { recursive: true });
  const studio = await openTestStudio({ library, packRoot, pack });
  const { service } = studio;
  const versionOf = async (id: string) => (await service.get({ id })).pack.version;
  const [fresh] = await draw(studio, words('an old man with a grey beard'));
  expect(await versionOf(fresh!)).not.toBe(EDITION);

  const found = await service.search({ words: 'an old man', limit: 9 });
  expect(found.map(({ generation }) => generation.id).sort()).toEqual(
    [drawn!, edited!, fresh!].sort(),
  );
  expect(await service.similar({ id: drawn!, limit: 9 })).toHaveLength(2);
  for (const [i, id] of [drawn!, edited!].entries()) {
    const { ids } = await service.replay({ id, change: {} });
    expect(await pixelsOf(studio, ids)).toEqual([pixels[i]]);
  }
  const [further] = await draw(studio, { kind: 'edit', of: edited!, edits: [SMILE] }, 1, {});
  expect(await versionOf(further!)).toBe(EDITION);

  const [carried] = await draw(studio, { kind: 'carry-over', of: drawn! }, 1, {});
  expect(await versionOf(carried!)).toBe(await versionOf(fresh!));
  const [likeness] = await pixelsOf(studio, [carried!]);
  const [other] = await pixelsOf(studio, await draw(studio, words('a girl with pink hair')));
  expect(distance(likeness, pixels[0])).toBeLessThan(distance(other, pixels[0]));
  const { models } = (await service.status({})).library;
  expect(models.packs).toBe(2);
  await studio.close();

  // As a studio left it that knew no names of spaces, and kept nothing.
  rmSync(path.join(library, 'models'), { recursive: true });
  const unnamed = `illustrated-portraits@${EDITION}`;
  tamper(
    library,
    `UPDATE generations SET embedding_space = '${unnamed}', latent_space = '${unnamed}',
       flow_space = '${unnamed}' WHERE pack_version = '${EDITION}';
     UPDATE embeddings SET space = '${unnamed}'
       WHERE seq IN (SELECT seq FROM generations WHERE pack_version = '${EDITION}');`,
  );
  const later = await openTestStudio({ library, packRoot, pack });
  const all = await later.service.search({ words: 'an old man', limit: 20 });
  expect(all.map(({ generation }) => generation.id)).toEqual(
    expect.arrayContaining([drawn, edited, fresh, further, carried]),
  );
  await expect(
    draw(later, { kind: 'edit', of: drawn!, edits: [SMILE] }, 1, {}),
  ).rejects.toMatchObject({ code: 'pack-not-found', details: { portrait: drawn } });
  const again = await draw(later, { kind: 'carry-over', of: drawn! }, 1, {});
  expect(await pixelsOf(later, again)).toEqual([likeness]);
}, 300_000);
