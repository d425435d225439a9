/** The words of the code: none of one pack's pictures, and none that docs/glossary.md has replaced. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What portraits of people show. A pack may bring houses. */
const AVATAR_WORDS = [
  ...['avatar', 'hair', 'beard', 'bearded', 'moustache', 'bald', 'eyebrow', 'freckle', 'wrinkle'],
  ...[
    'glasses',
    'hat',
    'headwear',
    'earring',
    'clothes',
    'skin',
    'mood',
    'smile',
    'smiling',
    'laugh',
  ],
  ...[
    'laughing',
    'laughter',
    'angry',
    'sad',
    'grin',
    'woman',
    'women',
    'girl',
    'boy',
    'grandmother',
  ],
  ...['sailor', 'brother', 'sister', 'nose', 'mouth', 'cheek'],
];

/** Each with what it is called now. */
const REPLACED: Readonly<Record<string, string>> = {
  ...{ firming: 'projection', firmed: 'projected', mood: 'expression', moods: 'expressions' },
  ...{ meanings: 'tags or embeddings', twin: 'counterfactual', twins: 'counterfactual pairs' },
  ...{ heard: 'attribute response', held: 'locked', touch: 'residual', spot: 'latent code' },
  ...{ sketch: 'plan', study: 'plan', manner: 'settings', pace: 'evenSteps', stride: 'arcLength' },
  ...{ course: 'path', finely: 'adaptively', 'to style': 'toWPlus', 'embedding dim': 'widths' },
};
/** The same of names that are words of another meaning in small letters. */
const REPLACED_NAMES = /\bChanges\b/;

/** Where a replaced word is the name that something else gives, or means something else there. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  // A field of the browser's own protocol.
  'test/e2e/easel.e2e.ts': ['touch'],
  'test/e2e/exports.e2e.ts': ['touch'],
  // Fields of format 1.
  'electron/engine/packs/upgrade.ts': ['firming', 'embedding dim'],
  // The name of what is printed for scripts of earlier versions.
  'electron/hosts/cli/commands/edit.ts': ['meanings'],
};

const sources = (pattern: string) =>
  globSync(`${pattern}/**/*.{ts,svelte,css,html,mjs}`, { cwd: ROOT }).filter(
    (file) => !file.endsWith('.d.ts') && !file.includes('fixtures'),
  );

/** The words of a text in small letters, those of joined names apart, and names of two joined. */
function wordsOf(text: string): string[] {
  const names = text.match(/[A-Za-z]+(?:_[A-Za-z]+)*/g) ?? [];
  return names.flatMap((name) => {
    const parts = name
      .replaceAll(/([a-z])([A-Z])|_/g, '$1 $2')
      .toLowerCase()
      // The field's term for what nothing is learnt from.
      .replaceAll('held out', 'heldout')
      .split(/\s+/);
    return [...parts, parts.join(' ')];
  });
}

it('the studio knows no pictures of people: contract, engine and window', () => {
  const forbidden = new Set(AVATAR_WORDS.flatMap((word) => [word, `${word}s`]));
  const found = ['electron/contract', 'electron/engine', 'renderer']
    .flatMap(sources)
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const words = wordsOf(readFileSync(path.join(ROOT, file), 'utf8'));
      return words.filter((word) => forbidden.has(word)).map((word) => `${file}: ${word}`);
    });
  expect([...new Set(found)]).toEqual([]);
});

/** Code without comments, styles and texts; what is between braces of a template goes with its text. */
function codeOf(source: string): string {
  return source
    .replaceAll(/\/\*.*?\*\/|<!--.*?-->|<style>.*?<\/style>/gs, '')
    .replaceAll(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, "''")
    .replaceAll(/\/\/.*$/gm, '');
}

it('the code calls things as the glossary does', () => {
  const files = ['electron', 'renderer', 'test']
    .flatMap(sources)
    .filter((file) => file !== 'test/house/words.test.ts' && !file.endsWith('.css'));
  const found = files.flatMap((file) => {
    const allowed = ALLOWED[file] ?? [];
    const code = codeOf(readFileSync(path.join(ROOT, file), 'utf8'));
    expect(REPLACED_NAMES.test(code), file).toBe(false);
    return wordsOf(code)
      .filter((word) => Object.hasOwn(REPLACED, word) && !allowed.includes(word))
      .map((word) => `${file}: ${word}, now ${REPLACED[word]}`);
  });
  expect([...new Set(found)]).toEqual([]);
});
