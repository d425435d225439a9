/**
 * What is shipped of others' work, with the licences it asks to be shipped with. Found in what is shipped: in the
 * packages that the engine needs, and in those that the bundler took something from.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import type { Notice } from '../../contract/notice.ts';

/** Texts for packages that come without them, or with more in them than they say. */
const TEXTS = path.resolve(import.meta.dirname, '../../../resources/licences');

/** Files of `TEXTS` by `name@version`. Where they depend on the version, another one has none until somebody looks. */
const MORE_TEXTS: readonly (readonly [of: RegExp, files: readonly string[]])[] = [
  [
    /^onnxruntime-node@1\.30\.0$/,
    ['onnxruntime-1.30.0.txt', 'onnxruntime-windows.txt', 'onnxruntime-1.30.0-third-party.txt'],
  ],
  [/^onnxruntime-common@1\.30\.0$/, ['onnxruntime-1.30.0.txt']],
  [/^sqlite-vec(-\w+)*@/, ['sqlite-vec.txt']],
  [/^better-sqlite3@/, ['sqlite.txt']],
  // Of one author, and with no more than the name of the licence in them.
  [/^(fontkit|dfa|brotli)@/, ['fontkit.txt']],
  [/^brotli@/, ['brotli-decoder.txt']],
  [/^@neplex\/vectorizer-/, ['vectorizer.txt']],
  // Their README lists what libvips is linked with, and under which terms.
  [/^@img\/sharp-libvips-.*@/, ['LGPL-3.0.txt', 'GPL-3.0.txt']],
];

/** Names of files that packages keep their terms in. */
const LICENCE_FILE = /^(licen[cs]e|copying|notice|third.?party.?(notices?|licen[cs]es?))\b.*$/i;
const LISTS_ITS_PARTS = /^@img\/sharp-libvips-/;

const namesSchema = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  dependencies: namesSchema,
  optionalDependencies: namesSchema,
});

function readManifest(folder: string): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
}

/** The folders of every package that the one in `root` needs to run on this platform, itself left out. */
export function neededPackages(root: string): Set<string> {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    const { dependencies, optionalDependencies } = readManifest(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const needed = findPackage(name, folder);
      // Optional ones are there for their platform only; npm refuses to leave out any other.
      if (needed === null || found.has(needed)) continue;
      found.add(needed);
      visit(needed);
    }
  };
  visit(root);
  return found;
}

/** Where Node finds a package from a folder. Not asked of Node itself, which answers for packages with code only. */
function findPackage(name: string, from: string): string | null {
  const folder = path.join(from, 'node_modules', name);
  if (existsSync(path.join(folder, 'package.json'))) return realpathSync(folder);
  const parent = path.dirname(from);
  return parent === from ? null : findPackage(name, parent);
}

/** Notes the folders of the packages that a bundle is made of. */
export function noteBundled(folders: Set<string>): Plugin {
  let root = '';
  return {
    name: 'note-bundled-packages',
    configResolved: (config) => void (root = config.root),
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        const files = part.type === 'chunk' ? part.moduleIds : part.originalFileNames;
        for (const file of files) {
          const folder = packageOf(path.resolve(root, file));
          if (folder !== null) folders.add(folder);
        }
      }
    },
  };
}

/** The folder of the package that a file belongs to; null for our own. */
function packageOf(file: string): string | null {
  const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file) ?? [];
  return folder ?? null;
}

/**
 * The notices of packages, by name. One that npm has put into several places is one.
 *
 * @throws StudioError `internal` that names the packages of which no licence is known
 */
export function noticesOf(folders: Iterable<string>): Notice[] {
  const each = new Map([...folders].map(noticeOf).map((notice) => [keyOf(notice), notice]));
  const notices = [...each.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const wanting = notices.filter(({ texts }) => texts.length === 0);
  if (wanting.length > 0) {
    throw new StudioError(
      'internal',
      `These packages would be shipped without their licence: ${wanting.map(keyOf).join(', ')}. ` +
        'Put its text into resources/licences and name it in electron/hosts/launch/notices.ts.',
    );
  }
  return notices;
}

const keyOf = ({ name, version }: { name: string; version: string }): string =>
  `${name}@${version}`;

function noticeOf(folder: string): Notice {
  const { name, version, license } = readManifest(folder);
  const own = readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && LICENCE_FILE.test(file.name))
    .map((file) => path.join(folder, file.name));
  const parts = LISTS_ITS_PARTS.test(name) ? [path.join(folder, 'README.md')] : [];
  const more = MORE_TEXTS.filter(([of]) => of.test(keyOf({ name, version })))
    .flatMap(([, files]) => files)
    .map((file) => path.join(TEXTS, file));
  const texts = [...own.sort(), ...parts, ...more].map(readText);
  // Licences begin with their name.
  return { name, version, license: license ?? texts[0]?.split('\n')[0] ?? '', texts };
}

function readText(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
}

const RULE = '-'.repeat(80);

/** Notices as a file for people. */
export function toText(notices: readonly Notice[]): string {
  const head =
    'CLIP-Flow Studio ships the following software of others. What Electron brings of Chromium’s is listed\n' +
    'in LICENSES.chromium.html beside the app.\n';
  const sections = notices.map(({ name, version, license, texts }) =>
    [RULE, `${name} ${version} (${license})`, RULE, '', texts.join('\n\n'), ''].join('\n'),
  );
  return [head, ...sections].join('\n');
}
