import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findLocations, fromHome } from './locations.ts';

describe('the places of things', () => {
  it('are the usual ones where the environment names none, or nothing', () => {
    const empty = { CLIP_FLOW_LIBRARY: '', CLIP_FLOW_PACK: '', CLIP_FLOW_PACKS: '' };
    expect(findLocations('/bundled', empty)).toEqual(findLocations('/bundled', {}));
    expect(findLocations('/bundled', empty).packRoots.at(-1)).toBe('/bundled');
  });

  it('may be named from the home folder, which no shell has resolved', () => {
    const packs = ['~/a', '', '/b'].join(path.delimiter);
    const env = { CLIP_FLOW_LIBRARY: '~/faces', CLIP_FLOW_PACK: '~/p', CLIP_FLOW_PACKS: packs };
    expect(findLocations('/bundled', env)).toEqual({
      library: path.resolve(homedir(), 'faces'),
      isMoved: false,
      pack: `${homedir()}/p`,
      packRoots: [`${homedir()}/a`, '/b'],
      components: path.join(homedir(), 'components'),
      bridges: path.join(homedir(), 'bridges'),
      serverFile: findLocations('/bundled', {}).serverFile,
    });
  });

  it.each(['/~/x', 'a~', '~a', './~', ''])('are left alone: %j', (file) => {
    expect(fromHome(file)).toBe(file);
  });
});
