/** What the command line does with input of the kinds that others have had trouble with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { printable } from '../../electron/contract/printable.ts';
import { runCli } from '../../electron/hosts/cli/program.ts';
import { temporaryFolder } from '../support/library.ts';
import { TINY_PACK } from '../support/packs.ts';

// Models are loaded.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = path.resolve('.');
const NASTY = '\u001b[2Jred\u009b31m\r\nhat\u202egnp\u2066 \u200b\u007fman';

let library = '';
let stdout = '';
let stderr = '';

beforeEach(async () => {
  library = await temporaryFolder();
  vi.stubEnv('CLIP_FLOW_LIBRARY', library);
  vi.stubEnv('CLIP_FLOW_PACK', path.resolve(TINY_PACK));
  vi.stubEnv('CLIP_FLOW_DEVICE', 'cpu');
  vi.spyOn(console, 'log').mockImplementation((text: string) => void (stdout += `${text}\n`));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void (stderr += `${text}\n`));
  for (const [stream, take] of [
    [process.stdout, (text: string) => (stdout += text)],
    [process.stderr, (text: string) => (stderr += text)],
  ] as const) {
    vi.spyOn(stream, 'write').mockImplementation((text) => Boolean(take(String(text))));
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Runs a command in this process. */
async function run(...args: string[]) {
  [stdout, stderr] = ['', ''];
  const code = await runCli(args);
  return { code, stdout, stderr };
}

const errorSchema = z.strictObject({
  error: z.looseObject({ code: z.string(), message: z.string() }),
});
const drawnSchema = z.looseObject({
  prompt: z.string(),
  images: z.array(z.looseObject({ id: z.string(), file: z.string() })),
  unheard: z.array(z.string()).optional(),
});

async function json<T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  // What a terminal would not show stands escaped in it.
  expect(printable(stdout.trimEnd())).toBe(stdout.trimEnd());
  return schema.parse(JSON.parse(stdout));
}

/** What a command says to people, which must be what it looks like. */
async function told(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(...args);
  for (const line of `${stdout}${stderr}`.split('\n')) expect(printable(line)).toBe(line);
  return stdout + stderr;
}

describe('what others wrote', () => {
  it('reaches no terminal raw, by whichever command', async () => {
    const { images, prompt } = await json(drawnSchema, 'generate', NASTY);
    const id = images[0]!.id;
    expect(prompt).toBe(NASTY.replace('\r\n', ' '));
    expect(await told('list')).toContain(
      '\\u001b[2Jred\\u009b31m hat\\u202egnp\\u2066 \\u200b\\u007fman',
    );
    for (const line of [
      ['generate', NASTY, '--out', path.join(library, `out${NASTY}`)],
      ['show', id],
      ['search', NASTY],
      ['similar', id],
      ['lineage', id],
      ['export', id, '--out', path.join(library, 'exported')],
      ['principal', 'name', '1', NASTY],
      ['principal', 'list'],
      ['show', NASTY],
      [NASTY],
      ['list', `--${NASTY}`],
      ['generate', 'a', '--from', `${NASTY}.png`],
      ['models', 'verify', NASTY],
      ['doctor'],
    ]) {
      expect(await told(...line)).not.toBe('');
    }
    for (const file of await readdir(path.join(library, 'exported'))) {
      expect(printable(file)).toBe(file);
    }
  });

  it('reaches none from the folders of packs', async () => {
    const packs = await temporaryFolder();
    const folder = path.join(packs, `pack${NASTY}`);
    await mkdir(folder);
    await writeFile(path.join(folder, 'pack.json'), `{"${NASTY}`);
    vi.stubEnv('CLIP_FLOW_PACKS', packs);
    expect(await told('models', 'list')).toContain('pack\\u001b[2J');
  });
});

