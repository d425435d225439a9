import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { labelSchema } from '../../electron/contract/arrange.ts';
import { serialisedErrorSchema } from '../../electron/contract/errors.ts';
import { explanationSchema } from '../../electron/contract/explain.ts';
import { generationSchema } from '../../electron/contract/generation.ts';
import { makeReadOnly, mountDisk } from '../support/disk.ts';
import { temporaryFolder } from '../support/library.ts';
import { copyTinyPack, TINY_PACK } from '../support/packs.ts';
import { pngThatClaims } from '../support/pictures.ts';

// Each test starts the real command line, models and all.
vi.setConfig({ testTimeout: 180_000 });

const CLI = path.resolve('electron/hosts/cli/clip-flow.mjs');
const MAIN = path.resolve('electron/hosts/cli/main.ts');

interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Place {
  library: string;
  pack?: string;
}

/** @param script what is run; the command itself starts a process of its own */
function start(args: readonly string[], { library, pack = TINY_PACK }: Place, script = CLI) {
  const env = {
    ...process.env,
    ...{ CLIP_FLOW_LIBRARY: library, CLIP_FLOW_PACK: pack, CLIP_FLOW_DEVICE: 'cpu' },
  };
  return execFile(process.execPath, [script, ...args], { env });
}

async function run(args: readonly string[], place: Place): Promise<Result> {
  const child = start(args, place);
  const result: Result = { code: null, stdout: '', stderr: '' };
  child.stdout?.on('data', (text: string) => (result.stdout += text));
  child.stderr?.on('data', (text: string) => (result.stderr += text));
  [result.code] = await once(child, 'close');
  return result;
}

/** The JSON of a command that must end well, and print nothing else anywhere. */
async function json<T>(schema: z.ZodType<T>, args: readonly string[], place: Place): Promise<T> {
  const { code, stdout, stderr } = await run([...args, '--json'], place);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  return schema.parse(JSON.parse(stdout));
}

const failureSchema = z.strictObject({ error: serialisedErrorSchema });

/** The error code of a command that must fail with exit code 1, or 2 for what could never be. */
async function failure(args: readonly string[], place: Place): Promise<string> {
  const { code, stdout } = await run([...args, '--json'], place);
  const { error } = failureSchema.parse(JSON.parse(stdout));
  expect(error.code === 'invalid-argument' ? [1, 2] : [1], stdout).toContain(code);
  return error.code;
}

const generatedSchema = z.strictObject({
  pack: z.string(),
  device: z.string(),
  prompt: z.string(),
  images: z.array(
    z.strictObject({
      id: z.uuidv7(),
      file: z.string(),
      prompt: z.string(),
      seed: z.int(),
      width: z.int(),
      height: z.int(),
      clipScore: z.number().nullable(),
      logLikelihood: z.number().nullable(),
      ms: z.int(),
    }),
  ),
});
const portraitSchema = z.strictObject({
  id: z.uuidv7(),
  file: z.string(),
  prompt: z.string(),
  seed: z.int().nullable(),
  width: z.int(),
  height: z.int(),
  starred: z.boolean(),
  rating: z.int().min(0).max(5),
  label: labelSchema.nullable(),
  tags: z.array(z.string()),
  createdAt: z.iso.datetime({ offset: true }),
});
const hitSchema = portraitSchema.extend({ similarity: z.number() });

