import { describe, expect, it } from 'vitest';
import { defaultLayerGroups } from './layers.ts';
import { type Lock, lockNamed, lockSchema, namesOfLocks } from './lock.ts';

const layerGroups = defaultLayerGroups(10);
const pack = {
  ...{ layers: 10, layerGroups },
  locks: [
    ...layerGroups.map(({ id, title, layers }) => {
      const lock: Lock = { kind: 'layers', layers };
      return { id, title, lock };
    }),
    { id: 'roof', title: 'Roof', lock: { kind: 'shown', what: 'roof' } as Lock },
  ],
};

describe('lockNamed', () => {
  it('knows layer groups and parts of the pack', () => {
    expect(lockNamed('fine', pack)).toEqual({ kind: 'layers', layers: [5, 9] });
    expect(lockNamed('roof', pack)).toEqual({ kind: 'shown', what: 'roof' });
    expect(lockNamed('door', pack)).toBeUndefined();
    expect(lockNamed('constructor', pack)).toBeUndefined();
  });

  it('knows what earlier versions called layers', () => {
    expect(lockNamed('structure', pack)).toEqual({ kind: 'layers', layers: [0, 4] });
    expect(lockNamed('colours', pack)).toEqual({ kind: 'layers', layers: [5, 9] });
  });
});

it('namesOfLocks finds each group of layers that was locked, also as one of others', () => {
  const structure = lockNamed('structure', pack)!;
  expect(namesOfLocks([structure], pack)).toEqual(['coarse', 'middle']);
  expect(namesOfLocks([{ kind: 'shown', what: 'roof' }], pack)).toEqual(['roof']);
  expect(namesOfLocks([{ kind: 'shown', what: 'door' }], pack)).toEqual([]);
});

it('locks of stored rows stay readable', () => {
  const stored: Lock[] = [
    { kind: 'layers', layers: [0, 5] },
    { kind: 'directions', ids: ['roof-hue'] },
    { kind: 'shown', what: 'roof' },
  ];
  for (const lock of stored) expect(lockSchema.parse(lock)).toEqual(lock);
});
