import Database from 'better-sqlite3';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as sqliteVec from 'sqlite-vec';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ListQuery } from '../../electron/contract/library.ts';
import { unknownSpaces } from '../../electron/contract/spaces.ts';
import { sharpCodec } from '../../electron/engine/images/sharp-codec.ts';
import { UNARRANGED } from '../../electron/engine/library/arranged.ts';
import { arrangementAfter, Journal } from '../../electron/engine/library/journal.ts';
import { openLibrary } from '../../electron/engine/library/library.ts';
import { LATEST_VERSION } from '../../electron/engine/library/migrations/index.ts';
import {
  familyQuery,
  type Query,
  listQuery,
  seqQuery,
} from '../../electron/engine/library/queries.ts';
import { addSamples, openTestLibrary, temporaryFolder } from '../support/library.ts';
import { frozenLibrary } from '../support/migrations.ts';
import { samplePortrait } from '../support/portraits.ts';

const PACK = { id: 'tiny', version: '1.0.0' };
const SPACE = 'tiny@1.0.0';

/** A raw connection that is closed with the test. */
function connect(file: string): Database.Database {
  const database = new Database(file);
  onTestFinished(() => void database.close());
  sqliteVec.load(database);
  return database;
}

/** Every table, index and trigger with its definition, however it is laid out. */
function schemaOf(root: string): unknown[] {
  return connect(path.join(root, 'library.db'))
    .prepare(
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name",
    )
    .all()
    .map((row) => {
      const { type, name, sql } = z
        .object({ type: z.string(), name: z.string(), sql: z.string().nullable() })
        .parse(row);
      return [
        type,
        name,
        sql
          ?.replace(/--.*/g, '')
          .replace(/\s+/g, ' ')
          .replace(/ ?([()]) ?/g, '$1'),
      ];
    });
}

/** How a portrait of a library stands in which nothing could be arranged. */
const UNARRANGED_FIELDS = { rating: 0, label: null, note: '', tags: [], boards: [] };

/** What a frozen library holds, as any later version must give it back. */
const EXPECTED = [
  {
    id: '01a1b2c3-d4e6-7000-8000-000000000002',
    createdAt: 0x1a1b2c3d4e6,
    prompt: '',
    seed: null,
    settings: { truncation: 1, temperature: 0, gap: 'none', count: 1 },
    pack: PACK,
    spaces: unknownSpaces(PACK),
    device: 'webgpu',
    timings: {},
    clipScore: null,
    logLikelihood: null,
    width: 64,
    height: 128,
    parents: ['01a1b2c3-d4e5-7000-8000-000000000001'],
    source: { kind: 'variation', strength: 0.25 },
    starred: false,
    trashedAt: null,
    ...UNARRANGED_FIELDS,
  },
  {
    id: '01a1b2c3-d4e5-7000-8000-000000000001',
    createdAt: 0x1a1b2c3d4e5,
    prompt: 'an old man',
    seed: 7,
    settings: { truncation: 0.9, temperature: 0.8, gap: 'shift', count: 2 },
    pack: PACK,
    spaces: unknownSpaces(PACK),
    device: 'cpu',
    timings: { decode: 1.5, synthesis: 20 },
    clipScore: 0.25,
    logLikelihood: -701.5,
    width: 128,
    height: 128,
    parents: [],
    source: { kind: 'prompt' },
    starred: true,
    trashedAt: null,
    ...UNARRANGED_FIELDS,
  },
];

const EXPECTED_TRASHED = {
  id: '01a1b2c3-d4e7-7000-8000-000000000003',
  createdAt: 0x1a1b2c3d4e7,
  prompt: 'naïve 🙂',
  seed: 8,
  settings: { truncation: 1, temperature: 1, gap: 'prior', count: 1 },
  pack: PACK,
  spaces: unknownSpaces(PACK),
  device: 'cpu',
  timings: {},
  clipScore: -0.1,
  logLikelihood: 12.5,
  width: 128,
  height: 128,
  parents: ['01a1b2c3-d4e6-7000-8000-000000000002', '01a1b2c3-d4e5-7000-8000-000000000001'],
  source: {
    kind: 'interpolation',
    path: 'clip',
    from: { kind: 'prompt', prompt: 'a', seed: 1 },
    to: { kind: 'portrait', id: '01a1b2c3-d4e5-7000-8000-000000000001' },
    position: 0.5,
  },
  starred: false,
  trashedAt: 1_800_000_000_000,
  ...UNARRANGED_FIELDS,
};

const VERSIONS = Array.from({ length: LATEST_VERSION }, (_, index) => index + 1);

it('every released version has its frozen library', async () => {
  const frozen = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.sql'));
  expect(frozen.sort()).toEqual(VERSIONS.map((version) => `${version}.sql`).sort());
});