describe('clip-flow', () => {
  it('runs a batch of commands with one model, past those that fail', async () => {
    const place = { library: await temporaryFolder() };
    const child = start(['batch', '--json'], place);
    const lines = [
      JSON.stringify(['generate', 'red hair', '--seed', '7', '--count', '2']),
      '',
      'red hair',
      JSON.stringify(['edit', 'no-such-portrait', '--slide', 'smile=1']),
      JSON.stringify(['batch']),
      JSON.stringify(['search', 'red hair', '--limit', '2']),
    ];
    child.stdin?.end(lines.join('\n'));
    let stdout = '';
    child.stdout?.on('data', (text: string) => (stdout += text));
    expect((await once(child, 'close'))[0]).toBe(1);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const { images } = generatedSchema.parse(answers[0]);
    const codes = answers.slice(1, 4).map((answer) => failureSchema.parse(answer).error.code);
    expect(codes).toEqual(['invalid-argument', 'invalid-argument', 'invalid-argument']);
    const { results } = z.object({ results: z.array(hitSchema) }).parse(answers[4]);
    expect(new Set(results.map(({ id }) => id))).toEqual(new Set(images.map(({ id }) => id)));
    expect(answers).toHaveLength(5);
  });

  it('draws every prompt of a file with the same seed', async () => {
    const place = { library: await temporaryFolder() };
    const file = path.join(place.library, 'prompts.txt');
    await writeFile(file, '\ufeff# two skies\r\n{red|blue} sky\r\n\r\n  (night:1.2)  \n');
    const line = ['generate', '--prompts', file, '--seed', '7', '--without', 'a cloud'];
    const { images } = await json(generatedSchema, line, place);
    const drawn = images.map(({ prompt, seed }) => `${prompt} ${seed}`);
    expect(drawn).toEqual(['red sky 7', 'blue sky 7', '(night:1.2) 7']);
    await writeFile(file, 'a sky\n(night:12)\n');
    expect(await failure(['generate', '--prompts', file], place)).toBe('prompt-invalid');
    await writeFile(file, '# nothing\n');
    expect(await failure(['generate', '--prompts', file], place)).toBe('invalid-argument');
    const { code, stderr } = await run(['generate', 'a sky', '--prompts', file], place);
    expect([code, stderr]).toEqual([2, expect.stringContaining('not both')]);
  });

  it('keeps the best of many, edits it, and says what it means', async () => {
    const place = { library: await temporaryFolder() };
    const best = ['generate', 'red hair', '--best-of', '6', '--count', '1', '--seed', '7'];
    const [drawn] = (await json(generatedSchema, best, place)).images;
    const editedSchema = generatedSchema.extend({
      images: z.array(generatedSchema.shape.images.element.extend({ seed: z.null() })),
    });
    const sliders = ['--slide', 'smile=1.5', '--phrase', 'sad -> red hair=-0.5'];
    const line = ['edit', drawn!.id, ...sliders, '--layers', 'fine', '--disentangle', '1'];
    const [edited] = (await json(editedSchema, line, place)).images;
    const sourceOf = async (id: string) =>
      (await json(generationSchema.loose(), ['show', id], place)).source;
    const source = await sourceOf(edited!.id);
    const layers = [2, 3];
    expect(source).toEqual({
      kind: 'edit',
      edits: [
        { kind: 'slide', direction: { kind: 'named', id: 'smile' }, amount: 1.5, layers },
        {
          ...{ kind: 'slide', amount: -0.5, layers },
          direction: { kind: 'text', from: 'sad', to: 'red hair', disentangle: 1 },
        },
      ],
    });
    const doubled = ['replay', edited!.id, '--factor', '2'];
    const [again] = (await json(editedSchema, doubled, place)).images;
    expect(await sourceOf(again!.id)).toMatchObject({ edits: [{ amount: 3 }, { amount: -1 }] });
    const explainedSchema = explanationSchema.extend({ id: z.uuidv7() });
    const told = await json(explainedSchema, ['explain', edited!.id], place);
    expect(told.tags).not.toHaveLength(0);
    expect(await failure(['edit', drawn!.id, '--slide', 'wings=1'], place)).toBe(
      'invalid-argument',
    );
    expect((await run(['edit', drawn!.id, '--slide', 'smile'], place)).code).toBe(2);
  });

  it('names principal directions, and moves each slider on layers of its own', async () => {
    const place = { library: await temporaryFolder() };
    const namedSchema = z.strictObject({ number: z.int(), name: z.string().nullable() });
    const listSchema = z.strictObject({ principal: z.array(namedSchema) });
    const named = await json(namedSchema, ['principal', 'name', '3', 'turns away'], place);
    expect(named).toEqual({ number: 3, name: 'turns away' });
    const { principal } = await json(listSchema, ['principal', 'list'], place);
    expect(principal.map(({ number }) => number)).toEqual(principal.map((_, at) => at + 1));
    expect(principal.filter(({ name }) => name !== null)).toEqual([named]);

    const [drawn] = (await json(generatedSchema, ['generate', 'red hair', '--count', '1'], place))
      .images;
    const sliders = ['--slide', 'smile=1@coarse', '--phrase', 'sad -> happy=1@middle'];
    const principals = ['--principal', 'turns away=-2', '--principal', '1=1@all'];
    const line = ['edit', drawn!.id, ...sliders, ...principals, '--layers', 'fine', '--json'];
    const { images } = JSON.parse((await run(line, place)).stdout);
    const { source } = await json(generationSchema.loose(), ['show', images[0].id], place);
    expect(source).toMatchObject({
      edits: [
        { direction: { kind: 'named', id: 'smile' }, amount: 1, layers: [0, 0] },
        { direction: { kind: 'principal', index: 2 }, amount: -2, layers: [2, 3] },
        { direction: { kind: 'principal', index: 0 }, amount: 1, layers: [0, 3] },
        { direction: { kind: 'text', from: 'sad', to: 'happy' }, amount: 1, layers: [1, 1] },
      ],
    });
    const edit = (...slider: string[]) => ['edit', drawn!.id, ...slider];
    expect(await failure(edit('--principal', 'nods=1'), place)).toBe('invalid-argument');
    expect((await run(edit('--slide', 'smile=1@hair'), place)).code).toBe(2);
    expect((await run(edit('--slide', 'smile=wide@fine'), place)).code).toBe(2);
    await json(namedSchema, ['principal', 'name', '4', 'turns away'], place);
    expect(await failure(edit('--principal', 'turns away=1'), place)).toBe('invalid-argument');
    const unnamed = await json(namedSchema, ['principal', 'name', '4', ''], place);
    expect(unnamed).toEqual({ number: 4, name: null });
    expect(await failure(['principal', 'name', '99', 'a'], place)).toBe('invalid-argument');
    expect(await failure(edit('--principal', '0=1'), place)).toBe('invalid-argument');
    expect((await run(['principal', 'name', '0', 'a'], place)).code).toBe(2);
    expect((await run(['principal', 'name', 'first', 'a'], place)).code).toBe(2);
  });

  it('draws the same bytes for the same line, and finds them again', async () => {
    const place = { library: await temporaryFolder() };
    const out = await temporaryFolder();
    const line = ['generate', 'a smiling woman', '--count', '2', '--seed', '7', '--out'];
    const drawn = await json(generatedSchema, [...line, path.join(out, 'once')], place);
    expect(drawn).toMatchObject({ pack: 'tiny-pack', device: 'cpu', prompt: 'a smiling woman' });
    expect(drawn.images.map(({ seed }) => seed)).toEqual([7, 8]);
    const again = await json(generatedSchema, [...line, path.join(out, 'again')], place);
    const read = (files: typeof drawn) =>
      Promise.all(files.images.map(({ file }) => readFile(file)));
    const [first, second] = await read(drawn);
    expect(await read(again)).toEqual([first, second]);
    expect(first).not.toEqual(second);

    const ids = [...drawn.images, ...again.images].map(({ id }) => id);
    const listSchema = z.strictObject({
      portraits: z.array(portraitSchema),
      next: z.uuidv7().nullable(),
    });
    const page = await json(listSchema, ['list', '--limit', '3'], place);
    expect(page.portraits.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, 3));
    expect(page.next).toBe(page.portraits.at(-1)?.id);
    const shown = generationSchema.extend({ file: z.string() });
    await json(shown, ['show', ids[0]!], place);
    const searched = z.strictObject({ words: z.string(), results: z.array(hitSchema) });
    const found = await json(searched, ['search', 'red', '--limit', '2'], place);
    expect(found.results).toHaveLength(2);
    const likened = z.strictObject({ id: z.uuidv7(), results: z.array(hitSchema) });
    const alike = await json(likened, ['similar', ids[0]!], place);
    // Its twin of the second line comes first.
    expect(alike.results[0]?.id).toBe(ids[2]);
    const files = z.strictObject({ files: z.array(z.string()) });
    const folder = path.join(out, 'exported');
    const exported = await json(
      files,
      ['export', ids[0]!, ids[1]!, '--out', folder, '--format', 'jpeg'],
      place,
    );
    expect(await readdir(folder)).toHaveLength(exported.files.length);
  });

  it('draws the way between two prompts', async () => {
    const place = { library: await temporaryFolder() };
    const file = path.join(await temporaryFolder(), 'way.webp');
    const line = ['interpolate', 'a', 'b', '--frames', '5', '--path', 'flow', '--out', file];
    const schema = z.looseObject({ file: z.string(), frames: z.literal(5) });
    expect((await json(schema, line, place)).file).toBe(file);
    expect((await readFile(file)).subarray(8, 12).toString()).toBe('WEBP');
    expect(await failure(line, place)).toBe('file-exists');
    const beside = { file: path.join(path.dirname(file), 'way (2).webp') };
    expect(await json(schema, [...line, '--if-exists', 'rename'], place)).toMatchObject(beside);
    expect(await failure([...line, '--out', `${file}/x/way.gif`], place)).toBe('access-denied');
    const nowhere = path.join(place.library, 'no', 'way.gif');
    expect(await failure([...line, '--out', nowhere], place)).toBe('file-not-found');
    const film = path.join(path.dirname(file), 'way.mp4');
    expect(await run([...line, '--out', film, '--json'], place)).toMatchObject({ code: 2 });
    expect((await readdir(path.dirname(file))).sort()).toEqual(['way (2).webp', 'way.webp']);
    expect(await readdir(place.library)).not.toContain('no');
  });

  it('makes a portrait again, and shows where it came from', async () => {
    const place = { library: await temporaryFolder() };
    const out = await temporaryFolder();
    const { images } = await json(generatedSchema, ['generate', 'a', '--seed', '3'], place);
    const [first] = images;
    const again = await json(generatedSchema, ['replay', first!.id, '--out', out], place);
    expect(again).toMatchObject({ prompt: 'a', images: [{ seed: 3 }] });
    const other = await json(generatedSchema, ['replay', first!.id, '--prompt', 'b'], place);
    expect(other).toMatchObject({ prompt: 'b', images: [{ seed: 3 }] });
    const treeSchema = z.strictObject({
      id: z.uuidv7(),
      portraits: z.array(
        z.strictObject({
          ...generationSchema.pick({ id: true, parents: true, source: true }).shape,
          ...generationSchema.pick({ prompt: true, seed: true }).shape,
          trashed: z.boolean(),
        }),
      ),
      gone: z.array(z.uuidv7()),
      more: z.boolean(),
    });
    const tree = await json(treeSchema, ['lineage', first!.id], place);
    expect(tree.portraits.map(({ id }) => id)).toEqual([first!.id]);
    expect(await failure(['replay', first!.id, '--strength', '0.5'], place)).toBe(
      'invalid-argument',
    );
  });

  it('draws around a portrait, and the same person in other words, holding what is asked', async () => {
    const place = { library: await temporaryFolder() };
    const { images } = await json(generatedSchema, ['generate', 'a', '--seed', '3'], place);
    const id = images[0]!.id;
    const drawn = z.looseObject({ images: z.array(z.looseObject({ id: z.string() })) });
    const shown = generationSchema.extend({ file: z.string() });
    const sourceOf = async (args: string[]) => {
      const [first] = (await json(drawn, args, place)).images;
      return (await json(shown, ['show', first!.id], place)).source;
    };
    const vary = ['vary', id, '--strength', '0.2', '--lock', 'hair,colours', '--count', '2'];
    await expect(sourceOf(vary)).resolves.toMatchObject({
      ...{ kind: 'variation', strength: 0.2 },
      locks: [expect.anything(), expect.anything()],
    });
    await expect(sourceOf(['reword', id, 'b', '--hold', 'structure'])).resolves.toMatchObject({
      ...{ kind: 'reword', locks: [expect.anything()] },
    });
    await expect(sourceOf(['carry-over', id])).resolves.toEqual({ kind: 'carry-over' });
    const best = await json(drawn, ['vary', id, '--best-of', '4', '--count', '1'], place);
    expect(best.images).toHaveLength(1);
    expect(await failure(['vary', id, '--lock', 'background'], place)).toBe('pack-lacks-feature');
    expect(await failure(['reword', id, ''], place)).toBe('prompt-empty');
  });

  it('refuses what no portrait could tell of, before it draws', async () => {
    const place = { library: await temporaryFolder() };
    const { images } = await json(generatedSchema, ['generate', 'a', '--seed', '3'], place);
    const id = images[0]!.id;
    const phrase = `${'x'.repeat(201)}=1`;
    for (const line of [
      ['edit', id, '--phrase', phrase],
      ['mix', id, id, '--layers', '5-2'],
      ['animate', 'a', 'b', 'c', '--seconds', '0.1', '--out', 'x.webp'],
      ['animate', ...Array.from({ length: 65 }, (_, n) => `p${n}`), '--out', 'x.webp'],
      ['animate', 'a', 'b', 'c', '--path', 'clip,w,flow', '--out', 'x.webp'],
    ]) {
      const { code, stdout } = await run([...line, '--json'], place);
      expect(failureSchema.parse(JSON.parse(stdout)).error.code).toBe('invalid-argument');
      expect(code).toBe(2);
    }
    const listSchema = z.looseObject({ portraits: z.array(z.looseObject({})) });
    expect((await json(listSchema, ['list'], place)).portraits).toHaveLength(1);
    await expect(readdir(path.join(place.library, 'renders'))).rejects.toThrow('ENOENT');
    expect(await run(['edit', id, '--json'], place)).toMatchObject({ code: 2 });
  });

  it('writes every edit to a file of its own', async () => {
    const place = { library: await temporaryFolder() };
    const out = path.join(place.library, 'out');
    const { images } = await json(generatedSchema, ['generate', 'a', '--seed', '3'], place);
    for (const amount of ['1', '-1']) {
      const line = ['edit', images[0]!.id, '--slide', `smile=${amount}`, '--out', out];
      await json(z.looseObject({}), line, place);
    }
    expect(await readdir(out)).toHaveLength(2);
  });

  it('mixes and breeds portraits', async () => {
    const place = { library: await temporaryFolder() };
    const line = ['generate', 'a', '--count', '2', '--seed', '3'];
    const { images } = await json(generatedSchema, line, place);
    const [a, b] = images.map(({ id }) => id) as [string, string];
    const drawn = generatedSchema.extend({
      images: z.array(generatedSchema.shape.images.element.extend({ seed: z.int().nullable() })),
    });
    const mixed = await json(drawn, ['mix', a, b, '--layers', '2-3'], place);
    const shown = generationSchema.extend({ file: z.string() });
    await expect(json(shown, ['show', mixed.images[0]!.id], place)).resolves.toMatchObject({
      source: { kind: 'edit', edits: [{ kind: 'mix', with: b, layers: [2, 3] }] },
    });
    const breed = ['breed', a, b, '--weights', '3,1', '--seed', '5', '--count', '2'];
    const bred = await json(drawn, [...breed, '--lock', 'colours', '--lock', 'hair'], place);
    expect(bred.images.map(({ seed }) => seed)).toEqual([5, 6]);
    await expect(json(shown, ['show', bred.images[0]!.id], place)).resolves.toMatchObject({
      ...{ parents: [a, b], source: { kind: 'breed', how: 'cross', weights: [0.75, 0.25] } },
    });
    expect(await failure([...breed, '--lock', 'background'], place)).toBe('pack-lacks-feature');
    const best = await json(drawn, [...breed, '--best-of', '4'], place);
    expect(best.images).toHaveLength(2);
    for (const { seed } of best.images) expect([5, 6, 7, 8]).toContain(seed);
    const scores = best.images.map(({ clipScore }) => clipScore ?? NaN);
    expect(scores[0]).toBeGreaterThanOrEqual(scores[1]!);
    expect((await run([...breed, '--best-of', '1'], place)).code).toBe(2);
    for (const wrong of [[a], [a, a], [a, b, '--weights', '1'], [a, b, '--weights', '0,0']]) {
      expect(await failure(['breed', ...wrong], place)).toBe('invalid-argument');
    }
    for (const line of [
      ['mix', a, b, '--layers', 'rough'],
      ['edit', a, '--slide', 'smile=1@rough'],
    ]) {
      const { code, stderr } = await run(line, place);
      expect([code, stderr]).toEqual([2, expect.stringContaining('all, coarse, middle, fine')]);
    }
  });

  it('tells how everything is', async () => {
    const schema = z.looseObject({
      ok: z.literal(true),
      device: z.object({ used: z.literal('cpu') }),
      library: z.looseObject({ portraits: z.literal(0), faults: z.tuple([]) }),
      disk: z.object({ freeBytes: z.number().positive() }),
    });
    await json(schema, ['doctor'], { library: await temporaryFolder() });
  });

  it('takes a sound pack in, once', async () => {
    const place = { library: await temporaryFolder() };
    const packs = await temporaryFolder();
    vi.stubEnv('CLIP_FLOW_PACKS', packs);
    try {
      const schema = z.strictObject({ id: z.string(), version: z.string(), folder: z.string() });
      const { folder } = await json(schema, ['models', 'import', TINY_PACK], place);
      expect(folder).toBe(path.join(packs, 'tiny-pack'));
      expect(await failure(['models', 'import', TINY_PACK], place)).toBe('pack-exists');
      expect(await readdir(packs)).toEqual(['tiny-pack']);
      await json(schema, ['models', 'verify', 'tiny-pack'], place);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.each([
    ['no words and no picture', ['generate']],
    ['an unknown command', ['dream']],
    ['a count that is none', ['generate', 'a', '--count', 'many']],
    ['a count too high', ['generate', 'a', '--count', '1001']],
    ['a seed out of range', ['generate', 'a', '--seed', '-1']],
    ['an id that is none', ['show', 'mine']],
  ])('exits with 2 for %s', async (_, args) => {
    const { code, stdout } = await run([...args, '--json'], { library: await temporaryFolder() });
    expect(code).toBe(2);
    expect(failureSchema.parse(JSON.parse(stdout)).error.code).toBe('invalid-argument');
  });

  it('makes no library to read one', async () => {
    const library = path.join(await temporaryFolder(), 'typo');
    const id = '01990000-0000-7000-8000-000000000000';
    for (const args of [
      ['list'],
      ['search', 'a'],
      ['show', id],
      ['lineage', id],
      ['explain', id],
    ]) {
      expect(await failure(args, { library })).toBe('file-not-found');
    }
    await expect(readdir(library)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([['--help'], ['vary', '--help'], ['--version']])(
    'prints one JSON document for %s, too',
    async (...args) => {
      const { code, stdout } = await run([...args, '--json'], { library: await temporaryFolder() });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({ help: expect.any(String) });
    },
  );

  it('exits with 1 for what cannot be drawn from, and keeps nothing', async () => {
    const place = { library: await temporaryFolder() };
    const folder = await temporaryFolder();
    const text = path.join(folder, 'text.png');
    const huge = path.join(folder, 'huge.png');
    await writeFile(text, 'I am no picture.');
    await writeFile(huge, pngThatClaims(30_000, 30_000));
    expect(await failure(['generate', ''], place)).toBe('prompt-empty');
    expect(await failure(['generate', 'x'.repeat(20_000)], place)).toBe('prompt-too-long');
    expect(await failure(['generate', '--from', text], place)).toBe('picture-unreadable');
    expect(await failure(['generate', '--from', huge], place)).toBe('picture-too-large');
    expect(await failure(['generate', '--from', folder], place)).toBe('picture-unreadable');
    expect(await failure(['generate', '--from', `${text}.gone`], place)).toBe('file-not-found');
    expect(await readdir(path.join(place.library, 'pictures'))).toEqual([]);
  });

  it('goes on with an animation after a crash, to the same bytes', async () => {
    const line = ['animate', 'a', 'b', 'c', '--seconds', '20', '--fps', '60', '--even', '--out'];
    const [broken, whole] = [
      { library: await temporaryFolder() },
      { library: await temporaryFolder() },
    ];
    // Not through the command, or only its wrapper would die.
    const child = start([...line, path.join(broken.library, 'out.webp')], broken, MAIN);
    const renders = path.join(broken.library, 'renders');
    const drawn = async () => (await readdir(renders, { recursive: true }).catch(() => [])).length;
    await vi.waitFor(async () => expect(await drawn()).toBeGreaterThan(20), 90_000);
    child.kill('SIGKILL');
    await once(child, 'close');
    const before = (await readdir(renders, { recursive: true })).filter((f) => f.endsWith('.png'));
    expect(before.length).toBeLessThan(1_200);
    // What a crash of the whole machine may leave of a frame.
    await truncate(path.join(renders, before[0]!), 40);
    const schema = z.looseObject({ frames: z.int(), file: z.string(), even: z.literal(true) });
    const [again, undisturbed] = [
      await json(schema, [...line, path.join(broken.library, 'out.webp')], broken),
      await json(schema, [...line, path.join(whole.library, 'out.webp')], whole),
    ];
    expect(again.frames).toBe(1_200);
    expect(await readFile(again.file)).toEqual(await readFile(undisturbed.file));
    expect(await readdir(renders)).toEqual([]);
  });

  it('animates portraits and pictures, and refuses what it cannot', async () => {
    const place = { library: await temporaryFolder() };
    const { images } = await json(generatedSchema, ['generate', 'a', '--seed', '3'], place);
    const out = path.join(place.library, 'frames');
    const ways = ['--seconds', '0.5,0.25,0.25', '--path', 'clip,w,flow', '--easing', 'linear'];
    const line = ['animate', images[0]!.id, images[0]!.file, 'b', '--loop', ...ways];
    const key = z.looseObject({ anchor: z.looseObject({ kind: z.string() }), path: z.string() });
    const schema = z.looseObject({ keys: z.array(key), seconds: z.literal(1) });
    const { keys } = await json(schema, [...line, '--out', out], place);
    expect(keys.map(({ anchor }) => anchor.kind)).toEqual(['portrait', 'image', 'prompt']);
    expect(keys.map((one) => one.path)).toEqual(['clip', 'w', 'flow']);
    expect(await readdir(out)).toHaveLength(24);
    expect(await failure([...line, '--out', out], place)).toBe('file-exists');
    expect(await failure(['animate', 'a', 'gone.png', '--out', 'x.webp'], place)).toBe(
      'file-not-found',
    );
    for (const wrong of [
      ['animate', 'a', '--out', 'x.webp'],
      ['animate', 'a', 'b', '--out', 'x.mp4'],
      ['animate', 'a', 'b', '--out', 'x.webp', '--fps', '25'],
    ]) {
      expect(await run([...wrong, '--json'], place)).toMatchObject({ code: 2 });
    }
  });

  it('refuses a pack with one flipped byte', async () => {
    const pack = copyTinyPack();
    const file = path.join(pack, 'generator/synthesis.onnx');
    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(file, bytes);
    const place = { library: await temporaryFolder(), pack };
    expect(await failure(['generate', 'a'], place)).toBe('pack-file-corrupt');
    expect(await failure(['models', 'verify'], place)).toBe('pack-file-corrupt');
    const { code, stdout } = await run(['doctor', '--json'], place);
    expect({ code, found: JSON.parse(stdout) }).toMatchObject({
      code: 1,
      found: { ok: false, pack: { state: 'refused', error: { code: 'pack-file-corrupt' } } },
    });
  });

  it('says that the library cannot be written to, or that its disk is full', async ({ skip }) => {
    const locked = await temporaryFolder();
    if (!makeReadOnly(locked)) skip();
    const inside = path.join(locked, 'library');
    expect(await failure(['generate', 'a'], { library: inside })).toBe('library-read-only');
    const disk = (await mountDisk(1)) ?? skip();
    await writeFile(path.join(disk, 'ballast'), new Uint8Array(700_000));
    const library = path.join(disk, 'library');
    expect(await failure(['generate', 'a', '--count', '200'], { library })).toBe('disk-full');
  });

  it('finds out before it draws that a destination takes no files', async () => {
    const place = { library: await temporaryFolder() };
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const locked = await temporaryFolder();
    const folders = makeReadOnly(locked)
      ? [locked, path.join(file, 'out')]
      : [path.join(file, 'out')];
    for (const folder of folders) {
      for (const line of [
        ['generate', 'a', '--out', folder],
        ['animate', 'a', 'b', '--out', path.join(folder, 'way.webp')],
        ['interpolate', 'a', 'b', '--out', path.join(folder, 'way.gif')],
      ]) {
        expect(await failure(line, place)).toBe('access-denied');
      }
    }
    expect(await failure(['generate', 'a', '--out', file], place)).toBe('file-exists');
    expect(await readdir(path.join(place.library, 'pictures'))).toEqual([]);
    await expect(readdir(path.join(place.library, 'renders'))).rejects.toThrow('ENOENT');
  });

  it.each<[string, NodeJS.Signals[]]>([
    ['Ctrl+C', ['SIGINT']],
    // Which tells a process by itself and through the one that started it.
    ['the end of its terminal', ['SIGHUP', 'SIGHUP']],
  ])('ends well at %s and keeps what was drawn', async (_, signals) => {
    const place = { library: await temporaryFolder() };
    const child = start(['generate', 'a', '--count', '1000', '--json'], place);
    let stdout = '';
    child.stdout?.on('data', (text: string) => (stdout += text));
    const pictures = () => readdir(path.join(place.library, 'pictures'), { recursive: true });
    const drawn = async () => (await pictures()).filter((file) => file.endsWith('.png')).length;
    await vi.waitFor(async () => expect(await drawn()).toBeGreaterThan(1), 90_000);
    for (const signal of signals) child.kill(signal);
    const [code] = await once(child, 'close');
    expect(code).toBe(128 + constants.signals[signals[0]!]);
    const { error } = failureSchema.parse(JSON.parse(stdout));
    expect(error.code).toBe('cancelled');
    expect(error.details?.['images']).toHaveLength(await drawn());
    const { portraits } = await json(
      z.looseObject({ portraits: z.array(portraitSchema) }),
      ['list', '--limit', '1000'],
      place,
    );
    expect(portraits).toHaveLength(await drawn());
  });
});
