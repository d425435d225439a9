import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StudioError } from '../../contract/errors.ts';
import { ROOT } from './build.ts';
import { neededPackages, noticesOf, toText } from './notices.ts';

interface Sample {
  readonly manifest: object;
  readonly files?: Record<string, string>;
}

/** A checkout with packages where npm would put them. */
function checkout(packages: Record<string, Sample>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'clip-flow-notices-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [folder, { manifest, files = {} }] of Object.entries(packages)) {
    const place = path.join(root, folder);
    mkdirSync(place, { recursive: true });
    const named = { name: folder.split('node_modules/').at(-1), version: '1.0.0', ...manifest };
    writeFileSync(path.join(place, 'package.json'), JSON.stringify(named));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(place, name), text);
  }
  return root;
}

const MIT = { 'LICENSE.md': 'MIT License\r\n\r\nCopyright' };

describe('the packages that are shipped', () => {
  it('are those that are needed, wherever they were put, and no others', () => {
    const root = checkout({
      '.': {
        manifest: {
          name: 'studio',
          dependencies: { a: '1', '@scope/b': '1' },
          optionalDependencies: { 'a-for-another-platform': '1' },
          devDependencies: { tool: '1' },
        },
      },
      'node_modules/a': { manifest: { dependencies: { c: '1' } } },
      'node_modules/a/node_modules/c': { manifest: { version: '2.0.0', dependencies: { a: '1' } } },
      'node_modules/@scope/b': { manifest: { dependencies: { c: '1' } } },
      'node_modules/c': { manifest: {} },
      'node_modules/tool': { manifest: {} },
    });
    const folders = [...neededPackages(root)].map((folder) => path.relative(root, folder));
    expect(folders.sort()).toEqual([
      'node_modules/@scope/b',
      'node_modules/a',
      'node_modules/a/node_modules/c',
      'node_modules/c',
    ]);
  });

  it('are not shipped without a licence', () => {
    const root = checkout({
      a: { manifest: { license: 'MIT' }, files: { 'README.md': 'Licence: MIT' } },
      b: { manifest: { license: 'MIT' }, files: MIT },
      c: { manifest: {} },
    });
    const folders = ['a', 'b', 'c'].map((name) => path.join(root, name));
    expect(() => noticesOf(folders)).toThrow(StudioError);
    expect(() => noticesOf(folders)).toThrow(/licence: a@1\.0\.0, c@1\.0\.0\./);
  });

  it('are not shipped with the notices of another version', () => {
    const root = checkout({
      newer: { manifest: { name: 'onnxruntime-node', version: '99.0.0', license: 'MIT' } },
    });
    const newer = path.join(root, 'newer');
    expect(() => noticesOf([newer])).toThrow(/onnxruntime-node@99\.0\.0/);
  });

  it('are noted in the same words each time, whatever order they were found in', () => {
    const root = checkout({
      a: { manifest: { license: 'ISC' }, files: { COPYING: 'ISC', NOTICE: 'By A' } },
      b: { manifest: {}, files: MIT },
    });
    const [a, b] = [path.join(root, 'a'), path.join(root, 'b')];
    const notices = noticesOf([a, b]);
    expect(toText(noticesOf([b, a]))).toBe(toText(notices));
    // npm puts a package into several places; the window's list has each once.
    expect(noticesOf([a, b, a])).toEqual(notices);
    expect(notices).toEqual([
      { name: 'a', version: '1.0.0', license: 'ISC', texts: ['ISC', 'By A'] },
      { name: 'b', version: '1.0.0', license: 'MIT License', texts: ['MIT License\n\nCopyright'] },
    ]);
  });
});

it('what the engine needs is noted with its terms, libvips and its parts among it', () => {
  const notices = noticesOf(neededPackages(ROOT));
  const textOf = (name: RegExp) => {
    const found = notices.find((notice) => name.test(notice.name));
    return `${found?.license}\n${found?.texts.join('\n')}`;
  };
  expect(textOf(/^@img\/sharp-libvips-/)).toMatch(/LGPL-3\.0[^]*librsvg[^]*LESSER GENERAL PUBLIC/);
  expect(textOf(/^onnxruntime-node$/)).toMatch(/Microsoft[^]*protobuf/i);
  expect(textOf(/^better-sqlite3$/)).toContain('SQLite is in the public domain');
  expect(textOf(/^node-(linux|win|bin-darwin)-/)).toContain('OpenSSL');
});

it('the app is packed with the notices', () => {
  const packing = readFileSync(path.join(ROOT, 'electron-builder.yml'), 'utf8');
  expect(packing).toContain('from: dist/renderer/THIRD_PARTY_NOTICES.txt');
});
