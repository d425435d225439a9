import { expect, it } from 'vitest';
import { findNotices } from './notices.ts';

const notices = [
  { name: 'sharp-libvips', version: '1', license: 'LGPL-3.0', texts: ['| glib | LGPLv3 |'] },
  { name: 'svelte', version: '5', license: 'MIT', texts: ['MIT License'] },
];

it.each([
  ['', ['sharp-libvips', 'svelte']],
  ['SVELTE', ['svelte']],
  ['lgpl', ['sharp-libvips']],
  ['  glib  lgpl ', ['sharp-libvips']],
  ['glib mit', []],
])('finds with “%s” %j', (words, names) => {
  expect(findNotices(notices, words).map(({ name }) => name)).toEqual(names);
});