describe('a file that was asked for', () => {
  const way = ['interpolate', 'hat', 'man', '--frames', '2', '--out'];

  it('is called to the letter as it was asked for', async ({ skip }) => {
    if (process.platform === 'win32') skip();
    await mkdir(path.join(library, 'out'));
    const names = ['take 12:30.gif', '.hidden.webp', 'UP.GIF', 'two  spaces.webp'];
    for (const name of [...names, 'e\u0301.gif', 'frames [1]', '-x.webp']) {
      const out = path.join(library, 'out', name);
      const { file } = await json(z.looseObject({ file: z.string() }), ...way, out);
      expect(file).toBe(out);
      expect(await readdir(path.dirname(out))).toContain(name);
    }
    const key = ['animate', 'a', 'b', '--seconds', '0.1', '--fps', '24', '--out'];
    const out = path.join(library, 'out', 'Take 1:2.WEBP');
    await json(z.looseObject({ file: z.literal(out) }), ...key, out);
  });

  it.each(['film.mp4', 'face.png', `${'x'.repeat(256)}.gif`, 'a\\b.gif'])(
    'is refused where it would become another: %s',
    async (name) => {
      expect((await run(...way, path.join(library, name))).code).toBe(2);
      expect(await readdir(library)).toEqual([]);
    },
  );

  it('may lie in the home folder, by its sign', async () => {
    vi.stubEnv('HOME', library);
    expect(homedir()).toBe(library);
    const { images } = await json(drawnSchema, 'generate', 'hat', '--out=~/faces');
    expect(path.dirname(images[0]!.file)).toBe(path.join(library, 'faces'));
    vi.stubEnv('CLIP_FLOW_LIBRARY', '~/other');
    await json(drawnSchema, 'generate', 'hat');
    expect(await readdir(library)).toContain('other');
  });
});

describe('words that were not heard', () => {
  const long = Array.from({ length: 20 }, (_, i) => (i < 14 ? 'hat' : `old${i}`)).join(' ');

  it('are told by the result, and by the row', async () => {
    const { images, unheard } = await json(drawnSchema, 'generate', 'a 日本 hat 🎩');
    expect(unheard).toEqual(['日本', '🎩']);
    const shown = z.looseObject({ settings: z.looseObject({ unheard: z.array(z.string()) }) });
    const { settings } = await json(shown, 'show', images[0]!.id);
    expect(settings.unheard).toEqual(['日本', '🎩']);
    expect(await told('generate', 'a 日本 hat 🎩')).toContain('Not heard: "日本", "🎩".');
    expect((await json(drawnSchema, 'generate', long)).unheard).toContain('old19');
    const edit = ['edit', images[0]!.id, '--phrase', 'sad -> 笑顔=1'];
    expect((await json(drawnSchema, ...edit)).unheard).toEqual(['日本', '🎩', '笑顔']);
  });

  it('are told where there is no row', async () => {
    const answer = z.looseObject({ unheard: z.array(z.string()) });
    const [strip, film] = ['strip.gif', 'film.gif'].map((name) => path.join(library, name));
    const way = ['interpolate', 'hat', '🎩', '--frames', '2', '--out', strip!];
    expect((await json(answer, ...way)).unheard).toEqual(['🎩']);
    const keys = ['animate', 'hat', 'женщина', '--seconds', '0.1', '--fps', '24', '--out', film!];
    expect((await json(answer, ...keys)).unheard).toEqual(['женщина']);
    expect((await json(answer, 'search', 'a 🎩 man')).unheard).toEqual(['🎩']);
  });

  it('are none where all were heard', async () => {
    expect(await json(drawnSchema, 'generate', 'a smiling woman, with a hat!')).not.toHaveProperty(
      'unheard',
    );
    expect(await told('search', 'a “red” hat')).not.toContain('Not heard');
  });
});

