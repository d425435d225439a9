import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { looksLikePath, picturePath } from './picture-path.ts';

describe('an argument', () => {
  it.each([
    'me.heic',
    'ME.JPG',
    'a photo of me.jxl',
    'scan.bmp ',
    'me.mov',
    'scan.pdf',
    'face.cr3',
    'face.png[page=1]',
    'photos/me.xyz',
    'photos\\me.xyz',
    './me',
    '../faces',
    '~/faces/me',
    '/tmp/me',
    'C:\\faces\\me',
    '\\\\server\\share',
    'file:///tmp/me.heic',
  ])('means a file: %j', (argument) => {
    expect(looksLikePath(argument)).toBe(true);
    expect(picturePath(argument)).not.toBeNull();
  });

  it.each([
    'old woman',
    'man/woman',
    'a b/w portrait, 3.5 stars',
    'Mr. Png',
    'smile.',
    'a woman (e.g. a/b)',
    'hair: #fff / red',
    '/ or not',
    '~ 40 years',
    'him\\her',
    '[woman]',
    '',
  ])('is words: %j', (argument) => {
    expect(looksLikePath(argument)).toBe(false);
    expect(picturePath(argument)).toBeNull();
  });

  it('is a path as it is typed', () => {
    expect(picturePath('~/me.png')).toBe(`${homedir()}/me.png`);
    expect(picturePath('file:///tmp/my%20face.png')).toBe('/tmp/my face.png');
    expect(picturePath('file://elsewhere/me.png')).toBe('file://elsewhere/me.png');
    // A file that is there is one, whatever it is called.
    expect(picturePath('LICENSE')).toBe('LICENSE');
  });
});
