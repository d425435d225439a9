import { expect, it } from 'vitest';
import { chosenPictures, lotsOf, pathInLot, pathOf, type PictureFile } from './picture-files.ts';

function offered(path: string, size = 10): PictureFile {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const webkitRelativePath = name === path ? '' : path;
  return { file: { name, size, webkitRelativePath } as File, path };
}

it('of a folder pictures and archives are taken, and of files whatever was chosen', () => {
  const paths = ['a/b.png', 'a/c.zip', 'a/notes.txt', 'a/.d.png', 'letter.txt', 'e.webp'];
  const taken = chosenPictures(paths.map((path) => offered(path).file));
  expect(taken.map(({ path }) => path)).toEqual(['a/b.png', 'a/c.zip', 'letter.txt', 'e.webp']);
});

it('archives are sent alone, pictures in lots of so many and so much', () => {
  const files = [
    ...Array.from({ length: 150 }, (_, n) => offered(`${n}.png`)),
    offered('x.zip'),
    offered('large.png', 150e6),
    offered('another.png', 150e6),
    offered('small.png'),
  ];
  const lots = lotsOf(files);
  expect(lots.map((lot) => lot.length)).toEqual([100, 50, 1, 1, 2]);
  expect(lots.flat()).toEqual(files);
});

it('a picture is sent under a plain name, and told of under its own', () => {
  const lot = [
    offered('a/b.png'),
    offered('c/über: "dem" Meer?.jpeg'),
    offered(`${'x'.repeat(300)}.png`),
  ];
  const paths = lot.map(pathInLot);
  expect(paths[0]).toBe('0/b.png');
  expect(paths[1]).toMatch(/^1\/[^:"?]+\.jpeg$/);
  expect(paths[2]).toMatch(/^2\/x{1,200}\.png$/);
  expect(paths.map((path) => pathOf(lot, path))).toEqual(lot.map(({ path }) => path));
  expect(pathOf([offered('a/b.zip')], 'in/it.png')).toBe('a/b.zip: in/it.png');
});
