import { describe, expect, it } from 'vitest';
import { fileName, refusalOfName, safeName } from './file-name.ts';
import { type Generation, UNTOUCHED } from './generation.ts';
import { unknownSpaces } from './spaces.ts';

const generation: Generation = {
  id: '0199a5b2-7c00-7000-8000-000000000001',
  prompt: 'who: a $& sailor / or  not?',
  seed: 42,
  settings: { truncation: 1, temperature: 0.8, gap: 'shift', count: 1 },
  pack: { id: 'tiny-pack', version: '1.0.0' },
  spaces: unknownSpaces({ id: 'tiny-pack', version: '1.0.0' }),
  device: 'cpu',
  timings: {},
  clipScore: null,
  logLikelihood: null,
  parents: [],
  source: { kind: 'prompt' },
  createdAt: new Date(2026, 0, 2, 3, 4, 5).getTime(),
  width: 16,
  height: 16,
  ...UNTOUCHED,
};

describe('a file name', () => {
  it('fills its pattern, whatever the prompt holds', () => {
    expect(fileName('{date} {time} {seed} {pack} {n}', generation, 3)).toBe(
      '2026-01-02 03-04-05 42 tiny-pack 0003',
    );
    expect(fileName('{prompt} {id}', generation, 1)).toBe(
      `who- a $& sailor - or not- ${generation.id}`,
    );
  });

  it('refuses a field that does not exist', () => {
    expect(() => fileName('{secret}', generation, 1)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });

  it.each([
    ['../../etc/passwd', 'etc-passwd'],
    ['a/b\\c:d*e?f', 'a-b-c-d-e-f'],
    ['  ...  ', 'portrait'],
    ['CON', '_CON'],
    ['com1.txt', '_com1.txt'],
    ['LPT³', '_LPT³'],
    ['aux .png', '_aux .png'],
    ['conin$', '_conin$'],
    ['console', 'console'],
    ['line\nbreak\ttab', 'line-break-tab'],
    ['--help', 'help'],
    ['- . -', 'portrait'],
    ['a\u009b31mb\u0085c', 'a-31mb-c'],
    ['gnp.\u202efdp\u2066\u200b\ufeff', 'gnp.fdp'],
    ['name. . ', 'name'],
    ['e\u0301', '\u00e9'],
    ['half \ud83d', 'half \ufffd'],
    ['顔 🙂 ☺️', '顔 🙂 ☺️'],
  ])('is made safe: %j', (text, safe) => {
    expect(safeName(text)).toBe(safe);
  });

  it.each(['linux', 'darwin', 'win32'])('that is made safe can be kept on %s', (platform) => {
    for (const text of ['con', 'a:b', '..', 'a. ', '🙂'.repeat(300), '\0', 'nul.', '/'])
      expect(refusalOfName(safeName(text), platform)).toBeNull();
  });

  it('is cut between characters, not within', () => {
    expect(safeName('🙂'.repeat(200))).toBe('🙂'.repeat(37));
    expect(fileName('{prompt}', { ...generation, prompt: '🙂'.repeat(60) }, 1)).toBe(
      '🙂'.repeat(22),
    );
  });

  // The second script is longer once it is normalised.
  it.each(['あ', '\u0958'])('keeps what follows long words in it: %s', (character) => {
    const drawn = { ...generation, prompt: character.repeat(60) };
    const named = (pattern: string, other: Partial<Generation>) =>
      fileName(pattern, { ...drawn, ...other }, 1);
    const [pattern, longest] = ['{prompt} {seed} c0ffee', '{date} {time} {prompt} {id}'];
    expect(named(pattern, { seed: 7 })).toMatch(/ 7 c0ffee$/);
    expect(named(pattern, { seed: 8 })).toMatch(/ 8 c0ffee$/);
    const id = generation.id.replace(/1$/, '2');
    expect(named(longest, { id })).not.toBe(named(longest, {}));
  });
});

describe('a name that was asked for', () => {
  it.each([
    'take 12:30.gif',
    '.hidden.webp',
    'UP.GIF',
    'two  spaces',
    'e\u0301.gif',
    'a]',
    '-x',
    '$?',
  ])('is kept as it is on Linux: %s', (name) => expect(refusalOfName(name, 'linux')).toBeNull());

  it.each(['', '.', '..', 'a/b', 'a\\b', 'a\0', '顔'.repeat(86)])(
    'is refused where it is none: %j',
    (name) => expect(refusalOfName(name, 'linux')).toEqual(expect.any(String)),
  );

  it('may have as many characters as the system counts', () => {
    expect(refusalOfName('顔'.repeat(85), 'linux')).toBeNull();
    expect(refusalOfName('顔'.repeat(255), 'darwin')).toBeNull();
    expect(refusalOfName('x'.repeat(256), 'darwin')).not.toBeNull();
  });

  it.each(['take 12:30.gif', 'what?', 'end.', 'end ', 'NUL', 'com1.gif', 'a\tb'])(
    'is refused on Windows where that would make another of it: %j',
    (name) => expect(refusalOfName(name, 'win32')).toEqual(expect.any(String)),
  );
});