describe('wrong usage', () => {
  const id = '0199a5b2-7c00-7000-8000-00000000000a';

  it.each([
    ['no command', []],
    ['an unknown command', ['dream']],
    ['an empty library', ['list', '--library', '']],
    ['an empty pack', ['list', '--pack', '']],
    ['an empty folder', ['generate', 'a', '--out', '']],
    ['an empty id', ['show', '']],
    ['an empty name of a pack', ['models', 'verify', '']],
    ['ids that are none', ['export', id, 'mine', '--out', 'x']],
    ['parents that are none', ['breed', id, 'mine']],
    ['a picture for words', ['generate', 'me.heic']],
    ['a picture to search for', ['search', './me.jpg']],
    ['a number of another base', ['generate', 'a', '--count', '0x10']],
    ['digits of another script', ['generate', 'a', '--count', '٣']],
    ['a count of none', ['generate', 'a', '--count', '0']],
    ['a number beyond all', ['generate', 'a', '--seed', '1e999']],
    ['a decimal comma', ['generate', 'a', '--truncation', '0,5']],
    ['a missing value', ['generate', 'a', '--count']],
  ])('is told in one document, with exit code 2: %s', async (_, args) => {
    const { code, stdout, stderr } = await run(...args, '--json');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(errorSchema.parse(JSON.parse(stdout)).error.code).toBe('invalid-argument');
    expect(await readdir(library)).toEqual([]);
  });

  it('counts in words that fit', async () => {
    const keys = ['animate', 'a', 'b', '--out', path.join(library, 'x.gif'), '--seconds'];
    const { code, stdout } = await run(...keys, '1,5', '--json');
    expect(code).toBe(2);
    const { message } = errorSchema.parse(JSON.parse(stdout)).error;
    expect(message).toContain('1 way between them, and --seconds gives 2');
    expect(message).toContain('decimals have a point');
    expect(await told('doctor')).toContain('0 portraits');
  });

  it('takes an option for words only after "--"', async () => {
    expect((await run('generate', '--', '--json')).stdout).not.toMatch(/^\{/);
  });
});

describe('a key-frame', () => {
  it.each([
    ['me.heic', 'file-not-found'],
    ['photos/me.xyz', 'file-not-found'],
    ['face.png[1]', 'file-not-found'],
    ['~/me.bmp', 'file-not-found'],
    ['0199a5b2-7c00-7000-8000', 'invalid-argument'],
  ])('that is no words is never drawn as such: %s', async (keyFrame, expected) => {
    const out = path.join(library, 'x.gif');
    const { code, stdout } = await run('animate', keyFrame, 'old woman', '--out', out, '--json');
    expect(code).toBe(1);
    expect(errorSchema.parse(JSON.parse(stdout)).error.code).toBe(expected);
  });
});

it('ids may be in capitals', async () => {
  const { images } = await json(drawnSchema, 'generate', 'hat');
  const { id } = images[0]!;
  await json(z.looseObject({ id: z.literal(id) }), 'show', id.toUpperCase());
  const family = z.looseObject({ portraits: z.array(z.looseObject({ id: z.literal(id) })) });
  await json(family, 'lineage', id.toUpperCase());
});

it('words lose the marks of the file they came from', async () => {
  expect((await json(drawnSchema, 'generate', '\ufeffa woman\r\n')).prompt).toBe('a woman');
});

it('lists by the clock on the wall', async () => {
  vi.stubEnv('TZ', 'Asia/Kolkata');
  await run('generate', 'hat');
  const listed = z.looseObject({ portraits: z.array(z.looseObject({ createdAt: z.string() })) });
  const { createdAt } = (await json(listed, 'list')).portraits[0]!;
  expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+05:30$/);
  expect(Math.abs(Date.parse(createdAt) - Date.now())).toBeLessThan(60_000);
  expect(await told('list')).toContain(createdAt.slice(0, 16).replace('T', ' '));
});

/** Runs a program that must end by itself in time. */
async function spawned(command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.stderr += text.toString()));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

describe.concurrent('a process', () => {
  const cli = path.join('electron', 'hosts', 'cli', 'clip-flow.mjs');

  it.concurrent('outlives its reader', async ({ skip, expect }) => {
    if (process.platform === 'win32') skip();
    const line = `"${process.execPath}" ${cli} --help | true`;
    expect(await spawned('sh', ['-c', line])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.concurrent('runs through a link to the checkout', async ({ expect }) => {
    const link = path.join(await temporaryFolder(), 'link');
    await symlink(ROOT, link, 'dir');
    const { code, stdout } = await spawned(process.execPath, [path.join(link, cli), '--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+/) });
    const node24 = path.join(link, 'electron', 'hosts', 'node24.mjs');
    const script = [node24, 'node', '--print', '1 + 1'];
    expect(await spawned(process.execPath, script)).toMatchObject({ code: 0, stdout: '2\n' });
  });

  it.concurrent.each(['--out', '--library'])(
    'returns from where no folder can be: %s',
    async (option) => {
      if (process.platform !== 'linux') return;
      const line = [cli, 'generate', 'a', option, '/proc/clip-flow/x', '--json'];
      const { code, stdout } = await spawned(process.execPath, line);
      expect(code, stdout).toBe(1);
      expect(errorSchema.parse(JSON.parse(stdout)).error.code).not.toBe('internal');
    },
  );
});
