import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { expect, it, vi } from 'vitest';
import { runCommand } from '../../../test/support/command-line.ts';
import { EXPORT_KINDS, exportKindSchema } from '../../contract/export-kinds.ts';
import { dashed } from '../../contract/problem.ts';
import { createProgram } from './program.ts';

const called = vi.hoisted(() => vi.fn(async (..._: unknown[]) => true));
vi.mock('./commands/export.ts', () => ({ exportPortraits: called }));
vi.mock('./commands/library.ts', () => ({ list: called, search: called }));
vi.mock('./commands/generate.ts', () => ({ generate: called }));

const ID = '0199a5b2-7c00-7000-8000-00000000000a';
const LONG = 'n'.repeat(200_000);

interface Leaf {
  /** As it is typed. */
  readonly path: readonly string[];
  readonly command: CommandUnknownOpts;
}

/** Every command, those that hold others too. */
function commandsOf(command: CommandUnknownOpts, path: readonly string[] = []): Leaf[] {
  const below = command.commands.flatMap((one) => commandsOf(one, [...path, one.name()]));
  return [{ path, command }, ...below];
}

const COMMANDS = commandsOf(createProgram(true, []));

/** Every option that has a value, of every command. */
const OPTIONS = COMMANDS.flatMap(({ path, command }) =>
  command.options
    .filter(({ required }) => required)
    .map((option) => ({ path, option, name: [...path, option.long].join(' ') })),
);

it('no option takes another one for its value', async () => {
  for (const { path, option, name } of OPTIONS) {
    const { code, document } = await runCommand(...path, option.long ?? '', '--seed');
    const message = expect.stringContaining('Its value is missing');
    expect({ name, code, document }).toEqual({
      ...{ name, code: 2 },
      document: { error: { code: 'invalid-argument', message } },
    });
  }
});

it('no command that holds others helps with one that there is not', async () => {
  for (const { path } of COMMANDS.filter(({ command }) => command.commands.length > 0)) {
    const { code, document } = await runCommand(...path, 'nosuch', '--help');
    const message = expect.stringContaining("unknown command 'nosuch'");
    expect({ path, code, document }).toEqual({
      ...{ path, code: 2 },
      document: { error: { code: 'invalid-argument', message } },
    });
    expect(await runCommand(...path, '--help')).toMatchObject({ code: 0 });
  }
});

it('what is wrong with a value is said in words, whatever it is', () => {
  const readers = COMMANDS.flatMap(({ command }) => [
    ...command.options.map(({ parseArg }) => parseArg),
    ...command.registeredArguments.map(({ parseArg }) => parseArg),
  ]);
  for (const read of readers) {
    for (const hostile of ['', '\u0007 ?', '9-3', '../up', LONG]) {
      let said = '';
      try {
        read?.(hostile, undefined);
      } catch (thrown) {
        said = (thrown as Error).message;
      }
      expect(said).not.toMatch(/TypeError|regex|pattern|\/\^|Invalid|expected|→/);
    }
  }
});

it('what was typed is not repeated at its whole length', async () => {
  for (const args of [
    ['note', ID, '--text', LONG],
    ['generate', 'a', '--seed', `${LONG}'${LONG}`],
    ['show', LONG],
    [LONG],
    ['list', `--${LONG}`],
  ]) {
    const { code, document } = await runCommand(...args);
    expect(code).toBe(2);
    expect(JSON.stringify(document).length).toBeLessThan(2_100);
  }
});

/** A value for what can be chosen of a kind of export; null for what is said by a flag alone. */
function sampleOf(name: string, kind: keyof typeof EXPORT_KINDS): string | null {
  const { shape } = EXPORT_KINDS[kind];
  if (name === 'format' && 'format' in shape) return shape.format.options.at(-1) ?? null;
  const samples: Record<string, string> = {
    ...{ ifExists: 'rename', pattern: '{seed}', paper: 'a4', arrays: 'w,w-plus' },
    ...{ title: 'Ours', introduction: 'All of us', side: '64' },
  };
  const isFlag = ['metadata', 'captions', 'downloads', 'landscape'].includes(name);
  return isFlag ? null : (samples[name] ?? '2');
}

it.each(exportKindSchema.options)('export --as %s takes each of its options', async (kind) => {
  const command = COMMANDS.find(({ path }) => path.join() === 'export')?.command;
  for (const name of Object.keys(EXPORT_KINDS[kind].shape)) {
    if (name === 'kind') continue;
    const option = command?.options.find((one) => one.attributeName() === name);
    const sample = sampleOf(name, kind);
    const flags = [
      option?.long ?? `no option ${dashed(name)}`,
      ...(sample === null ? [] : [sample]),
    ];
    if (name === 'quality') flags.push('--format', 'jpeg');
    called.mockClear();
    const said = await runOnly('export', ID, '--out', 'x', '--as', kind, ...flags);
    expect({ name, ...said }).toEqual({ name, code: 0 });
    const [, options] = called.mock.calls[0] ?? [];
    expect(options).toMatchObject({ as: { kind, [name]: expect.anything() } });
  }
});

it('export takes each portrait once, and a name that is none of a place', async () => {
  called.mockClear();
  expect(await runOnly('export', ID, ID.toUpperCase(), ID, '--out', 'x')).toEqual({ code: 0 });
  expect(called.mock.calls[0]?.[0]).toEqual([ID]);
  expect(await runOnly('export', ID, '--out', 'x', '--name', '../up')).toEqual({
    code: 2,
    said: expect.stringContaining('a name without a folder'),
  });
});

it.each([
  ['a quality that there is none of', ['export', ID, '--out', 'x', '--quality', '50']],
  ['a variety of another way', ['generate', 'a', '--gap', 'none', '--variety', '0.5']],
  ['the order of no board', ['list', '--sort', 'board']],
  ['no tags', ['tag', ID]],
  ['layers that end before they begin', ['mix', ID, ID, '--layers', '9-3']],
  [
    'an animation that replaces a folder',
    ['interpolate', 'a', 'b', '--out', 'x', '--if-exists', 'replace'],
  ],
])('wrong usage is %s', async (_, args) => {
  called.mockClear();
  expect(await runOnly(...args)).toEqual({ code: 2, said: expect.any(String) });
  expect(called).not.toHaveBeenCalled();
});

it.each([
  ['list', '-is:starred'],
  ['search', '-is:starred'],
  ['search', '-"red hair" a smile'],
  ['list', '-smile'],
])('%s takes a query that begins with a minus: %s', async (command, query) => {
  for (const args of [
    [command, query, '--limit', '3'],
    [command, '--limit', '3', query],
    ['--library', 'somewhere', command, query, '--limit', '3'],
  ]) {
    called.mockClear();
    expect(await runOnly(...args)).toEqual({ code: 0 });
    expect(called.mock.calls[0]).toMatchObject([query, { limit: 3 }]);
  }
  expect(await runOnly(command, query, '--limits', '3')).toMatchObject({
    code: 2,
    said: expect.stringContaining("unknown option '--limits'"),
  });
});

/** Runs a command that prints nothing by itself. */
async function runOnly(...args: string[]): Promise<{ code: number; said?: string }> {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { runCli } = await import('./program.ts');
  try {
    const code = await runCli([...args, '--json']);
    const [said] = printed.mock.calls.flat() as string[];
    return said === undefined ? { code } : { code, said };
  } finally {
    printed.mockRestore();
  }
}