describe.each(VERSIONS)('a library of version %i', (version) => {
  it('opens with every row, number and vector as it was', async () => {
    const { reader } = await openTestLibrary(await frozenLibrary(version));
    const [second, first] = EXPECTED;
    expect(reader.list({ limit: 10 }).items).toEqual(EXPECTED);
    expect(reader.list({ limit: 10, trashed: true }).items).toEqual([EXPECTED_TRASHED]);
    const ones = new Float32Array(512).fill(1);
    const halves = new Float32Array(512).fill(-0.5);
    expect(reader.latents(first!.id)).toEqual({ z: ones, condition: halves, w: halves });
    expect(reader.latents(second!.id)).toEqual({
      z: null,
      condition: null,
      w: Float32Array.of(...halves, ...ones),
    });
    expect(reader.embedding(second!.id)).toEqual(halves);
    expect((await reader.search(ones, SPACE, 5)).map(({ generation }) => generation.id)).toEqual([
      first!.id,
      second!.id,
    ]);
    expect(reader.list({ limit: 5, query: '"old man"' }).items).toEqual([first]);
    expect(reader.list({ limit: 5, query: 'naive is:trashed' }).items).toEqual([EXPECTED_TRASHED]);
    expect(reader.stats()).toMatchObject({ portraits: 2, starred: 1, trashed: 1 });
    expect(reader.prompts(5)).toEqual(['naïve 🙂', 'an old man']);
    expect(await reader.check()).toEqual([]);
  });

  it('is given a journal of its stars and its trash', async () => {
    const { root } = await openTestLibrary(await frozenLibrary(version));
    const { entries } = new Journal(path.join(root, 'journal.jsonl')).read();
    expect([...arrangementAfter(entries).portraits]).toEqual([
      [EXPECTED[1]!.id, { ...UNARRANGED, starred: true }],
      [EXPECTED_TRASHED.id, { ...UNARRANGED, trashedAt: EXPECTED_TRASHED.trashedAt }],
    ]);
  });

  it('becomes the same as a new one in form', async () => {
    const old = await openTestLibrary(await frozenLibrary(version));
    const fresh = await openTestLibrary();
    expect(schemaOf(old.root)).toEqual(schemaOf(fresh.root));
  });
});

it('an old library takes a portrait that a model server drew, and says so again when it is read', async () => {
  const { reader, writer } = await openTestLibrary(await frozenLibrary(9));
  const server = { address: 'grpc://127.0.0.1:8001', exactness: 'within-one' as const };
  const drawn = samplePortrait(1, { generation: { device: 'server', server } });
  const { id } = await writer.add(drawn);
  expect(reader.get(id)).toMatchObject({ device: 'server', server });
  expect(reader.get(EXPECTED[1]!.id)).not.toHaveProperty('server.address');
});

it('refuses a library from the future and leaves it as it is', async () => {
  const folder = await temporaryFolder();
  const library = await openLibrary(folder, sharpCodec);
  await library.close();
  const file = path.join(folder, 'library.db');
  const database = new Database(file);
  database.pragma(`user_version = ${LATEST_VERSION + 1}`);
  database.close();
  const before = await readFile(file);

  await expect(openLibrary(folder, sharpCodec)).rejects.toMatchObject({
    code: 'library-newer',
    details: { version: LATEST_VERSION + 1, newestKnown: LATEST_VERSION },
  });

  expect((await readFile(file)).equals(before)).toBe(true);
});

describe('the plan of', () => {
  async function planOf({ sql, values }: Query): Promise<string[]> {
    const library = await openTestLibrary();
    await addSamples(library, 1);
    return connect(path.join(library.root, 'library.db'))
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map((row) => z.object({ detail: z.string() }).parse(row).detail);
  }

  it.each<[name: string, query: ListQuery, index: string]>([
    ['everything', { limit: 50 }, 'gallery'],
    ['a later page', { limit: 50, before: EXPECTED[0]!.id }, 'gallery'],
    ['a time', { limit: 50, from: 1, until: 2 }, 'gallery'],
    ['the starred', { limit: 50, starred: true }, 'gallery_starred'],
    ['one pack', { limit: 50, pack: PACK }, 'gallery_by_pack'],
    ['the trash', { limit: 50, trashed: true }, 'trash'],
  ])('listing %s walks an index and sorts nothing', async (_, query, index) => {
    const plan = await planOf(listQuery(query));
    expect(plan[0]).toMatch(new RegExp(`^(SCAN|SEARCH) g USING INDEX ${index}( |$)`));
    expect(plan.join()).not.toMatch(/TEMP B-TREE FOR ORDER BY|SCAN parents/);
  });

  it('what is in the trash, before a search, walks its index', async () => {
    const plan = await planOf(seqQuery([['g.trashed_at IS NOT NULL']]));
    expect(plan).toEqual([expect.stringMatching(/^SCAN g USING (COVERING )?INDEX trash/)]);
  });

  it('a family follows edges by index, up and down', async () => {
    const plan = (await planOf(familyQuery(EXPECTED[0]!.id, 10))).join('\n');
    expect(plan).toContain('SEARCH p USING PRIMARY KEY (child=?)');
    expect(plan).toContain('SEARCH p USING COVERING INDEX parents_by_parent (parent=?)');
    expect(plan).not.toMatch(/SCAN (p|g|child|parents)\b/);
  });
});
